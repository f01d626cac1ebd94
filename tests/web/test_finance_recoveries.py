"""What a carrier paid of an incident: written down by one of finance, booked by another, and corrected by an entry."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.errors import NotAllowed
from portal.domain.money import Money
from portal.domain.recoveries import Payer, Recovery
from portal.services.close_incident import merge_incident
from portal.services.declare_incident import declare_incident
from portal.services.record_recovery import book_recovery, record_recovery
from portal.services.work_on_incident import At
from portal.web.finance.recovery_views import ROWS
from tests.support.invariants import assert_all_hold
from tests.support.page import Page, Visitor
from tests.support.second_factor import enrolled
from tests.support.staff_made import a_staff_member
from tests.support.web import csrf_token, rows, sign_in_staff, toolkit_of

HERE = "/finance/recoveries"
_STANDS = "SELECT account, currency, sum(p.amount_minor) FROM journal_postings p GROUP BY 1, 2 ORDER BY 1, 2"
_NEWEST = "SELECT ref FROM recoveries ORDER BY id DESC"
_LET_GO = """
    INSERT INTO recoveries (ref, incident_ref, payer, payer_name, amount_minor, currency, received_on, reference,
        recorded_by, recorded_at, outcome, decided_by, decided_at)
    SELECT 'RCV-' || n, incident_ref, payer, payer_name, amount_minor, currency, received_on, 'NF-77-' || n,
        recorded_by, recorded_at, 'dropped', decided_by, decided_at FROM recoveries, generate_series(1, :many) AS n
