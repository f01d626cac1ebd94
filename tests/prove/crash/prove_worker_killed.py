"""The worker is killed at each point of a refund's way: C1 to C8 of the fault matrix.

Each test holds the worker at its point by a door, looks that it really stands there, and kills it. The next worker
finds what was settled and does the rest, once.
"""

import struct
import time
from dataclasses import dataclass

import pytest

from portal.domain.problems import Problem
from tests.prove.crash.doors import Door, Hold, Way
from tests.prove.crash.processes import Process
from tests.prove.crash.rest import be_idle, check, come_to_rest
from tests.prove.crash.world import World, eventually
from tests.support.shop import AnOrder

# The commit of what Stripe answered, which is one statement.
COMMIT = ("COMMIT after", "UPDATE refunds")
# The note that the bytes are about to leave.
NOTE = ("UPDATE refunds", "first_sent_at = coalesce")
FETCH, FINISH = "procrastinate_fetch_job", "procrastinate_finish_job"
# The body of the request for a refund: its head has left by then.
REFUND = "refund_ref"
MAIL_ENDS = "\r\n.\r\n"
_REFUND = """
    SELECT r.state, r.provider_ref FROM refunds AS r JOIN remedies AS d ON d.id = r.remedy_id
    JOIN claims AS c ON c.id = d.claim_id WHERE c.ref = %(claim)s
"""
_JOBS = """
    SELECT id, status FROM jobs.procrastinate_jobs
    WHERE task_name = 'claims.follow' AND args ->> 'claim_ref' = %(claim)s ORDER BY id
"""


@dataclass
class Killing:
    """A shop whose worker is at rest, with an order whose parcel never came."""

    world: World
    worker: Process
    order: AnOrder
    claim: str

    def accept(self) -> None:
        """Let the customer choose money back."""
        self.world.shop.accept(self.order, self.claim, "refund")

    def kill(self, *held: Hold) -> None:
        """Kill the worker; what was held on its way is lost."""
        self.worker.kill()
        for one in held:
            one.drop()

    def refund(self) -> str:
        return self.world.rows(_REFUND, {"claim": self.claim})[0].state

    def jobs(self) -> list[str]:
        return [row.status for row in self.world.rows(_JOBS, {"claim": self.claim})]

    def at_stripe(self) -> int:
        return len(self.world.refunds_at_stripe(self.order.payments[0]))

    def ends_well(self) -> None:
        """Start the next worker, let everything come to rest, and check it all."""
        be_idle(self.world)
        assert self.refund() == "succeeded"
        check(self.world)


@pytest.fixture
def killing(world: World) -> Killing:
    return ready(world)


def ready(world: World, **wanted: object) -> Killing:
    order = world.lost_order(**wanted)
    claim = world.shop.report(order, Problem.MISSING_PACKAGE)
    worker = be_idle(world)
    return Killing(world, worker, order, claim)


def met(door: Door, way: Way, *words: str) -> Hold:
    return door.hold(way, lambda text: all(word in text for word in words))


@pytest.mark.proves("fault 2", "bug 47")
def test_c1_committed_and_not_yet_leased(killing: Killing):
    held = met(killing.world.doors.database, Way.ASK, FETCH)
    held.wait("the worker asking for a job")
    killing.accept()

    killing.kill(held)

    assert (killing.refund(), killing.jobs(), killing.at_stripe()) == ("requested", ["todo"], 0)
    killing.ends_well()


@pytest.mark.proves("fault 3", "bug 47")
def test_c2_leased_and_nothing_noted(killing: Killing):
    held = met(killing.world.doors.database, Way.ASK, *NOTE)
    killing.accept()
    held.wait("the note that the bytes are about to leave")

    killing.kill(held)

    assert (killing.refund(), killing.jobs(), killing.at_stripe()) == ("requested", ["doing"], 0)
    killing.ends_well()


@pytest.mark.short
@pytest.mark.proves("fault 3", "bug 47")
def test_c2_leased_and_nothing_sent(killing: Killing):
    held = met(killing.world.doors.stripe, Way.ASK, "POST /v1/refunds")
    killing.accept()
    held.wait("the request")

    killing.kill(held)

    assert (killing.refund(), killing.jobs(), killing.at_stripe()) == ("sent", ["doing"], 0)
    killing.ends_well()


@pytest.mark.proves("fault 3", "bug 47")
def test_c3_bytes_sent_and_none_received(killing: Killing):
    held = met(killing.world.doors.stripe, Way.ASK, REFUND)
    killing.accept()
    held.wait("the body of the request")

    killing.kill(held)

    assert (killing.refund(), killing.jobs(), killing.at_stripe()) == ("sent", ["doing"], 0)
    killing.ends_well()


