"""After every crash: everything comes to rest by itself, and then all that must hold holds."""

from collections import Counter
from datetime import datetime

from portal.gateways.sandbox_books import SandboxBooks
from portal.services.check_invariants import Beside
from tests.prove.crash.processes import Process
from tests.prove.crash.world import World, eventually
from tests.support.invariants import assert_all_hold
from tests.support.sandbox_server import SECRET_KEY

# Sweeps come and go by the clock; all other work has an end.
LEFT = """
    SELECT task_name || ' ' || status || ' ' || coalesce(scheduled_at::text, 'now') || ' ' || args AS waits
    FROM jobs.procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name NOT LIKE 'sweeps.%%'
    UNION ALL SELECT ref || ' ' || state FROM letters WHERE state = 'queued'
    UNION ALL SELECT ref || ' ' || state FROM refunds WHERE state IN ('requested', 'sent', 'unknown', 'pending')
"""
_ANY = "SELECT FROM jobs.procrastinate_jobs WHERE status = 'doing' OR status = 'todo' AND scheduled_at IS NULL"
_NOBODYS = """
    SELECT task_name FROM jobs.procrastinate_jobs AS j LEFT JOIN jobs.procrastinate_workers AS w ON w.id = j.worker_id
    WHERE status = 'doing' AND (w.id IS NULL OR w.last_heartbeat < now() - interval '30 seconds')
"""
_BOOKED = """
    SELECT source, occasion, count(*) AS times FROM journal_entries
    WHERE occasion IN ('remedy_promised', 'refund_sent', 'refund_settled') GROUP BY source, occasion HAVING count(*) > 1
"""


def come_to_rest(world: World, *, seconds: float = 60.0) -> None:
    """Wait until nothing is left to do; fail with what still waits."""
    try:
        eventually(lambda: not world.rows(LEFT), "rest", seconds=seconds)
    except AssertionError:
        told = "".join(process.told()[-4000:] for process in world.processes[-1:])
        raise AssertionError(f"this still waits: {[row.waits for row in world.rows(LEFT)]}\n{told}") from None


def be_idle(world: World) -> Process:
    """Have a worker that has nothing to do, sweeps included: the one that the last test left, or a new one."""
    if world.at_work is None or not world.at_work.runs():
        world.forget_the_dead()
        world.at_work = world.worker()
    come_to_rest(world)
    eventually(lambda: not world.rows(_ANY), "an idle worker")
    return world.at_work


def allow_mails_of_the_break(world: World, since: datetime, until: datetime) -> None:
    """Allow one mail more for each letter that was under way in a break: it may have left unrecorded.

    since: the last moment at which what left was surely written down; until: the first at which it was so again.
    """
    asked = """
        SELECT count(*) AS letters FROM letters
        WHERE created_at < %(until)s AND (sent_at IS NULL OR sent_at >= %(since)s)
    """
    world.extra_mails += world.rows(asked, {"since": since, "until": until})[0].letters


def check(world: World) -> None:
    """Check the books, Stripe's beside ours, the mails, and that nothing waits for nobody."""
    beside = Beside(SandboxBooks(SECRET_KEY, world.sandbox.url), since=world.began, at_rest=True)
    assert_all_hold(world.toolkit, beside)
    assert world.sandbox.books_are_equal()
    for refund in world.rows("SELECT r.ref, p.provider_ref FROM refunds r JOIN payments p ON p.id = r.payment_id"):
        made = world.refunds_at_stripe(refund.provider_ref)
        assert [one["metadata"]["refund_ref"] for one in made].count(refund.ref) == 1, refund.ref
    assert not world.rows(_BOOKED)
    assert not world.rows(_NOBODYS)
    _check_mails(world)


def _check_mails(world: World) -> None:
    """Every letter that we call sent has arrived, and what came beyond them is what crashes may have sent twice."""
    letters = world.rows("SELECT ref, recipient, state FROM letters")
    arrived = Counter(
        _ref(mail["message_id"])
        for mailbox in {one.recipient for one in letters}
        for mail in world.sandbox.mails(mailbox)
    )
    sent = {one.ref for one in letters if one.state == "sent"}
    assert sent <= set(arrived) <= {one.ref for one in letters}
    # One that left without our knowing may have been overtaken since.
    beyond = sum(arrived.values()) - len(sent)
    assert beyond <= world.extra_mails, arrived.most_common(5)
    # What might have come twice and did not, no later one may.
    world.extra_mails = beyond


def _ref(message_id: str) -> str:
    return message_id.strip("<>").partition("@")[0]
