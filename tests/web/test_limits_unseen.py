"""What was counted is for colleagues: whom a limit, a list or a budget sends to a person reads by when, and no more."""

from datetime import timedelta

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.limits import ListKind
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.services.add_to_list import Entry, add_to_list
from portal.services.publish_policy import publish_policy
from tests.support.builders import LATE, OrderMade, a_line
from tests.support.customer_front import Front
from tests.support.holding_policies import a_budget, a_limit, written
from tests.support.page import Visitor
from tests.support.staff_made import a_staff_member
from tests.support.unseen import said_of_limits
from tests.support.web import rows, sign_in_staff

WHY = "They report empty boxes too often."


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def lost(front: Front, customer_id: int | None = None, locale: str = "en") -> tuple[OrderMade, str]:
    lines = [a_line(price=5_000)]
    order = front.an_order(customer_id, parcels={"1": LATE}, status="shipped", lines=lines, locale=locale)
    return order, front.a_claim(order, Problem.MISSING_PACKAGE, locale=locale)


def _published(front: Front, *tables: str, amount: str) -> None:
    source = written(tables, amount, "not_ours")
    publish_policy(front.toolkit, source=source, actor=front.actor, despite="A small one, for a test.")


def by_a_limit(front: Front, locale: str) -> tuple[OrderMade, str, str]:
    _published(front, a_limit("customer", remedies=1), amount="100.00")
    first, ref = lost(front, locale=locale)
    front.take(ref, RemedyKind.REFUND)
    return *lost(
        front, first.customer_id, locale
    ), "In 30 days 1 remedy went to this customer. From 1 on, a person answers."


def by_value(front: Front, locale: str) -> tuple[OrderMade, str, str]:
    _published(front, a_limit("mailbox", value=True), amount="10.00")
    return *lost(front, locale=locale), "Above R$10.00 a person answers."


def by_a_list(front: Front, locale: str) -> tuple[OrderMade, str, str]:
    _published(front, amount="100.00")
    first, ref = lost(front, locale=locale)
    staff_id = a_staff_member(front.toolkit, role=Role.ADMIN)
    until = front.now().date() + timedelta(days=30)
    entry = Entry(ListKind.BLOCK, WHY, until, claim_ref=ref, subject="address")
    add_to_list(front.toolkit, staff_id=staff_id, entry=entry)
    return *lost(front, first.customer_id, locale), "A list says that a person always answers this address."


def by_a_budget_at_choice(front: Front, locale: str) -> tuple[OrderMade, str, str]:
    _published(front, a_budget("not_ours"), amount="100.00")
    order, ref = lost(front, locale=locale)
    _, sooner = lost(front)
    front.take(sooner, RemedyKind.REFUND)
    front.take(ref, RemedyKind.REFUND)
    return order, ref, "Budget for “Not ours, mended anyway” (Month): R$"


@pytest.mark.parametrize("locale", ["en", "pt_BR"])
@pytest.mark.parametrize("held", [by_a_limit, by_value, by_a_list, by_a_budget_at_choice])
def test_staff_read_what_was_counted_and_the_customer_only_by_when_a_person_answers(front: Front, held, locale: str):
    order, ref, sentence = held(front, locale)
    owner = front.visitor(order.customer_id, locale=locale)
    colleague = Visitor(front.app)
    sign_in_staff(colleague.client, Role.AGENT)

    pages = (f"/claims/{ref}", f"/orders/{order.number}/report", "/orders", "/credit")
    seen = [owner.get(path).answer.text for path in pages]
    asked = "SELECT context::text AS told FROM letters WHERE claim_id = :id"
    claim = front.claim(ref)
    mails = [row.told for row in rows(front.app, asked, id=claim.id)]

    assert claim.lines[0].state == "escalated"
    assert mails
    assert said_of_limits(*seen, *mails) == []
    assert sentence in colleague.get(f"/staff/claims/{ref}").text
