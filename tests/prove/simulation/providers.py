"""What Stripe, banks, cardholders, the post and the warehouse do, by themselves or because a fault was scripted."""

import json
from typing import Any

from portal.domain.money import card_step
from tests.prove.simulation.ports import FATES
from tests.prove.simulation.world import NOTHING, World

# One call each; what each of them does is in docs/sandbox.md.
CALL_FAULTS = (
    "after-execute",
    "before",
    "cut-body",
    "half-answer",
    "429",
    "lock-timeout",
    "409",
    "500-saved",
    "500-saved-not-executed",
    "500-not-executed",
    "503",
    "502-page",
    "401",
    "403",
    "refused",
)
_READ_FAULTS = ("before", "503", "429", "half-answer", "cut-body", "502-page", "401")
_CODES = ("balance_insufficient", "charge_already_refunded", "card_declined", "expired_card", "charge_disputed")
_OUTCOMES = (
    "pending",
    "fails_later",
    "pending_then_fails",
    "pending_then_canceled",
    "requires_action_then_succeeds",
    "requires_action_then_canceled",
    "stays_pending",
)
# Lost from the list too: only news of which something else tells as well, sooner or later.
_EVENT_FAULTS: tuple[dict[str, Any], ...] = (
    {"action": "drop-event", "times": 2},
    {"action": "duplicate-event", "copies": 3},
    {"action": "delay-event", "milliseconds": 86_400_000},
    {"action": "shuffle-events", "milliseconds": 7_200_000, "times": 6},
    {"action": "lose-event", "event": "refund.updated"},
)
_PAYMENTS = """
    SELECT p.id, p.provider_ref, p.amount_minor, p.currency FROM payments p WHERE provider_ref IS NOT NULL ORDER BY id
"""
_OPEN_REFUNDS = (
    "SELECT id, status FROM refunds WHERE status IN ('pending', 'requires_action', 'succeeded') ORDER BY seq"
)
_DISPUTES = "SELECT id, status FROM disputes WHERE status NOT IN ('won', 'lost', 'warning_closed') ORDER BY seq"
_MOVES = {
    "needs_response": ("under_review", "won", "lost"),
    "under_review": ("won", "lost"),
    "warning_needs_response": ("warning_closed", "needs_response", "warning_under_review"),
    "warning_under_review": ("warning_closed", "needs_response"),
}
_BANK_SAYS = {
    "pending": ("succeeded", "failed", "canceled", "requires_action"),
    "requires_action": ("succeeded", "failed", "canceled"),
    "succeeded": ("failed",),
}
_SKUS = "SELECT DISTINCT sku FROM order_lines ORDER BY sku"


def fault(world: World) -> str:
    """Script what the next call, refund or event that fits meets."""
    kind = world.pick((_call_fault, _call_fault, _read_fault, _outcome, _event_fault))
    wanted: dict[str, Any] = kind(world)
    (number,) = _script(world, wanted)
    world.planned[number] = wanted["action"]
    return ", ".join(str(value) for value in wanted.values())


def key_rolled(world: World) -> str:
    """Take the worker's key away until it is given back."""
    wanted = {"action": "401", "method": "*", "path": "/v1/*", "times": None}
    (number,) = _script(world, wanted)
    world.planned[number] = "401, until the key was given back"
    world.rolled.append(number)
    return "no call is accepted any more"


def key_given_back(world: World) -> str:
    """Accept the worker's key again."""
    if not world.rolled:
        return NOTHING
    world.met_so_far()
    world.stage.outside.sandbox.no_faults(world.rolled.pop())
    return "accepted again"


def port_fault(world: World) -> str:
    """Plan what the next call of a port meets on its way: lost, late, or a worker that dies beside it."""
    port = world.pick(tuple(FATES))
    fate = world.pick(FATES[port])
    world.stage.fates.plan(port, fate)
    return f"{port} {fate}"


def late_request(world: World) -> str:
    """Let a request arrive whose client gave up long ago."""
    if not world.stage.refunds.late:
        return NOTHING
    request = world.stage.refunds.arrive()
    return f"{request.amount.minor} {request.amount.currency}"