"""
_BOOKED = "SELECT effective_on, dimensions ->> 'carrier', dimensions ->> 'payer' FROM journal_entries"


def _of(app: Flask, role: Role = Role.FINANCE) -> Visitor:
    visitor = Visitor(app)
    enrolled(toolkit_of(app), sign_in_staff(visitor.client, role))
    return visitor


def _incident(app: Flask, **about: str) -> str:
    about = about or {"carrier": "Sedex"}
    return declare_incident(toolkit_of(app), words="A truck burnt.", about=about, actor=Actor.staff(1))


def _write(visitor: Visitor, incident: str, *, status: int = 200, **typed: str) -> Page:
    today = toolkit_of(visitor.app).now().date().isoformat()
    said = {"payer": "carrier", "payer_name": "Sedex", "amount": "1,234.50", "currency": "brl", "received_on": today}
    fields = {"incident": incident.lower(), "reference": "NF-77", **said, **typed}
    return visitor.get(HERE).submit("Leave it for a second person", status=status, **fields)


def _press(visitor: Visitor, ref: str, *, status: int) -> Page:
    """Send what a page did not offer, or does not offer any more."""
    return visitor.post(f"{HERE}/{ref}/book", {"csrf_token": csrf_token(visitor.client, HERE)}, status=status)


def test_what_one_wrote_down_another_books_and_what_was_an_error_is_taken_back_by_an_entry(app: Flask) -> None:
    incident, writer, booker, agent = _incident(app), _of(app), _of(app), _of(app, Role.AGENT)
    written = _write(writer, incident)
    twice = _write(writer, incident, status=422, payer_name="SEDEX", reference="nf-77 ")
    ref = rows(app, "SELECT ref FROM recoveries")[0].ref
    before = agent.get("/staff/incidents/")

    _press(writer, ref, status=403)
    booked = booker.get(HERE).submit(f"Book it: {ref}")
    again = _press(writer, ref, status=409)
    page, listed = agent.get(f"/staff/incidents/{incident}"), agent.get("/staff/incidents/")
    costs, stale = writer.get("/finance/"), writer.get(HERE)
    booker.get(HERE).submit(f"Have it taken back: {ref}", reason="I looked at another.")
    booker.get(HERE).submit(f"Let go of this: {rows(app, _NEWEST)[0].ref}")
    upheld = agent.get(f"/staff/incidents/{incident}")
    unsaid = booker.get(HERE).submit(f"Have it taken back: {ref}", reason=" ", status=422)
    doubted = booker.get(HERE).submit(f"Have it taken back: {ref}", reason="It was meant for another shop.")
    doubt = rows(app, _NEWEST)[0].ref
    late = stale.submit(f"Have it taken back: {ref}", reason="I saw it too.", status=409)
    _press(booker, doubt, status=403)
    undone = writer.get(HERE).submit(f"Book it: {doubt}")

    assert f"Book it: {ref}" not in written.answer.text
    assert f"It was an error: {ref}" in booked.text
    assert "This payment was told before" in twice.text
    assert "R$1,234.50" not in before.text
    assert "has moved on" in again.text
    assert all("R$1,234.50" in one.text for one in (booked, page, listed, costs))
    assert "-R$1,234.50" in page.text
    assert f"a payment back: it stands Finance of the tests · Sedex · {ref}" in upheld.text
    assert "Please say in up to 400 letters" in unsaid.text
    assert "Booked, said to be an error" in doubted.text
    assert "has moved on" in late.text
    assert "I saw it too." in late.text
    assert "Undone" in undone.text
    assert f"Takes back {ref}: It was meant for another shop." in undone.text
    assert [tuple(one) for one in rows(app, _STANDS)] == [("bank", "BRL", 0), ("recovery_income", "BRL", 0)]
    assert rows(app, "SELECT count(*) AS many FROM journal_entries")[0].many == 2
    assert "Written down." in _write(writer, incident).text
    assert_all_hold(toolkit_of(app))


def test_it_counts_on_its_day_for_the_incident_that_another_became_a_part_of_once_and_may_be_let_go(app: Flask) -> None:
    toolkit, part, whole, day = toolkit_of(app), _incident(app), _incident(app, vendor="Teahouse"), timedelta(days=40)
    first, second = (Actor.staff(a_staff_member(toolkit, role=Role.FINANCE)) for _ in range(2))
    received_on = toolkit.now().date() - day
    said = Recovery(part, Payer.INSURER, "Acme", Money(700, "JPY"), received_on, "A-1", first)
    ref = record_recovery(toolkit, said)
    with pytest.raises(NotAllowed):
        book_recovery(toolkit, ref, first)
    book_recovery(toolkit, ref, second)
    merge_incident(toolkit, At(part, 1, first), into=whole)
    finance = _of(app)

    twice = _write(finance, whole, payer_name=" acme", reference="a-1", status=422)
    _write(finance, part, reference="A-2")
    finance.get(HERE).submit(f"Let go of this: {rows(app, _NEWEST)[0].ref}")
    page = _of(app, Role.AGENT).get(f"/staff/incidents/{whole}")

    assert "This payment was told before" in twice.text
    assert "Sooner than the incident began" in twice.text
    assert "¥700" in page.text
    assert rows(app, "SELECT incident_ref FROM recoveries ORDER BY id DESC")[0].incident_ref == whole
    assert [tuple(one) for one in rows(app, _BOOKED)] == [(received_on, None, "insurer")]
    assert_all_hold(toolkit)


def test_what_was_booked_long_ago_is_found_by_its_page_and_taken_back(app: Flask) -> None:
    toolkit, incident, finance = toolkit_of(app), _incident(app), _of(app)
    first, second = (Actor.staff(a_staff_member(toolkit, role=Role.FINANCE)) for _ in range(2))
    said = Recovery(incident, Payer.CARRIER, "Sedex", Money(700, "BRL"), toolkit.now().date(), "NF-1", first)
    ref = record_recovery(toolkit, said)
    book_recovery(toolkit, ref, second)
    with toolkit.transaction() as session:
        session.execute(text(_LET_GO), {"many": ROWS})

    newest = finance.get(HERE)
    led = finance.get(f"{HERE}/{ref}/doubt")
    doubted = newest.follow("Older").submit(f"Have it taken back: {ref}", reason="It was another's.")

    assert ref not in newest.text
    assert ref in led.text
    assert f"Takes back {ref}" in doubted.text
    assert "Newer" in led.links()


@pytest.mark.parametrize(
    ("place", "typed", "said"),
    [
        ("incident", "INC-NONE", "Please give the name of an incident"),
        ("payer", "the sea", "Please choose who paid."),
        ("amount", "a lot", "Please give what came, as an amount above zero."),
        ("currency", "XXQ", "Please give the three letters of a currency."),
        ("received_on", "yesterday", "Please give the day on which it came"),
    ],
)
def test_what_is_wrong_of_a_payment_is_said_beside_it_and_all_that_was_typed_stays(
    app: Flask, place: str, typed: str, said: str
) -> None:
    right = {
        "incident": _incident(app),
        "payer": "insurer",
        "payer_name": "Acme",
        "amount": "12.50",
        "currency": "EUR",
        "received_on": toolkit_of(app).now().date().isoformat(),
        "reference": "A-1",
    }
    given = right | {place: typed}

    page = _of(app).get(HERE).submit("Leave it for a second person", given, status=422)

    elements = {element.get("id"): element for element in page.document.iter()}
    kept = page.filled(next(form for form in page.forms() if form.get("action") == HERE))
    assert said in "".join(elements[f"{place}-error"].itertext())
    assert [name for name in right if f"{name}-error" in elements] == [place]
    # What is no choice of a list cannot stand in it.
    assert {name: kept.get(name) for name in given if (name, place) != ("payer", "payer")} == {
        name: value for name, value in given.items() if (name, place) != ("payer", "payer")
    }
    assert rows(app, "SELECT 1 FROM recoveries") == []
