"""The journey on the staff's front: who may see it, what it says before and after it is counted, and the digest."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.journey import EVERY, Span
from portal.domain.problems import Problem
from portal.records.journey import Counted
from portal.services.count_journey import count_journey
from portal.web.staff.pages.journey import told_of
from tests.support.builders import LATE
from tests.support.customer_front import Front
from tests.support.page import Visitor
from tests.support.queries import counted_queries
from tests.support.web import rows, sign_in_staff

_PAGES = ("/staff/journey/", "/staff/journey/kept", "/staff/journey/beyond", "/staff/journey/digest")


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def _worker(front: Front, role: Role = Role.LEADER) -> Visitor:
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, role)
    return visitor


@pytest.mark.parametrize(("role", "status"), [(Role.AGENT, 403), (Role.FINANCE, 200)])
def test_the_journey_is_for_those_who_lead_and_for_those_who_see_the_whole(
    front: Front, role: Role, status: int
) -> None:
    worker = _worker(front, role)

    for path in _PAGES:
        worker.get(path, status=status)


def test_a_journey_that_nobody_counted_says_so_and_can_be_asked_for(front: Front) -> None:
    page = _worker(front).get("/staff/journey/")

    after = page.submit("Count now")

    assert "Nothing is counted yet" in page.text
    assert "The worker counts now." in after.text
    waiting = rows(front.app, "SELECT task_name FROM jobs.procrastinate_jobs WHERE status = 'todo'")
    assert [row.task_name for row in waiting] == ["journey.count"]


def test_a_leader_reads_each_stage_with_its_owner_and_sees_no_claim(front: Front) -> None:
    front.a_claim(front.an_order(parcels={"1": LATE}, status="shipped"), Problem.LATE)
    count_journey(front.toolkit)
    leader = _worker(front)

    page = leader.get("/staff/journey/")
    other = leader.get("/staff/journey/?currency=XYZ")
    with counted_queries(front.app) as statements:
        leader.get("/staff/journey/")

    assert "Head of Transport" in page.text
    assert "1,000.0 · 1 problem" in page.text
    assert page.answer.text.count('role="img"') == 8
    assert all(page.text.count(term) == 16 for term in ("To the apology", "To the remedy", "To restored"))
    assert 'data-label="To the apology">at once<' in page.answer.text
    assert page.text == other.text
    assert len(statements) <= 8
    leader.get("/staff/", status=403)
    assert "Nobody who reported a problem has ninety days behind them." in leader.get("/staff/journey/kept").text


def test_a_month_tells_how_soon_and_how_many_are_restored_with_the_interval() -> None:
    june, hour = date(2026, 6, 1), 3_600.0
    halves: dict[str, Any] = {
        "apology_p90": hour,
        "remedy_p90": hour,
        "restored_p90": hour,
        "counted_at": datetime(2026, 7, 1, tzinfo=UTC),
    }
    times: dict[str, Any] = {"apology_median": 3 * hour, "remedy_median": 72 * hour, "restored_median": None}
    month = [
        Counted(Span.MONTH.value, june, stage, "BRL", date(2026, 6, 30), 500, 6, 1, 8, 6, 6, **times, **halves)
        for stage in (EVERY, "transit")
    ]

    told = told_of(month, ()).month("2026-06", june, "transit", "en")

    assert told.counts == ("6", "12.0", "1", "–")
    assert told.times == ("3 hours", "3 days", "–", "6 of 8 · 41% to 93%")


def test_the_digest_of_a_week_that_is_not_counted_yet_gives_way_to_the_newest_that_is(front: Front) -> None:
    leader = _worker(front)

    never = leader.get("/staff/journey/digest")
    count_journey(replace(front.toolkit, now=lambda: front.now() - timedelta(days=7)))
    before = leader.get("/staff/journey/digest")
    count_journey(front.toolkit)
    after = leader.get("/staff/journey/digest")

    assert "No week is counted yet." in never.text
    assert "No orders." not in never.text
    assert "Last week is not counted yet." in before.text
    assert "No orders." in before.text
    assert "counted yet" not in after.text
    assert "No orders." in after.text
