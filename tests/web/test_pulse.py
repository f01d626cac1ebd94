"""Nobody works: the monitor and the staff's queue say so within minutes, and say no more once somebody does."""

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg.errors import UniqueViolation

from portal.domain.authority import Role
from portal.domain.problems import Problem
from portal.domain.pulse import PULSE
from tests.support.builders import LATE, Shop
from tests.support.page import Visitor
from tests.support.web import sign_in_staff, toolkit_of

pytestmark = pytest.mark.proves("fault 61")
_BEGAN = """
    INSERT INTO jobs.procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
    VALUES (%s, '', extract(epoch FROM now()) - %s)
"""
_QUEUE_A_SWEEP = """
    SELECT jobs.procrastinate_defer_periodic_job_v2('default', NULL, %(name)s, %(name)s, 0, '', %(at)s, '{}')
"""


def sweep_began(database_url: str, seconds_ago: int, name: str = PULSE) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(_BEGAN, (name, seconds_ago))


@pytest.fixture
def agent(app: Flask) -> Visitor:
    visitor = Visitor(app)
    sign_in_staff(visitor.client, Role.AGENT)
    return visitor


def test_a_shop_that_never_had_a_worker_is_not_working_and_is_ready(client: FlaskClient):
    answer = client.get("/workz")

    assert (answer.status_code, answer.text) == (503, "no worker has run yet\n")
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(("seconds_ago", "status"), [(0, 200), (100, 200), (130, 503), (300, 503), (3_600, 503)])
def test_without_a_sweep_for_minutes_the_monitor_is_told(
    client: FlaskClient, database_url: str, capsys: pytest.CaptureFixture[str], seconds_ago: int, status: int
):
    sweep_began(database_url, seconds_ago)
    # Others begin by a clock of their own, and prove nothing.
    sweep_began(database_url, 0, "sweeps.remind_of_refunds")

    answer = client.get("/workz")

    assert answer.status_code == status
    assert ("no work is being done" in "".join(capsys.readouterr())) == (status == 503)


def test_the_queue_of_staff_says_since_when_nobody_works_and_how_much_waits(
    app: Flask, agent: Visitor, database_url: str
):
    shop = Shop(toolkit_of(app))
    shop.default_policy()
    shop.a_claim(shop.an_order(parcels={"1": LATE}), Problem.MISSING_PACKAGE)
    before = agent.get("/staff/").text
    sweep_began(database_url, 250)

    page = agent.get("/staff/").text

    assert "No work has been begun" not in before
    assert "No work has been begun for 4 minutes." in page
    assert "1 job is due." in page
    sweep_began(database_url, 1)
    assert "No work has been begun" not in agent.get("/staff/").text


def test_a_worker_that_is_minutes_behind_is_seen_though_it_lives(client: FlaskClient, database_url: str):
    """The sweep that waits in the queue lets no later one in, so that the moment of the last one grows old."""
    with psycopg.connect(database_url, autocommit=True, options="-c search_path=jobs") as worker:
        moments = worker.execute("SELECT extract(epoch FROM now())::bigint - 150 AS at").fetchone()
        at = moments[0] if moments else 0
        worker.execute(_QUEUE_A_SWEEP, {"name": PULSE, "at": at})
        with pytest.raises(UniqueViolation):
            worker.execute(_QUEUE_A_SWEEP, {"name": PULSE, "at": at + 150})

    assert client.get("/workz").status_code == 503
