"""Incidents on the staff's front: what each waits for, one page to work on it, and what cannot be done said plainly."""

import psycopg
import pytest
from flask import Flask

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.outreach import Plan
from portal.domain.problems import Problem
from portal.records.sessions import libpq_url
from portal.services.declare_incident import declare_incident
from portal.services.draw_outreach import draw_outreach
from portal.services.list_precautions import list_precautions
from portal.services.prove_incident import prove_incident
from tests.support.a_fault import VENDOR, write_fault
from tests.support.a_pattern import a_pattern
from tests.support.builders import LATE, ON_THE_WAY
from tests.support.customer_front import Front
from tests.support.page import Visitor
from tests.support.queries import counted_queries
from tests.support.second_factor import enrolled
from tests.support.staff_made import a_staff_member
from tests.support.web import rows, sign_in_staff

_MOST = 20


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def _worker(front: Front, role: Role = Role.AGENT) -> Visitor:
    visitor = Visitor(front.app)
    enrolled(front.toolkit, sign_in_staff(visitor.client, role))
    return visitor


def _declared(front: Front, **about: str) -> str:
    about = about or {"vendor": "Teahouse"}
    return declare_incident(front.toolkit, words="Their van broke down.", about=about, actor=Actor.staff(1))


def test_a_confirmed_pattern_leads_to_one_page_with_evidence_who_is_at_risk_and_the_claims(front: Front) -> None:
    claim = front.a_claim(front.an_order(parcels={"1": LATE}, status="shipped"), Problem.LATE)
    waits = front.an_order(parcels={"1": ON_THE_WAY}, status="shipped")
    pattern, agent = a_pattern(front.toolkit, cell={"vendor": "Teahouse"}), _worker(front)
    confirmed = agent.get(f"/staff/patterns/{pattern}").submit("Confirm it", words="Their van broke down.")
    ref = rows(front.app, "SELECT ref FROM incidents")[0].ref

    page = confirmed.follow(ref)
    listed = agent.get("/staff/incidents/")
    with counted_queries(front.app) as statements:
        agent.get(f"/staff/incidents/{ref}")
    owner = a_staff_member(front.toolkit, role=Role.POLICY_OWNER)
    told = [draw_outreach(front.toolkit, staff_id=owner, plan=Plan(words, incident_ref=ref)) for words in ("A", "B")]
    list_precautions(front.toolkit, tells=False)
    with counted_queries(front.app) as with_rows:
        reached = agent.get(f"/staff/incidents/{ref}").text

    assert [one in reached for one in (*told, "Being counted", "Nobody saw to it")] == [True] * 4
    assert "Nobody was told before they told us." in page.text
    assert len(with_rows) == len(statements)
    assert "Vendor Teahouse: 18 of 82 parcels late where 6 are usual." in page.text
    assert page.answer.text.count("<rect") == 26
    assert "1 parcel may be struck next." in page.text
    assert waits.number in page.text
    assert claim in page.text
    assert "Nobody answers for it" in listed.text
    assert "Its cause is not confirmed" in listed.text
    assert len(statements) <= _MOST


def test_every_act_is_kept_with_its_name_and_what_cannot_be_is_said_beside_what_was_typed(front: Front) -> None:
    ref, agent = _declared(front), _worker(front)
    today = front.now().date().isoformat()

    empty = agent.get(f"/staff/incidents/{ref}").submit("This is a guess", cause=" ", status=422)
    guessed = empty.submit("This is a guess", cause="The old van.")
    owned = guessed.submit("Name them", stage="transit")
    past = owned.submit("Take this step", kind="call_ahead", until_on="2020-01-01", step_words="By noon", status=422)
    stepped = past.submit("Take this step", until_on="")
    unsaid = stepped.submit("Keep the plan", fix="A new van.", fix_on=today, since_on="2026-01-01", status=422)
    planned = unsaid.submit("Keep the plan", measure="late")
    lacking = planned.submit("Try to close it", status=422)

    assert "Please say why it happens" in empty.text
    assert "The old van." in guessed.text
    assert "Head of Transport" in owned.text
    assert "Please give a day from today on" in past.text
    assert "By noon" in past.answer.text
    assert "Call ahead" in stepped.text
    assert "Please choose what must fall" in unsaid.text
    assert "A new van." in planned.text
    assert "Name the fix and its day first, and let it be counted." in lacking.text
    assert rows(front.app, "SELECT count(*) AS many FROM deeds WHERE subject = :ref", ref=ref)[0].many == 5


