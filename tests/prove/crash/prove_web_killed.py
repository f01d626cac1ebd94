"""The web dies before and after it decided, and while it is asked to stop: what is sent again makes nothing twice."""

import contextlib
import threading
import time

import psycopg
import pytest

from tests.prove.crash.customers import DROPPED, TO_ANOTHER_PAGE, Answer, Visitor, claims_of
from tests.prove.crash.doors import Way
from tests.prove.crash.processes import Process
from tests.prove.crash.rest import be_idle, check, come_to_rest
from tests.prove.crash.sending import Sent, commit
from tests.prove.crash.world import World, eventually

_REPORTED = "INSERT INTO claims"
_ACCEPTED = "INSERT INTO remedies"
_WAITING = "SELECT count(*) AS waiting FROM pg_locks WHERE relation = 'claims'::regclass AND NOT granted"


@pytest.fixture
def web(world: World) -> Process:
    return world.web()


@pytest.mark.proves("fault 1")
@pytest.mark.parametrize("way", [Way.ASK, pytest.param(Way.ANSWER, marks=pytest.mark.short)])
def test_a_report_whose_answer_never_came_is_sent_again_and_makes_one_claim(world: World, web: Process, way: Way):
    visitor = Visitor.of(world)
    form = visitor.report_form()
    held = commit(world, way, _REPORTED)
    sent = Sent(visitor.report, form)
    held.wait("the commit of the report")

    web.kill()
    held.drop()

    assert sent.outcome() is None
    # C0: what was not committed is not there. Between decide and answer: it is.
    assert len(claims_of(world, visitor.order)) == (0 if way is Way.ASK else 1)
    world.web()
    again = visitor.report(form)
    assert again.status == TO_ANOTHER_PAGE
    assert [again.location.rpartition("/")[2]] == claims_of(world, visitor.order)
    be_idle(world)
    check(world)


@pytest.mark.proves("fault 1")
@pytest.mark.parametrize("way", list(Way))
def test_a_choice_whose_answer_never_came_is_sent_again_and_is_one_remedy(world: World, web: Process, way: Way):
    visitor = Visitor.of(world)
    path = visitor.report(visitor.report_form()).location
    form = visitor.accept_form(path)
    held = commit(world, way, _ACCEPTED)
    sent = Sent(visitor.accept, path, form)
    held.wait("the commit of the choice")

    web.kill()
    held.drop()

    assert sent.outcome() is None
    assert len(_remedies(world, visitor)) == (0 if way is Way.ASK else 1)
    world.web()
    again = visitor.accept(path, form)
    assert (again.status, again.location) == (TO_ANOTHER_PAGE, path)
    be_idle(world)
    assert _remedies(world, visitor) == ["settled"]
    check(world)


@pytest.mark.proves("fault 58")
def test_a_web_that_is_asked_to_stop_finishes_what_it_has_begun(world: World, web: Process):
    visitor = Visitor.of(world)
    held = commit(world, Way.ASK, _REPORTED)
    sent = Sent(visitor.report, visitor.report_form())
    held.wait("the commit of the report")

    web.ask_to_stop()
    time.sleep(1)
    held.let_go()

    answer = sent.outcome()
    assert answer is not None
    assert answer.status == TO_ANOTHER_PAGE
    assert web.stop() < 30
    be_idle(world)
    check(world)


@pytest.mark.proves("fault 58")
def test_under_load_a_stopping_web_answers_what_it_took_and_every_answer_is_kept(world: World, web: Process):
    visitors = [Visitor.of(world) for _ in range(24)]
    forms = [visitor.report_form() for visitor in visitors]
    answered: dict[int, Answer] = {}

    def send(mine: range) -> None:
        for number in mine:
            # What comes after the web has stopped to listen finds nobody.
            with contextlib.suppress(*DROPPED):
                answered[number] = visitors[number].report(forms[number])

    threads = [threading.Thread(target=send, args=(range(first, 24, 6),)) for first in range(6)]
    with psycopg.connect(world.database_url) as busy:
        busy.execute("LOCK TABLE claims IN SHARE MODE")
        for thread in threads:
            thread.start()
        # The first of each thread has been taken, and waits in the middle of its transaction.
        eventually(lambda: world.rows(_WAITING)[0].waiting >= len(threads), "six reports under way")
        web.ask_to_stop()
        time.sleep(0.5)
    for thread in threads:
        thread.join()
    web.stop()

    assert set(range(len(threads))) <= set(answered)
    assert {answer.status for answer in answered.values()} == {TO_ANOTHER_PAGE}
    assert all(len(claims_of(world, visitors[number].order)) == 1 for number in answered)
    world.web()
    again = [visitor.report(form) for visitor, form in zip(visitors, forms, strict=True)]
    assert {answer.status for answer in again} == {TO_ANOTHER_PAGE}
    assert all(len(claims_of(world, visitor.order)) == 1 for visitor in visitors)
    be_idle(world)
    come_to_rest(world)
    check(world)


def _remedies(world: World, visitor: Visitor) -> list[str]:
    asked = """
        SELECT d.state FROM remedies AS d JOIN claims AS c ON c.id = d.claim_id JOIN orders AS o ON o.id = c.order_id
        WHERE o.order_number = %(number)s
    """
    return [row.state for row in world.rows(asked, {"number": visitor.order.number})]
