"""Patterns on the staff's front: the list, one with its picture and claims, and what a person decides."""

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.problems import Problem
from tests.support.a_pattern import a_pattern
from tests.support.builders import LATE
from tests.support.customer_front import Front
from tests.support.page import Visitor
from tests.support.queries import counted_queries
from tests.support.web import rows, sign_in_staff

_MOST = 15


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def _worker(front: Front, role: Role = Role.AGENT) -> Visitor:
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, role)
    return visitor


def test_nothing_stands_out_in_a_quiet_shop(front: Front) -> None:
    page = _worker(front).get("/staff/patterns/")

    assert "Nothing stands out" in page.text


def test_a_pattern_is_told_in_a_sentence_with_its_picture_and_the_claims_about_it(front: Front) -> None:
    claim = front.a_claim(front.an_order(parcels={"1": LATE}, status="shipped"), Problem.LATE)
    ref = a_pattern(front.toolkit, cell={"vendor": "Teahouse"})
    agent = _worker(front)

    listed = agent.get("/staff/patterns/")
    page = agent.get(f"/staff/patterns/{ref}")
    with counted_queries(front.app) as statements:
        agent.get(f"/staff/patterns/{ref}")

    assert "Vendor Teahouse: 18 of 82 parcels late where 6 are usual." in listed.text
    assert "Weeks up to" in page.answer.text
    assert page.answer.text.count("<rect") == 26
    assert claim in page.text
    assert len(statements) <= _MOST


def test_a_confirmed_pattern_opens_an_incident_and_is_decided_once(front: Front) -> None:
    ref = a_pattern(front.toolkit)
    agent, other = _worker(front), _worker(front, Role.POLICY_OWNER)
    stale = other.get(f"/staff/patterns/{ref}")

    empty = agent.get(f"/staff/patterns/{ref}").submit("Confirm it", status=422)
    done = empty.submit("Confirm it", words="Their van broke down.")
    late = stale.submit("Dismiss it", words="Chance.", status=409)

    about = rows(front.app, "SELECT i.about, p.state FROM patterns p JOIN incidents i ON i.ref = p.incident_ref")
    assert "Please say why" in empty.text
    assert "Confirmed. Thank you" in done.text
    assert "This has moved on" in late.text
    assert about == [({"vendor": "Olaria", "vendor_region": "SP", "ship_to_region": "RR"}, "confirmed")]


def test_what_claims_do_not_tell_of_makes_no_incident(front: Front) -> None:
    ref = a_pattern(front.toolkit, cell={"weekday": "1"})

    page = _worker(front).get(f"/staff/patterns/{ref}")
    page.submit("Confirm it", words="The Monday truck.")

    assert "opens no incident" in page.text
    assert "Handed over on a Monday" in page.text
    assert rows(front.app, "SELECT state, incident_ref FROM patterns") == [("confirmed", None)]


def test_a_dismissed_pattern_keeps_its_reason_and_its_name(front: Front) -> None:
    ref = a_pattern(front.toolkit)

    page = _worker(front).get(f"/staff/patterns/{ref}").submit("Dismiss it", words="It was a strike.")

    assert "It was a strike." in page.text
    assert "Confirm it" not in page.text


@pytest.mark.parametrize(("role", "status"), [(Role.FINANCE, 403), (Role.ADMIN, 200)])
def test_who_sees_claims_sees_patterns(front: Front, role: Role, status: int) -> None:
    ref = a_pattern(front.toolkit)

    page = _worker(front, role).get(f"/staff/patterns/{ref}", status=status)

    assert "Confirm it" not in page.text


def test_what_is_no_pattern_and_what_is_no_act_is_refused(front: Front) -> None:
    ref = a_pattern(front.toolkit)
    agent = _worker(front)
    token = agent.get(f"/staff/patterns/{ref}").filled(next(agent.get(f"/staff/patterns/{ref}").forms()))["csrf_token"]

    agent.get("/staff/patterns/PAT-NOBODYS", status=404)
    agent.post("/staff/patterns/PAT-NOBODYS/decide", {"csrf_token": token, "act": "confirm", "words": "x"}, status=404)
    agent.post(f"/staff/patterns/{ref}/decide", {"csrf_token": token, "act": "sing", "words": "x"}, status=422)

    assert rows(front.app, "SELECT state FROM patterns") == [("new",)]
