"""The browser that reports is counted by a random id; whoever only looks is given none, and no colleague is counted."""

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.limits import Subject
from portal.domain.problems import Problem
from portal.services.subject_keys import key_of
from tests.support.builders import OrderMade
from tests.support.customer_front import Front, fields
from tests.support.page import Page, Visitor
from tests.support.web import rows, sign_in_customer, sign_in_staff

NAME = "amends-device"


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def devices(front: Front) -> list[bytes]:
    """Give the hash of the browser of each claim, the oldest first."""
    asked = "SELECT key FROM claim_subjects WHERE kind = 'device' ORDER BY claim_id"
    return [bytes(row.key) for row in rows(front.app, asked)]


def told(visitor: Visitor, order: OrderMade) -> Page:
    page = visitor.get(f"/orders/{order.number}/report")
    return page.submit("Tell us", **fields({"line_1-chosen": "y", "line_1-problem": "damaged"}))


def held_by(visitor: Visitor) -> str:
    cookie = visitor.client.get_cookie(NAME)
    assert cookie is not None
    return cookie.value


def test_everybody_who_reports_from_one_browser_has_its_id_and_another_browser_has_another(front: Front):
    first, second, elsewhere = front.an_order(), front.an_order(), front.an_order()
    visitor = front.owner(first)

    told(visitor, first)
    mine = held_by(visitor)
    sign_in_customer(visitor.client, second.customer_id)
    told(visitor, second)
    told(front.owner(elsewhere), elsewhere)

    one, same, another = devices(front)
    assert one == same == key_of(front.toolkit.secret_key, Subject.DEVICE, mine).key
    assert another != one
    assert held_by(visitor) == mine


def test_it_lasts_a_year_is_hidden_from_scripts_and_stays_with_us(front: Front):
    order = front.an_order()
    visitor = front.owner(order)
    page = visitor.get(f"/orders/{order.number}/report")
    before = visitor.client.get_cookie(NAME)

    form = next(form for form in page.forms() if form.get("id") == "lines")
    said = {**page.filled(form), "line_1-chosen": "y", "line_1-problem": "damaged"}
    answer = visitor.client.post(f"/orders/{order.number}/report", data=said)

    (cookie,) = (one for one in answer.headers.getlist("Set-Cookie") if one.startswith(f"{NAME}="))
    assert before is None
    assert answer.status_code == 303
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=31536000"))


@pytest.mark.parametrize("planted", ["", "x", "w" * 3_000, "a" * 42 + "é", "one\\072two"])
def test_an_id_that_is_not_ours_is_replaced(front: Front, planted: str):
    order = front.an_order()
    visitor = front.owner(order)
    visitor.client.set_cookie(NAME, planted)

    told(visitor, order)

    assert len(held_by(visitor)) == 43
    assert devices(front) == [key_of(front.toolkit.secret_key, Subject.DEVICE, held_by(visitor)).key]


def test_a_correction_keeps_it_and_a_colleague_who_reports_for_a_customer_leaves_none(front: Front):
    order, other = front.an_order(), front.an_order()
    visitor = front.owner(order)
    landed = told(visitor, order)
    landed.visitor.get(f"{landed.path}/correct").submit("Save the change", words="It leaks.")
    colleague = Visitor(front.app)
    sign_in_staff(colleague.client, Role.AGENT)

    page = colleague.get(f"/staff/orders/{other.number}/report")
    page.submit("Report it for the customer", **fields({"line_1-chosen": "y", "line_1-problem": Problem.DAMAGED.value}))

    claims = rows(front.app, "SELECT count(*) FROM claims")[0].count
    assert claims == 3
    assert len(devices(front)) == 2
    assert len(set(devices(front))) == 1
    assert colleague.client.get_cookie(NAME) is None