def dashboard_refund(world: World) -> str:
    """Refund in Stripe's dashboard, as the shop's people do: a part or all that is left."""
    payment = world.pick(world.ask(_PAYMENTS) or (None,))
    if payment is None:
        return NOTHING
    step = card_step(payment.currency)
    amount = world.pick((None, max(payment.amount_minor // 2 // step, 1) * step))
    sandbox = world.stage.outside.sandbox
    sent = {"payment_intent": payment.provider_ref, "amount": amount}
    return _answered(sandbox, "/stripe/refunds", sent)


def dispute(world: World) -> str:
    """Open a dispute, at times as an inquiry."""
    payment = world.pick(world.ask(_PAYMENTS) or (None,))
    if payment is None:
        return NOTHING
    sent = {"payment_intent": payment.provider_ref, "inquiry": world.seldom(2)}
    return _answered(world.stage.outside.sandbox, "/sandbox/disputes", sent)


def dispute_moves(world: World) -> str:
    """Let a dispute go on: answered, won, lost, or an inquiry that becomes a chargeback."""
    found = world.stage.outside.ask(_DISPUTES)
    if not found:
        return NOTHING
    one = world.pick(found)
    status = world.pick(_MOVES[one["status"]])
    path = f"/sandbox/disputes/{one['id']}"
    return f"{one['status']} to {status}: {_answered(world.stage.outside.sandbox, path, {'status': status})}"


def bank(world: World) -> str:
    """Let a bank settle or send back a refund, at times long after it had succeeded."""
    found = world.stage.outside.ask(_OPEN_REFUNDS)
    if not found:
        return NOTHING
    one = world.pick(found)
    status = world.pick(_BANK_SAYS[one["status"]])
    path = f"/sandbox/refunds/{one['id']}"
    return f"{one['status']} to {status}: {_answered(world.stage.outside.sandbox, path, {'status': status})}"


def stock(world: World) -> str:
    """Let the warehouse run out of something, or have it again."""
    sku = world.pick(world.ask(_SKUS)).sku
    gone = world.seldom(2)
    world.stage.outside.sandbox.post(
        "/sandbox/out_of_stock", {"skus": [sku] if gone else [], "back": [] if gone else [sku]}
    )
    return f"{sku} {'is out' if gone else 'is back'}"


def deliver(world: World) -> str:
    """Deliver some of the post, in any order."""
    waiting = list(world.stage.outside.post())
    if not waiting:
        return NOTHING
    chosen = [
        waiting.pop(world.chance.below(len(waiting))) for _ in range(min(len(waiting), 1 + world.chance.below(6)))
    ]
    statuses = [world.stage.outside.deliver(world.stage.portal, message) for message in chosen]
    assert set(statuses) == {200}, f"the door said {statuses}"
    return f"{len(chosen)} messages, {len(waiting)} left"


def deliver_again(world: World) -> str:
    """Deliver a message once more that came before."""
    before = world.stage.outside.delivered_before()
    if not before:
        return NOTHING
    world.stage.outside.deliver(world.stage.portal, world.pick(before))
    return "one"


def lose_post(world: World) -> str:
    """Let all of Stripe's waiting post be lost: the poller has to find it. The warehouse tries on until it is heard."""
    lost = [message for message in world.stage.outside.post() if message["kind"] == "stripe"]
    world.stage.outside.lose(lost)
    return f"{len(lost)} messages" if lost else NOTHING


def _call_fault(world: World) -> dict[str, Any]:
    action = world.pick(CALL_FAULTS)
    times = 1 + (world.chance.below(4) if world.seldom(3) else 0)
    wanted: dict[str, Any] = {"action": action, "times": times}
    return wanted | ({"code": world.pick(_CODES)} if action == "refused" else {})


def _read_fault(world: World) -> dict[str, Any]:
    return {"action": world.pick(_READ_FAULTS), "method": "GET", "path": "/v1/*"}


def _outcome(world: World) -> dict[str, Any]:
    return {"action": "outcome", "behaviour": world.pick(_OUTCOMES), "after_seconds": 3600 * world.pick((1, 24, 240))}


def _event_fault(world: World) -> dict[str, Any]:
    return {**world.pick(_EVENT_FAULTS), "seed": world.chance.below(100)}


def _script(world: World, wanted: dict[str, Any]) -> list[int]:
    added: list[int] = world.stage.outside.sandbox.post("/stripe/faults", wanted)["added"]
    return added


def _answered(sandbox: Any, path: str, sent: dict[str, Any]) -> str:
    """Turn a switch that may say no, such as where nothing is left to refund."""
    status, content = sandbox.raw("POST", path, json.dumps(sent).encode())
    assert status in (200, 400), content
    return "done" if status == 200 else "refused"
