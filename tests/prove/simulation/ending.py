"""How a history ends: no fault is left, time passes, everything is let run out, and then all must hold."""

from typing import Any

from portal.records.invariants.every import EVERY, OURS
from portal.services.check_invariants import Beside
from tests.prove.simulation.world import World
from tests.support.invariants import assert_all_hold

# Within a round a parcel arrives, and within two the latest outcome of the script comes, after ten days.
_ROUNDS, _AT_LEAST, _DAYS_A_ROUND = 40, 2, 6
# After that mostly questions wait, for weeks. The poller runs at least every twenty days.
_DAYS_LATER = 12
_JOBS_A_ROUND = 400
_IN_ORDER = ("stalled jobs", "open refunds", "events", "due claims", "follow-ups", "reminders", "old things")
_OPEN_AT_STRIPE = """
    SELECT id FROM refunds WHERE status IN ('pending', 'requires_action') AND next_at IS NULL ORDER BY seq
"""
_DUE_THERE = """
    SELECT 1 FROM refunds WHERE next_at IS NOT NULL UNION ALL SELECT 1 FROM warehouse_orders WHERE next_at IS NOT NULL
    UNION ALL SELECT 1 FROM posts WHERE due_at IS NOT NULL LIMIT 1
"""
# What must be empty in the end, by what it would mean.
_LEFT = {
    "a refund waits for nobody": """
        SELECT ref, state, reason FROM refunds
        WHERE state IN ('requested', 'sent', 'unknown', 'pending', 'requires_action')
          AND NOT EXISTS (SELECT FROM troubles t WHERE t.subject = refunds.ref AND t.closed_at IS NULL)""",
    "an accepted claim reached neither an end nor a person": """
        SELECT c.ref, k.id FROM claims c JOIN claim_lines k ON k.claim_id = c.id
        WHERE k.state = 'accepted' AND NOT EXISTS (
          SELECT FROM remedies d JOIN refunds r ON r.remedy_id = d.id
          JOIN troubles t ON t.subject = r.ref AND t.closed_at IS NULL WHERE d.claim_line_id = k.id)""",
    "a job is left": "SELECT task_name, args, status FROM jobs.procrastinate_jobs WHERE status <> 'failed'",
    "a message from outside was never applied": "SELECT event_id, kind FROM incoming_events WHERE applied_at IS NULL",
    "an answer is still waited for": "SELECT claim_id, state, next_at FROM follow_ups WHERE next_at IS NOT NULL",
    "what was carried out was never asked about": """
        SELECT c.ref, k.id FROM claims c JOIN claim_lines k ON k.claim_id = c.id
        WHERE k.state = 'made_whole' AND EXISTS (SELECT FROM claim_units u WHERE u.claim_line_id = k.id AND u.live)
          AND NOT EXISTS (SELECT FROM claim_lines o WHERE o.claim_id = c.id
            AND o.state IN ('waiting', 'offered', 'escalated', 'awaiting_customer', 'accepted'))""",
    "a letter never left": "SELECT ref, template FROM letters WHERE state = 'queued'",
}
# What may never be, not for a moment: in our own rows, and in the double's.
_NEVER_HERE = {
    "a lot of credit is below zero": "SELECT lot_id FROM credit_moves GROUP BY lot_id HAVING sum(amount_minor) < 0",
    "more goes back to a payment than was paid": """
        SELECT p.ref FROM refunds r JOIN payments p ON p.id = r.payment_id
        WHERE r.state NOT IN ('failed', 'canceled', 'refused', 'blocked_by_dispute')
        GROUP BY p.id HAVING sum(r.amount_minor) > p.amount_minor""",
}
_NEVER_THERE = {
    "Stripe has refunded one row of ours twice": """
        SELECT json_extract(metadata, '$.refund_ref') AS ref FROM refunds
        WHERE ref IS NOT NULL AND status NOT IN ('failed', 'canceled') GROUP BY ref HAVING count(*) > 1""",
    "Stripe has refunded more than was paid": "SELECT id FROM charges WHERE amount_refunded > amount",
}


# What stands there in the end, for whoever looks into a failure.
_TOLD = {
    "claim lines": """SELECT c.id AS claim, c.ref, k.id AS line, k.state, k.reason, c.answer_by, c.next_action_at
        FROM claims c JOIN claim_lines k ON k.claim_id = c.id ORDER BY k.id""",
    "follow-ups": "SELECT claim_id, turn, state, next_at, arrived_at, asked_at, answer FROM follow_ups ORDER BY id",
    "remedies": "SELECT ref, claim_line_id, kind, state, amount_minor, credit_minor FROM remedies ORDER BY id",
    "refunds": "SELECT ref, remedy_id, payment_id, state, reason, amount_minor, provider_ref FROM refunds ORDER BY id",
    "troubles": "SELECT kind, subject, closed_at FROM troubles ORDER BY id",
    "letters": "SELECT ref, claim_id, template, state FROM letters WHERE state <> 'sent' ORDER BY id",
    "jobs": "SELECT id, task_name, args, status, attempts, lock FROM jobs.procrastinate_jobs ORDER BY id",
    "events": "SELECT event_id, kind, outcome FROM incoming_events WHERE applied_at IS NULL OR sender = 'warehouse'",
}
_TOLD_THERE = {
    "refunds at Stripe": "SELECT id, payment_intent, amount, status, metadata, created, next_status FROM refunds",
    "disputes at Stripe": "SELECT id, payment_intent, amount, status, created FROM disputes",
}
_NAMED_THERE = "SELECT json_extract(metadata, '$.refund_ref') AS ref FROM refunds WHERE ref IS NOT NULL"


