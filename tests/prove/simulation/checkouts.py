"""What checkouts do with store credit, and what is taken back of credit that was granted in error."""

from collections.abc import Callable
from decimal import Decimal

from portal.domain.actors import Actor
from portal.domain.errors import AmendsError
from portal.domain.money import Money, exponent
from portal.records.credit_statements import Statement, statements
from portal.services.answer_once import Answer, Call, Say
from portal.services.capture_credit import Capture, capture_credit
from portal.services.give_back_credit import GiveBack, give_back_credit
from portal.services.hold_credit import HoldWish, hold_credit
from portal.services.release_credit import release_credit
from portal.services.reverse_credit import Mistake, reverse_credit
from portal.services.show_hold import Hold
from tests.prove.simulation.world import NOTHING, World

_ACCOUNTS = "SELECT DISTINCT customer_id FROM credit_accounts ORDER BY customer_id"
_GRANTED = "SELECT source FROM credit_lots WHERE source LIKE 'RMD%%' GROUP BY source ORDER BY min(id)"
_MORE_THAN_FREE = 3


def set_aside(world: World) -> str:
    """Hold half of somebody's credit, all of it, or more than there is."""
    account = _account(world)
    if account is None or account.code is None:
        return NOTHING
    minor = world.pick((account.free.minor // 2, account.free.minor, account.free.minor + _MORE_THAN_FREE)) or 1
    wish = HoldWish(
        api_key_id=world.stage.api_key,
        code=account.code,
        amount=Money(minor, account.free.currency),
        purpose="order 17",
    )
    outcome = _heard(world, lambda call, say: hold_credit(world.stage.toolkit, call, wish, say))
    if isinstance(outcome, AmendsError):
        return type(outcome).__name__
    world.holds.append(outcome)
    return f"{minor} {account.free.currency}"


def capture(world: World) -> str:
    """Take what was set aside, in whole or in part."""
    return _on_hold(
        world,
        lambda hold, call, say: capture_credit(
            world.stage.toolkit,
            call,
            Capture(api_key_id=world.stage.api_key, hold_ref=hold.ref, amount=_some_of(world, hold)),
            say,
        ),
    )


def release(world: World) -> str:
    """Let go of what was set aside."""
    return _on_hold(world, lambda hold, call, say: release_credit(world.stage.toolkit, call, hold.ref, say))


def give_back(world: World) -> str:
    """Give back what a cancelled sale had taken; at times for the same cancellation as before."""
    source = f"cancelled {world.chance.below(4)}"
    return _on_hold(
        world,
        lambda hold, call, say: give_back_credit(
            world.stage.toolkit,
            call,
            GiveBack(api_key_id=world.stage.api_key, hold_ref=hold.ref, source=source, amount=_some_of(world, hold)),
            say,
        ),
    )


def reverse(world: World) -> str:
    """Take back credit that was granted in error."""
    granted = world.ask(_GRANTED)
    if not granted:
        return NOTHING
    person = Actor.staff(world.pick(world.stage.people))
    mistake = Mistake(world.pick(granted).source, f"an error {world.chance.below(2)}", "granted twice", person)
    taken = reverse_credit(world.stage.toolkit, mistake).taken
    return f"{taken.minor} {taken.currency}"


def _account(world: World) -> Statement | None:
    found = world.ask(_ACCOUNTS)
    if not found:
        return None
    toolkit = world.stage.toolkit
    with toolkit.reading() as session:
        accounts = statements(session, world.pick(found).customer_id, secret_key=toolkit.secret_key, now=toolkit.now())
    return world.pick(accounts)


def _some_of(world: World, hold: Hold) -> str | None:
    minor = world.pick((None, hold.amount.minor // 2 or 1))
    return None if minor is None else str(Decimal(minor).scaleb(-exponent(hold.amount.currency)))


def _on_hold(world: World, act: Callable[[Hold, Call, Say], Answer]) -> str:
    if not world.holds:
        return NOTHING
    hold = world.pick(world.holds)
    outcome = _heard(world, lambda call, say: act(hold, call, say))
    name = type(outcome).__name__ if isinstance(outcome, AmendsError) else outcome.state.value
    return f"hold {world.holds.index(hold) + 1}: {name}"


def _heard(world: World, act: Callable[[Call, Say], Answer]) -> Hold | AmendsError:
    """Make a call, at times twice under its key, as a client does that got no answer."""
    call = Call(world.stage.api_key, world.key(), b"asked")
    heard: list[Hold | AmendsError] = []

    def say(outcome: Hold | AmendsError) -> Answer:
        heard.append(outcome)
        return Answer(200, {})

    act(call, say)
    if world.seldom(3):
        act(call, say)
        assert len(heard) == 1, "the same call acted twice"
    return heard[0]