def test_the_second_of_two_reads_that_it_moved_on_and_keeps_what_they_typed(front: Front) -> None:
    ref, first, second = _declared(front), _worker(front, Role.APPROVER), _worker(front, Role.POLICY_OWNER)
    agent = _worker(front)
    seen_by_agent = agent.get(f"/staff/incidents/{ref}")
    typed = seen_by_agent.filled(list(seen_by_agent.forms())[-1]) | {"reason": "I am tired of it."}
    agent.post(f"/staff/incidents/{ref}/1/close_unproven", typed, status=403)
    stale = second.get(f"/staff/incidents/{ref}")
    first.get(f"/staff/incidents/{ref}").submit("Close it, not proven", reason="They moved away.")

    late = stale.submit("This is a guess", cause="The road is bad.", status=409)

    assert "An approver or a policy owner may close it without proof." in seen_by_agent.text
    assert "Without a fix and its day, nothing counts it any more." in stale.text
    assert "This has moved on" in late.text
    assert "The road is bad." in late.text
    assert "Closed, not proven" in late.text
    assert "They moved away." in late.text
    assert rows(front.app, "SELECT cause FROM incidents")[0].cause == ""


def test_the_letter_of_one_person_is_sent_by_another_who_approves(front: Front) -> None:
    front.a_claim(front.an_order(parcels={"1": LATE}, status="shipped"), Problem.LATE)
    ref, writer, approver = _declared(front), _worker(front), _worker(front, Role.APPROVER)
    one = writer.get(f"/staff/incidents/{ref}").submit("Leave it for an approver", words_en="We know.", status=422)
    waits = one.submit("Leave it for an approver", words_pt_BR="Sabemos.")

    sent = approver.get(f"/staff/incidents/{ref}").submit("Send it to all of them")

    assert "Please write the letter in Portuguese too." in one.text
    assert "Send it to all of them" not in waits.text
    assert "on its way to each of them" in sent.text
    assert rows(front.app, "SELECT count(*) AS many FROM incident_tellings WHERE sent_at IS NOT NULL")[0].many == 1


def test_a_part_of_another_leads_there(front: Front) -> None:
    ref, into, agent = _declared(front), _declared(front, sku="POT"), _worker(front)

    refused = agent.get(f"/staff/incidents/{ref}").submit("Make it a part of that one", into=ref, status=422)
    refused.submit("Make it a part of that one", into=into.lower())
    led = agent.get(f"/staff/incidents/{ref}")

    assert "Please name another incident that is open." in refused.text
    assert "Others that became a part of it:" in led.text
    assert into in led.text


def test_the_page_shows_the_proof_as_it_was_counted(front: Front, database_url: str) -> None:
    today = front.now().date()
    began, fixed = (today.fromordinal(today.toordinal() - days) for days in (60, 30))
    write_fault(database_url, front.a_customer(), first=began, days=55, fixed=fixed)
    ref, agent = _declared(front, vendor=VENDOR), _worker(front)
    typed = {"fix": "A van.", "fix_on": fixed.isoformat(), "since_on": began.isoformat(), "measure": "late"}
    asked = agent.get(f"/staff/incidents/{ref}").submit("Keep the plan", typed)
    with psycopg.connect(libpq_url(database_url)) as connection:
        connection.execute("UPDATE incidents SET proof_asked_at = proof_asked_at - interval '1 hour'")
    failed = agent.get(f"/staff/incidents/{ref}")

    waits = agent.get(f"/staff/incidents/{ref}").submit("Count it anew")
    prove_incident(front.toolkit, ref)
    page = agent.get(f"/staff/incidents/{ref}?done=prove")
    closed = page.submit("Close it, proven to have fallen")

    assert "It is being counted since" in asked.text
    assert "Count it anew" not in asked.text
    assert "It is being counted since" not in failed.text
    assert "Count it anew" in failed.text
    assert "It is being counted. Look again in a minute." in waits.text
    assert "It is being counted" not in page.text
    assert "Nobody has a claim about it who could be told." in page.text
    assert "Write a letter" not in page.text
    assert "It fell after the fix, beyond what everybody saw." in page.text
    assert "Before the fix1507550.0 %" in page.text
    assert "Closed, proven to have fallen" in closed.text
    assert "Closed it with proof" in closed.text


def test_who_sees_claims_sees_incidents_and_only_who_confirms_patterns_acts(front: Front) -> None:
    ref = _declared(front)

    page = _worker(front, Role.ADMIN).get(f"/staff/incidents/{ref}")
    _worker(front, Role.FINANCE).get(f"/staff/incidents/{ref}", status=403)
    _worker(front).get("/staff/incidents/INC-NOBODYS", status=404)

    assert [form for form in page.forms() if "incidents" in form.get("action", "")] == []
