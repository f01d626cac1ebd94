"""Several workers, and workers that stand still: nothing is done twice, and nobody's work is left lying."""

import time

import pytest

from portal.launch import readiness
from tests.prove.crash.doors import Hold, Way
from tests.prove.crash.processes import Process
from tests.prove.crash.rest import be_idle, check, come_to_rest
from tests.prove.crash.world import World, eventually
from tests.support.shop import AnOrder

_REQUEST = "POST /v1/refunds"
_MAIL_ENDS = "\r\n.\r\n"
_STATE = """
    SELECT r.state FROM refunds AS r JOIN remedies AS d ON d.id = r.remedy_id JOIN claims AS c ON c.id = d.claim_id
    WHERE c.ref = %(claim)s
"""
_WORKERS = "SELECT id FROM jobs.procrastinate_workers WHERE last_heartbeat > now() - interval '15 seconds'"


def accepted(world: World, claim: tuple[AnOrder, str], kind: str = "refund") -> None:
    world.shop.accept(*claim, kind)


def state(world: World, claim: tuple[AnOrder, str]) -> str:
    return world.rows(_STATE, {"claim": claim[1]})[0].state


def stood_still(world: World, worker: Process) -> Process:
    """Stop a worker's clock for longer than its heartbeat may be late, and start another."""
    worker.pause()
    world.forget_the_dead()
    world.at_work = world.worker()
    return world.at_work


@pytest.mark.proves("fault 3", "fault 14")
def test_a_worker_that_wakes_with_a_request_in_its_hand_pays_nothing_twice(world: World):
    worker, claim = be_idle(world), world.reported()
    come_to_rest(world)
    request = world.doors.stripe.hold(Way.ASK, lambda text: _REQUEST in text)
    accepted(world, claim)
    request.wait("the request")
    stood_still(world, worker)
    eventually(lambda: state(world, claim) == "succeeded", "the other worker's refund", seconds=60)

    request.let_go()
    worker.resume()

    woken_is_back(world)
    come_to_rest(world)
    check(world)
    worker.stop()


@pytest.mark.proves("fault 4")
def test_a_worker_that_wakes_with_an_answer_in_its_hand_books_nothing_twice(world: World):
    worker, claim = be_idle(world), world.reported()
    come_to_rest(world)
    answer = world.doors.stripe.hold(Way.ANSWER, lambda text: "refund_ref" in text)
    accepted(world, claim)
    answer.wait("Stripe's answer")
    stood_still(world, worker)
    eventually(lambda: state(world, claim) == "succeeded", "the other worker's refund", seconds=60)

    answer.let_go()
    worker.resume()

    woken_is_back(world)
    come_to_rest(world)
    check(world)
    worker.stop()


@pytest.mark.parametrize("wakes", [True, False])
def test_letters_that_a_worker_standing_still_holds_go_once_whether_it_wakes_or_dies(world: World, *, wakes: bool):
    worker, claim = be_idle(world), world.reported()
    come_to_rest(world)
    mail = world.doors.mail.hold(Way.ANSWER, lambda text: _MAIL_ENDS in text)
    accepted(world, claim)
    mail.wait("the mail server taking the mail")
    stood_still(world, worker)
    eventually(lambda: world.rows(_TRIED_AGAIN, {"claim": claim[1]}), "the other worker coming back later", seconds=60)

    mail.let_go()
    if wakes:
        worker.resume()
    else:
        worker.kill()
        world.extra_mails += 1

    come_to_rest(world)
    check(world)
    worker.stop()


_TRIED_AGAIN = """
    SELECT FROM jobs.procrastinate_jobs
    WHERE task_name = 'claims.follow' AND args ->> 'claim_ref' = %(claim)s AND status = 'todo' AND attempts > 1
"""


@pytest.mark.proves("fault 61")
def test_two_workers_share_thirty_claims_and_do_each_once(world: World):
    be_idle(world)
    second = world.worker()
    claims = [world.reported() for _ in range(30)]
    come_to_rest(world)
    for number, claim in enumerate(claims):
        accepted(world, claim, ("refund", "store_credit", "refund")[number % 3])

    come_to_rest(world)

    assert world.sandbox.get("/sandbox/books")["equal"]
    check(world)
    second.stop()


@pytest.mark.proves("fault 61")
def test_an_hour_without_a_worker_is_an_alarm_and_four_that_start_at_once_do_each_thing_once(world: World):
    web, worker = world.web(), be_idle(world)
    does_work = readiness.answers(world.web_port, "/workz")
    eventually(does_work, "a worker at work")
    worker.stop()
    claims = [world.reported() for _ in range(12)]
    for number, claim in enumerate(claims):
        accepted(world, claim, ("refund", "store_credit", "refund")[number % 3])
    world.do(_FIVE_MINUTES_AGO)
    assert not does_work()
    world.do(_AN_HOUR_AGO)
    assert not does_work()

    world.at_work = world.worker()
    others = [world.worker() for _ in range(3)]

    come_to_rest(world)
    check(world)
    eventually(does_work, "the end of the alarm")
    for process in (web, *others):
        process.stop()


_FIVE_MINUTES_AGO = "UPDATE jobs.procrastinate_periodic_defers SET defer_timestamp = extract(epoch FROM now()) - 300"
_AN_HOUR_AGO = "UPDATE jobs.procrastinate_periodic_defers SET defer_timestamp = extract(epoch FROM now()) - 3600"


@pytest.mark.proves("fault 58")
def test_a_worker_that_is_asked_to_stop_ends_what_it_does_and_leaves_the_rest_to_the_next(world: World):
    worker = be_idle(world)
    claims = [world.reported() for _ in range(12)]
    come_to_rest(world)
    answers = [slow(world) for _ in range(2)]
    for claim in claims:
        accepted(world, claim)
    answers[0].wait("Stripe's first answer")

    worker.ask_to_stop()
    time.sleep(0.5)
    for answer in answers:
        answer.let_go()

    assert worker.stop() < 30
    assert not world.rows("SELECT FROM jobs.procrastinate_jobs WHERE status = 'doing'")
    assert not world.rows("SELECT FROM jobs.procrastinate_workers")
    be_idle(world)
    check(world)


def slow(world: World) -> Hold:
    return world.doors.stripe.hold(Way.ANSWER, lambda text: "refund_ref" in text)


def woken_is_back(world: World) -> None:
    """Wait until both workers are at work: the woken one under a new name, because its old one was forgotten."""
    eventually(lambda: len(world.rows(_WORKERS)) == 2, "the woken worker at work", seconds=60)
