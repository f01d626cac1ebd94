"""Budgets as staff see them: what was used, taken back and left to a person, against what the rules in force say."""

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.services.publish_policy import publish_policy
from tests.support.builders import LATE, a_line
from tests.support.customer_front import Front
from tests.support.holding_policies import a_budget, written
from tests.support.page import Visitor
from tests.support.queries import counted_queries
from tests.support.web import sign_in_staff


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def reader(front: Front, role: Role = Role.FINANCE) -> Visitor:
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, role)
    return visitor


def publish(front: Front, *tables: str, amount: str = "150.00") -> None:
    source = written(tables, amount, "not_ours")
    publish_policy(front.toolkit, source=source, actor=front.actor, despite="A small one, for a test.")


def lost(front: Front) -> str:
    order = front.an_order(parcels={"1": LATE}, status="shipped", lines=[a_line(price=5_000)])
    return front.a_claim(order, Problem.MISSING_PACKAGE)


def test_what_was_promised_stands_beside_the_budget_with_the_claims_that_went_to_a_person(front: Front):
    publish(front, a_budget("not_ours"), a_budget("goodwill", period="year"))
    refs = [lost(front) for _ in range(4)]
    for ref in refs[:3]:
        front.take(ref, RemedyKind.REFUND)
    states = [front.claim(ref).lines[0].state for ref in refs]
    held = states.count("escalated") + [front.claim(lost(front)).lines[0].state].count("escalated")

    page = reader(front).get("/staff/budgets/")

    offers = [offer for ref in refs for offer in front.claim(ref).lines[0].offers]
    taken = sum(offer.amount_minor for offer in offers if offer.state == "accepted")
    assert held == 2
    assert f"R${taken / 100:.2f}" in page.text
    assert "R$150.00" in page.text
    assert "2 claims" in page.text
    assert "Goodwill · Year (All markets without a policy of their own)" in page.text


def test_earlier_periods_are_paged_and_as_many_questions_are_asked_for_fifty_as_for_one(front: Front):
    publish(front, a_budget("not_ours"))
    visitor = reader(front)
    with counted_queries(front.app) as few:
        visitor.get("/staff/budgets/")
    with front.toolkit.transaction() as session:
        session.connection().exec_driver_sql("""
            INSERT INTO budget_uses (market, policy_class, period, begins_on, currency)
            SELECT '*', 'not_ours', 'month', date '2018-01-01' + n * interval '1 month', 'BRL'
            FROM generate_series(1, 70) n
        """)

    with counted_queries(front.app) as many:
        first = visitor.get("/staff/budgets/")
    second = first.follow("Older")

    assert len(many) == len(few) <= 8
    assert [page.text.count("Month") for page in (first, second)] == [51, 20]
    assert "Nothing was promised of it yet." in first.text
    assert "Nothing was promised of it yet." not in second.text


@pytest.mark.parametrize("after", ["2026-11-01", "2026-13-01~5", "2026-11-01~x", "~", "2026-11-01~" + "9" * 30, "é~1"])
def test_a_place_that_is_none_begins_at_the_top(front: Front, after: str):
    publish(front, a_budget("not_ours"))

    page = reader(front).client.get("/staff/budgets/", query_string={"after": after})

    assert page.status_code == 200
    assert "In their periods of today" in page.text


def test_agents_see_no_budgets_and_a_policy_without_any_says_so(front: Front):
    publish(front)

    reader(front, Role.AGENT).get("/staff/budgets/", status=403)
    page = reader(front, Role.POLICY_OWNER).get("/staff/budgets/")

    assert "The rules in force name none." in page.text
