"""PostgreSQL is restarted and killed under load: what was acknowledged is there, errors are 503, and all goes on."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

import psycopg
import pytest

from portal.launch import postgres
from tests.prove.crash.customers import OK, TO_ANOTHER_PAGE, UNAVAILABLE, Visitor, claims_of
from tests.prove.crash.doors import Way, nothing
from tests.prove.crash.load import Load
from tests.prove.crash.news import News
from tests.prove.crash.processes import Process
from tests.prove.crash.rest import allow_mails_of_the_break, be_idle, check, come_to_rest
from tests.prove.crash.server import kill, restart
from tests.prove.crash.world import World, eventually

_BACK_WITHIN_SECONDS = 10.0
_MOST_CONNECTIONS = 100


@pytest.fixture
def web(world: World) -> Process:
    return world.web()


@pytest.mark.proves("F4")
@pytest.mark.parametrize(
    "lost",
    [
        pytest.param(restart, marks=pytest.mark.proves("fault 40")),
        pytest.param(kill, marks=pytest.mark.proves("fault 41")),
    ],
)
def test_under_load_the_database_goes_and_comes_back(
    world: World, web: Process, lost: Callable[[postgres.Server], None]
):
    worker = be_idle(world)
    load, news = Load([Visitor.of(world) for _ in range(64)]), News(world)
    with load.running(), news.running():
        time.sleep(1.5)
        since, lost_at = datetime.now(UTC), time.monotonic()
        lost(world.server)
        until, came_back = datetime.now(UTC), time.monotonic()
        time.sleep(3)
    world.reconnect()

    assert set(load.statuses()) <= {OK, TO_ANOTHER_PAGE, UNAVAILABLE}, load.statuses()
    assert all(answer.retry_after for _, answer in load.refused())
    last_error = max((at for at, _ in load.refused()), default=came_back) - came_back
    assert last_error < _BACK_WITHIN_SECONDS
    assert any(at > came_back for at, answer in load.answered if answer.status != UNAVAILABLE)
    assert all(path.rpartition("/")[2] in claims_of(world, who.order) for who, path in load.reported)
    # Whatever news was answered well is kept, from before the loss as from after it.
    assert {at > lost_at for at, _ in news.taken} == {True, False}
    assert {status for _, status in news.answered} <= {OK, UNAVAILABLE}
    assert not news.lost()
    assert worker.runs()
    come_to_rest(world, seconds=90)
    print(f"{load.statuses()}, dropped {load.dropped}, {len(news.taken)} events")
    print(f"last error {last_error:.1f} s after it was back")
    allow_mails_of_the_break(world, since, until)
    check(world)


@pytest.mark.proves("fault 40")
def test_one_connection_cut_anywhere_leaves_no_job_that_its_worker_has_forgotten(world: World):
    """Cut off: what marks a job as done, what takes one, and what commits; the worker lives on and forgets none."""
    worker = be_idle(world)
    for statement in ("procrastinate_finish_job", "procrastinate_fetch_job", "COMMIT after"):
        met = cut_off(world, statement)
        world.reported()
        eventually(met.is_set, f"the cut at {statement}")
        come_to_rest(world)

    assert worker.runs()
    check(world)


@pytest.mark.proves("fault 43")
def test_without_a_free_connection_visitors_are_told_within_five_seconds_to_come_again(world: World, web: Process):
    visitor = Visitor.of(world)
    visitor.report_form()
    with every_connection_taken(world):
        # Those of the web's own pool are taken from it as well.
        world.doors.of_web.cut()
        began = time.monotonic()
        answer = visitor.get(f"/orders/{visitor.order.number}/report")
        took = time.monotonic() - began

    assert (answer.status, answer.retry_after != "") == (UNAVAILABLE, True)
    assert took < 6
    eventually(lambda: visitor.get(f"/orders/{visitor.order.number}/report").status == OK, "the page", seconds=10)
    be_idle(world)
    check(world)


@contextmanager
def every_connection_taken(world: World) -> Iterator[None]:
    """Take whatever connections the server has left, and those that become free."""
    with ExitStack() as taken:
        for _ in range(2):
            world.doors.of_web.cut()
            time.sleep(0.3)
            for _ in range(_MOST_CONNECTIONS):
                try:
                    taken.enter_context(psycopg.connect(world.server.url_of("postgres")))
                except psycopg.OperationalError:
                    break
            else:
                raise AssertionError(f"after {_MOST_CONNECTIONS} there was still a free connection")
        yield


def cut_off(world: World, statement: str) -> threading.Event:
    """Forward the next such statement of the worker, and cut its connection before the answer; tell when it has."""
    return world.doors.database.break_next(Way.ANSWER, lambda text: statement in text, nothing)