def describe(world: World) -> list[str]:
    """Write down what stands on both sides."""
    rows = {says: world.ask(query) for says, query in _TOLD.items()}
    rows |= {says: world.stage.outside.ask(query) for says, query in _TOLD_THERE.items()}
    return [f"{says}: {' '.join(str(value) for value in tuple(row))}" for says, found in rows.items() for row in found]


def check_on_the_way(world: World) -> int:
    """Check what is cheap and may never be broken; tell how many things were checked."""
    for says, query in _NEVER_HERE.items():
        _none(says, world.ask(query))
    for says, query in _NEVER_THERE.items():
        _none(says, world.stage.outside.ask(query))
    named = {row["ref"] for row in world.stage.outside.ask(_NAMED_THERE)}
    ours = {row.ref for row in world.ask("SELECT ref FROM refunds")}
    _none("Stripe made a refund under a name that no row of ours has", sorted(named - ours))
    return len(_NEVER_HERE) + len(_NEVER_THERE) + 1


def check_our_own(world: World) -> int:
    """Check every invariant that our own rows tell, in the middle of whatever is going on."""
    # Days may have passed at once: a lot that is over has to be booked within one, by a sweep of every five minutes.
    world.stage.worker.sweep("old things")
    assert_all_hold(world.stage.toolkit, among=OURS)
    return len(OURS)


def let_run_out(world: World) -> None:
    """Let days pass without a fault until nothing moves any more."""
    world.all_goes_well()
    for number in range(_ROUNDS):
        world.stage.clock.pass_(days=_DAYS_A_ROUND if number <= _AT_LEAST else _DAYS_LATER)
        if number == 1:
            _settle_at_the_bank(world)
        _one_round(world)
        if number >= _AT_LEAST and not _moves(world):
            return


def check_the_end(world: World) -> int:
    """Check everything, beside the double's books; tell how many things were checked."""
    done = check_on_the_way(world)
    for says, query in _LEFT.items():
        _none(says, world.ask(query))
    assert_all_hold(world.stage.toolkit, Beside(world.stage.books, at_rest=True))
    _mails_left_once(world)
    # And one that is computed anew: every verdict.
    return done + len(_LEFT) + len(EVERY) + 2


def _one_round(world: World) -> None:
    stage = world.stage
    stage.outside.turn()
    for message in stage.outside.post():
        assert stage.outside.deliver(stage.portal, message) == 200
    for name in _IN_ORDER:
        stage.worker.sweep(name)
        _drain(world)


def _drain(world: World) -> None:
    """Run every job that was there, and what they leave, but nothing twice in a row that asked for another try."""
    worker, tried = world.stage.worker, set()
    while fresh := [job for job in worker.jobs() if job.id not in tried]:
        # All of them may run, and go on to do so: of jobs that exclude each other only the first is listed.
        for job in fresh:
            tried.add(job.id)
            worker.run(job)
            world.stage.clock.pass_(seconds=40)
        assert len(tried) < _JOBS_A_ROUND, "the jobs never end"


def _settle_at_the_bank(world: World) -> None:
    """Let the bank say at last what came of refunds that nothing moves by itself."""
    for row in world.stage.outside.ask(_OPEN_AT_STRIPE):
        world.stage.outside.sandbox.move_refund(row["id"], "succeeded")


def _moves(world: World) -> bool:
    return bool(world.stage.outside.ask(_DUE_THERE)) or any(world.ask(query) for query in _LEFT.values())


def _mails_left_once(world: World) -> None:
    """Hold the mailboxes to what was told: a mail comes twice only where a worker died or an answer was lost."""
    excused = world.stage.mortality.points.total() + world.stage.fates.met["mail: lost on its way back"]
    twice = [name for name, times in world.stage.mailboxes.kept.items() if times > 1]
    if not excused:
        _none("a mail left twice", twice)
    written = {f"<{row.ref}@" for row in world.ask("SELECT ref FROM letters WHERE state = 'sent'")}
    handed_over = {name.partition("@")[0] + "@" for name in world.stage.mailboxes.kept}
    _none("a letter is called sent that no mailbox got", sorted(written - handed_over))


def _none(says: str, found: list[Any]) -> None:
    assert not found, f"{says}: {[tuple(row) if not isinstance(row, str) else row for row in found[:5]]}"
