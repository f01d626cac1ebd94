"""A till asks about store credit, and the web dies or PostgreSQL restarts before or after it decided.

The same call under the same key is answered then, and has happened once.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.prove.crash.customers import UNAVAILABLE, Answer
from tests.prove.crash.doors import Way
from tests.prove.crash.processes import Process
from tests.prove.crash.rest import be_idle, check
from tests.prove.crash.sending import Sent, commit
from tests.prove.crash.server import restart
from tests.prove.crash.tills import HOLDS, Till
from tests.prove.crash.world import World, eventually

_KEY = "one-intent"
_SET_ASIDE, _SETTLED = "INSERT INTO credit_holds", "UPDATE credit_holds"


@dataclass(frozen=True)
class Act:
    """What a till asks, what of it is committed, how it is answered, and how the only hold stands before and after."""

    name: str
    statement: str
    status: int
    before: list[str]
    after: list[str]

    def ask(self, till: Till) -> Callable[[], Answer]:
        """Give the call, which may be made again and again; what it needs is set aside first."""
        if self.name == "hold":
            wish = till.wish()
            return lambda: till.post(HOLDS, wish, _KEY)
        assert till.post(HOLDS, till.wish(), "another-intent").status == _HOLD.status
        path = f"{HOLDS}/{till.holds()[0][0]}/{self.name}"
        return lambda: till.post(path, {}, _KEY)

    def stands(self, till: Till, *, was_done: bool) -> None:
        """Look that it was done once, or not at all."""
        holds = till.holds()
        assert [state for _, state in holds] == (self.after if was_done else self.before)
        is_spent = was_done and self.name == "capture"
        assert till.spent() == ([(holds[0][0], 1_000, 1)] if is_spent else [])


_HOLD = Act("hold", _SET_ASIDE, 201, [], ["held"])
_CAPTURE = Act("capture", _SETTLED, 200, ["held"], ["captured"])
_RELEASE = Act("release", _SETTLED, 200, ["held"], ["released"])


@pytest.fixture
def web(world: World) -> Process:
    return world.web()


@pytest.fixture
def till(world: World, web: Process) -> Till:
    return Till.of(world)


@pytest.mark.proves("F8", "L10")
@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("act", [_HOLD, _CAPTURE, _RELEASE], ids=lambda act: act.name)
def test_a_call_whose_answer_never_came_is_made_again_under_its_key_and_has_happened_once(
    till: Till, web: Process, act: Act, way: Way
):
    call = act.ask(till)
    held = commit(till.world, way, act.statement)
    sent = Sent(call)
    held.wait("the commit of the call")

    web.kill()
    held.drop()

    assert sent.outcome() is None
    act.stands(till, was_done=way is Way.ANSWER)
    till.world.web()
    _is_answered_once(till, act, way, [call(), call()])


@pytest.mark.proves("fault 40", "F8", "L10")
@pytest.mark.parametrize("way", list(Way))
@pytest.mark.parametrize("act", [_HOLD, _CAPTURE], ids=lambda act: act.name)
def test_a_call_during_which_the_database_restarts_is_made_again_under_its_key_and_has_happened_once(
    till: Till, act: Act, way: Way
):
    call = act.ask(till)
    held = commit(till.world, way, act.statement)
    sent = Sent(call)
    held.wait("the commit of the call")

    restart(till.world.server)
    held.drop()
    till.world.reconnect()

    told = sent.outcome()
    assert told is not None
    assert (told.status, told.retry_after != "") == (UNAVAILABLE, True)
    act.stands(till, was_done=way is Way.ANSWER)
    # Each process of the web may meet connections that are gone; it says so, and then has others.
    _is_answered_once(till, act, way, [_once_it_is_back(call) for _ in range(2)])


def _once_it_is_back(call: Callable[[], Answer]) -> Answer:
    def answered() -> Answer | None:
        answer = call()
        return None if answer.status == UNAVAILABLE else answer

    found: Answer = eventually(answered, "the answer", seconds=10)
    return found


def _is_answered_once(till: Till, act: Act, way: Way, answers: list[Answer]) -> None:
    """Look that the same was answered, kept from the time before where it had been decided then, and done once."""
    assert [answer.status for answer in answers] == [act.status] * 2
    assert [answer.replayed for answer in answers] == [way is Way.ANSWER, True]
    assert len({answer.body for answer in answers}) == 1
    act.stands(till, was_done=True)
    be_idle(till.world)
    check(till.world)
