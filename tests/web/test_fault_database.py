"""PostgreSQL in trouble: the whole is tried again, or it is a 503 that says when to come back; never a part of it."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import event

from portal.domain.problems import Problem
from tests.support.builders import LATE, OrderMade
from tests.support.customer_front import Front
from tests.support.engines import engine_of
from tests.support.invariants import assert_all_hold
from tests.support.page import Page
from tests.support.troubled_database import breaking
from tests.support.web import Clock, build_app, close_app, toolkit_of

_WRITTEN = """
    SELECT (SELECT count(*) FROM claims) AS claims, (SELECT count(*) FROM claim_events) AS events,
           (SELECT count(*) FROM remedies) AS remedies, (SELECT count(*) FROM refunds) AS refunds,
           (SELECT count(*) FROM letters) AS letters, (SELECT count(*) FROM journal_entries) AS entries,
           (SELECT count(*) FROM jobs.procrastinate_jobs) AS jobs, (SELECT max(version) FROM claims) AS version
"""


@pytest.fixture
def front(app: Flask) -> Iterator[Front]:
    """Open the shop; once all is well again, everything must hold."""
    opened = Front(app)
    yield opened
    assert_all_hold(opened.toolkit)


def a_late_order(front: Front) -> OrderMade:
    return front.an_order(parcels={"1": LATE}, status="shipped")


def offered(front: Front) -> tuple[str, Page]:
    order = a_late_order(front)
    ref = front.a_claim(order, Problem.MISSING_PACKAGE)
    return ref, front.owner(order).get(f"/claims/{ref}")


def written(front: Front) -> tuple[Any, ...]:
    with psycopg.connect(_url(front)) as connection:
        row = connection.execute(_WRITTEN).fetchone()
    assert row is not None
    return row


def _url(front: Front) -> str:
    engine = engine_of(front.toolkit)
    return str(engine.url.set(drivername="postgresql").render_as_string(hide_password=False))


@pytest.mark.proves("fault 42")
@pytest.mark.parametrize("code", ["40001", "40P01", "55P03"])
@pytest.mark.parametrize("table", ["claim_events", "remedies"])
def test_what_passes_is_tried_again_whole_and_succeeds_at_the_third_time(
    front: Front, database_url: str, table: str, code: str
):
    _, page = offered(front)

    with breaking(database_url, table, code, times=2):
        landed = page.submit("Give me R$60.00 back")

    assert "You chose money back." in landed.text
    assert written(front)[2:4] == (1, 1)


@pytest.mark.proves("fault 42")
@pytest.mark.parametrize("code", ["40001", "40P01", "55P03", "57014", "53100"])
def test_what_does_not_pass_is_a_503_with_the_words_kept_and_nothing_of_it_written(
    front: Front, database_url: str, code: str
):
    ref, page = offered(front)
    before = written(front)

    with breaking(database_url, "claim_events", code):
        accepted = page.submit("Give me R$60.00 back", status=503)
        asked = page.submit("Send", words="Where is it?", status=503)

    assert accepted.answer.headers["Retry-After"]
    assert "Where is it?" in asked.text
    assert written(front) == before
    assert page.visitor.get(f"/claims/{ref}").submit("Give me R$60.00 back").path == f"/claims/{ref}"


@pytest.mark.proves("fault 64", "P6")
@pytest.mark.parametrize("button", ["Give me R$60.00 back", "Take R$66.00 credit", "Send it again"])
def test_where_the_line_of_who_did_it_cannot_be_written_the_deed_is_not_done(
    front: Front, database_url: str, button: str
):
    _, page = offered(front)
    before = written(front)

    with breaking(database_url, "claim_events", "P0001"):
        page.submit(button, status=500)

    assert written(front) == before


@pytest.mark.proves("fault 64", "P6")
def test_a_report_without_its_line_of_history_is_none(front: Front, database_url: str):
    order = a_late_order(front)
    page = front.owner(order).get(f"/orders/{order.number}/report")

    with breaking(database_url, "claim_events", "P0001"):
        refused = page.submit("Tell us", words="It never came.", status=500, **{"line_1-problem": "missing_package"})

    assert "It never came." in refused.text
    assert written(front)[:2] == (0, 0)


@pytest.mark.proves("fault 42")
def test_a_row_that_somebody_holds_for_long_is_a_503_and_the_same_press_works_afterwards(
    worker_database_url: str, database_url: str, clock: Clock
):
    app = build_app(worker_database_url, clock)
    _wait_only(app, "200ms")
    front = Front(app)
    ref, page = offered(front)
    before = written(front)
    with psycopg.connect(database_url) as holder:
        holder.execute("SELECT 1 FROM orders FOR UPDATE")
        page.submit("Give me R$60.00 back", status=503)
    meanwhile = written(front)

    landed = page.submit("Give me R$60.00 back")
    assert_all_hold(front.toolkit)
    close_app(app)

    assert meanwhile == before
    assert landed.path == f"/claims/{ref}"


def _wait_only(app: Flask, how_long: str) -> None:
    """Let connections of this application wait for a lock less long, so that the test does."""
    engine = engine_of(toolkit_of(app))
    engine.dispose()

    def shorter(connection: Any, _record: object) -> None:
        connection.execute(f"SET lock_timeout = '{how_long}'".encode())
        connection.commit()

    event.listen(engine, "connect", shorter)


@pytest.mark.proves("fault 43")
def test_without_a_connection_left_a_page_is_a_503_within_seconds(
    worker_database_url: str, database_url: str, clock: Clock
):
    app = build_app(worker_database_url, clock)
    front = Front(app)
    order = a_late_order(front)
    visitor = front.owner(order)
    with ExitStack() as taken:
        engine = engine_of(toolkit_of(app))
        for _ in range(engine.pool.size() + engine.pool._max_overflow):
            taken.enter_context(engine.connect())
        began = time.monotonic()
        answer = visitor.client.get("/orders")
        waited = time.monotonic() - began
        sent = visitor.client.get("/readyz")
    after = visitor.client.get("/orders")
    assert_all_hold(front.toolkit)
    close_app(app)

    assert (answer.status_code, sent.status_code, after.status_code) == (503, 503, 200)
    assert answer.headers["Retry-After"]
    assert waited < 7


@pytest.mark.proves("fault 49", "F8")
def test_eight_presses_at_once_report_once_and_all_land_on_the_same_page(front: Front):
    order = a_late_order(front)
    page = front.owner(order).get(f"/orders/{order.number}/report")
    form = page.filled(next(form for form in page.forms() if form.get("id") == "lines"))
    typed = {**form, "line_1-problem": "missing_package"}

    def press(_: int) -> tuple[int, str]:
        client = front.app.test_client()
        cookie = page.visitor.client.get_cookie("amends")
        assert cookie is not None
        client.set_cookie("amends", cookie.value)
        answer = client.post(page.path, data=typed)
        return answer.status_code, answer.location

    with ThreadPoolExecutor(8) as threads:
        answers = set(threads.map(press, range(8)))

    assert len(answers) == 1
    assert answers.pop()[0] == 303
    assert written(front)[0] == 1