@pytest.mark.short
@pytest.mark.proves("fault 4", "bug 47")
def test_c4_done_at_stripe_and_the_answer_unread(killing: Killing):
    held = met(killing.world.doors.stripe, Way.ANSWER, REFUND)
    killing.accept()
    held.wait("Stripe's answer")

    killing.kill(held)

    assert (killing.refund(), killing.jobs(), killing.at_stripe()) == ("sent", ["doing"], 1)
    killing.ends_well()


@pytest.mark.short
@pytest.mark.proves("fault 4", "bug 47")
def test_c5_the_answer_read_and_not_committed(killing: Killing):
    answer = met(killing.world.doors.stripe, Way.ANSWER, REFUND)
    killing.accept()
    answer.wait("Stripe's answer")
    commit = met(killing.world.doors.database, Way.ASK, *COMMIT)
    answer.let_go()
    commit.wait("the commit of what was answered")

    killing.kill(commit)

    assert (killing.refund(), killing.jobs(), killing.at_stripe()) == ("sent", ["doing"], 1)
    killing.ends_well()


@pytest.mark.short
@pytest.mark.proves("fault 4", "bug 47")
def test_c5_committed_and_the_worker_never_learns_of_it(killing: Killing):
    answer = met(killing.world.doors.stripe, Way.ANSWER, REFUND)
    killing.accept()
    answer.wait("Stripe's answer")
    commit = met(killing.world.doors.database, Way.ANSWER, *COMMIT)
    answer.let_go()
    commit.wait("the answer to the commit")

    killing.kill(commit)

    assert (killing.refund(), killing.jobs(), killing.at_stripe()) == ("succeeded", ["doing"], 1)
    killing.ends_well()


@pytest.mark.proves("fault 5", "bug 47")
def test_c6_all_is_committed_and_the_job_not_marked(killing: Killing):
    killing.accept()
    job = killing.world.rows(_JOBS, {"claim": killing.claim})[0].id
    held = killing.world.doors.database.hold(Way.ASK, lambda text: FINISH in text and names(text, job))
    held.wait("the job being marked")

    killing.kill(held)

    assert (killing.refund(), killing.jobs(), killing.at_stripe()) == ("succeeded", ["doing"], 1)
    killing.world.sandbox.fault("before", method="POST", path="/v1/refunds")
    killing.ends_well()
    # Nobody asked Stripe again: the fault still waits for somebody.
    assert len(killing.world.sandbox.faults()) == 1


@pytest.mark.proves("fault 6")
def test_c7_the_job_is_marked_and_the_mail_not_sent(world: World):
    killing = ready(world, behaviour="stays_pending")
    killing.accept()
    eventually(lambda: killing.refund() == "pending", "the refund at Stripe")
    eventually(lambda: not killing.jobs(), "the end of its job")
    provider_ref = world.rows(_REFUND, {"claim": killing.claim})[0].provider_ref
    world.sandbox.move_refund(provider_ref, "succeeded")
    letter = met(world.doors.database, Way.ASK, "WITH claim AS", "UPDATE letters SET state = 'overtaken'")
    world.shop.hear_of(provider_ref)
    letter.wait("the job of the mail")

    killing.kill(letter)

    assert (killing.refund(), killing.jobs()) == ("succeeded", ["doing"])
    assert "refund_sent" not in world.shop.letters(killing.order)
    killing.ends_well()


@pytest.mark.proves("fault 7")
def test_c8_the_mail_is_sent_and_not_recorded(killing: Killing):
    killing.accept()
    mail = met(killing.world.doors.mail, Way.ANSWER, MAIL_ENDS)
    mail.wait("the mail server taking the mail")

    killing.kill(mail)

    assert (killing.refund(), killing.jobs(), killing.at_stripe()) == ("succeeded", ["doing"], 1)
    assert killing.world.rows("SELECT FROM letters WHERE state = 'queued'")
    killing.world.extra_mails += 1
    killing.ends_well()


@pytest.mark.proves("fault 2", "bug 47")
def test_a_dead_workers_lease_ends_within_a_minute_and_holds_its_claim_no_longer(killing: Killing):
    held = met(killing.world.doors.stripe, Way.ASK, "POST /v1/refunds")
    killing.accept()
    held.wait("the request")
    killing.kill(held)
    died = time.monotonic()

    killing.world.at_work = killing.world.worker()
    eventually(lambda: killing.refund() == "succeeded", "the refund", seconds=60)

    print(f"taken up after {time.monotonic() - died:.0f} seconds")
    come_to_rest(killing.world)
    check(killing.world)


def names(text: str, job: int) -> bool:
    """Tell whether a statement is about a job, whose number the driver writes as text or in as few bytes as it can."""
    written = (str(job).encode(), struct.pack("!h", job), struct.pack("!i", job), struct.pack("!q", job))
    return any((struct.pack("!i", len(one)) + one).decode("latin-1") in text for one in written)
