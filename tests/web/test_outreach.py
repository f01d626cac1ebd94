"""Outreaches on the staff's front, and the page behind the link of their letters."""

import pytest
from flask import Flask
from sqlalchemy import text

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.outreach import US, Plan
from portal.services.close_incident import close_incident
from portal.services.count_outreach import count_outreach
from portal.services.declare_incident import declare_incident
from portal.services.draw_outreach import draw_outreach
from portal.services.outreach_token import token_for
from tests.support.an_outreach import counted_outreach, tell_of
from tests.support.builders import LATE
from tests.support.customer_front import Front
from tests.support.page import Page, Visitor
from tests.support.queries import counted_queries
from tests.support.staff_made import a_staff_member
from tests.support.web import rows, sign_in_staff

LIST = "/staff/outreach/"
_MOST = 15


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def worker(front: Front, role: Role) -> Visitor:
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, role)
    return visitor


def refused(page: Page, **typed: str) -> str:
    return page.submit("Count it", status=422, words="Silent ones", **typed).text


def test_an_outreach_is_drawn_up_counted_started_and_approved_by_a_second_person(front: Front) -> None:
    front.an_order(parcels={"1": LATE}, status="shipped")
    owner, approver = worker(front, Role.POLICY_OWNER), worker(front, Role.APPROVER)

    drawn = owner.get(LIST).submit("Count it", words="Silent ones", silent_days="3", kept_back_share="0")
    ref = rows(front.app, "SELECT ref FROM outreaches")[0].ref
    while_counting = drawn.text
    count_outreach(front.toolkit, outreach_ref=ref)
    page = owner.get(f"{LIST}{ref}")
    started = page.submit("Tell the first wave")
    tell_of(front, ref)
    waits = owner.get(f"{LIST}{ref}")
    stale = approver.get(f"{LIST}{ref}")
    with counted_queries(front.app) as statements:
        approver.get(f"{LIST}{ref}")
    done = stale.submit("Approve the rest")
    again = stale.submit("Approve the rest", status=409)
    listed = owner.get(LIST)

    assert "The worker looks for the parcels." in while_counting
    assert "1 customer would be told" in page.text
    assert "You did not have to tell us" in page.text
    assert "Telling the first wave" in started.text
    assert "an approver other than you decides about the rest" in waits.text
    assert "Parcels found: 1." in waits.text
    assert "Telling the rest" in done.text
    assert "This has moved on" in again.text
    assert "Silent ones" in listed.text
    assert len(statements) <= _MOST


def test_numbers_that_cannot_be_are_told_and_what_was_typed_stays(front: Front) -> None:
    page = worker(front, Role.POLICY_OWNER).get(LIST)

    assert "from 1 to 20" in refused(page, wave_size="0")
    assert "from 1 to 600" in refused(page, per_minute="100000")
    assert "from 3 to 60" in refused(page, silent_days="")
    assert "No incident of this name" in refused(page, cause="INC-NOBODYS")
    assert "Please say what it is for" in page.submit("Count it", status=422, words=" ").text
    assert rows(front.app, "SELECT count(*) FROM outreaches")[0][0] == 0


def test_who_may_not_start_sees_no_button_and_is_refused(front: Front) -> None:
    ref = counted_outreach(front)
    agent = worker(front, Role.AGENT)
    page = agent.get(f"{LIST}{ref}")
    token = page.filled(next(page.forms()))["csrf_token"]

    assert "Tell the first wave" not in page.text
    agent.post(f"{LIST}{ref}/move", {"csrf_token": token, "act": "start", "version": "2"}, status=403)
    agent.post(LIST, {"csrf_token": token, "cause": "rule", "words": "x"}, status=403)
    worker(front, Role.FINANCE).get(LIST, status=403)
    owner = worker(front, Role.POLICY_OWNER)
    token = owner.get(LIST).filled(next(owner.get(LIST).forms()))["csrf_token"]
    owner.post(f"{LIST}{ref}/move", {"csrf_token": token, "act": "sing", "version": "2"}, status=422)
    owner.get(f"{LIST}OUT-NOBODYS", status=404)


def test_a_first_wave_that_told_nobody_is_not_shown_as_looked_at(front: Front) -> None:
    ref = counted_outreach(front)
    moved = """UPDATE outreaches SET state = 'awaiting_second', started_by = 'staff:0', started_at = now()
        WHERE ref = :ref"""
    with front.toolkit.transaction() as session:
        session.execute(text(moved), {"ref": ref})
    page = worker(front, Role.APPROVER).get(f"{LIST}{ref}")

    assert "The first wave told nobody" in page.text
    assert "lets the first ones leave" in page.text
    assert "Please look at what became of it" not in page.text


def test_an_incident_that_is_closed_pauses_what_tells_of_it_and_asks_a_person(front: Front) -> None:
    incident = declare_incident(front.toolkit, words="Their van", about={"vendor": "acme"}, actor=US)
    member = a_staff_member(front.toolkit, role=Role.POLICY_OWNER)
    plan = Plan("Theirs", incident_ref=incident)
    ref = draw_outreach(front.toolkit, staff_id=member, plan=plan)
    with front.toolkit.transaction() as session:
        session.execute(text("UPDATE outreaches SET state = 'first_wave', started_by = 'staff:0', started_at = now()"))
    close_incident(front.toolkit, ref=incident, reason="There was no van.", actor=Actor.staff(member))
    page = worker(front, Role.APPROVER).get(f"{LIST}{ref}")

    assert [words in page.text for words in ("Paused", "There was no van.", "go on where the apology")] == [True] * 3
    assert "Telling the first wave" in page.submit("Go on").text


def test_whoever_opens_the_link_changes_nothing_and_a_button_stops_such_mails(front: Front) -> None:
    ref = counted_outreach(front)
    worker(front, Role.POLICY_OWNER).get(f"{LIST}{ref}").submit("Tell the first wave")
    tell_of(front, ref)
    claim = rows(front.app, "SELECT ref FROM claims")[0].ref
    link = f"/no-such-mails/{claim}/{token_for(front.toolkit.secret_key, claim)}"
    customer, stopped = Visitor(front.app), "SELECT count(*) FROM outreach_opt_outs"

    opened = customer.get(link)
    before = rows(front.app, stopped)[0][0]
    done = opened.submit("Write to me no more")
    after = rows(front.app, stopped)[0][0]
    again = done.submit("Write to me again")
    allowed = rows(front.app, stopped)[0][0]
    # A mail program has no session, no token of ours and no page, and is led nowhere else.
    one_click = {"List-Unsubscribe": "One-Click"}
    program = front.app.test_client(use_cookies=False)
    by_program = [program.post(at, data=one_click).status_code for at in (link, link + "x")]

    assert (before, after, allowed, rows(front.app, stopped)[0][0]) == (0, 1, 0, 1)
    assert by_program == [200, 404]
    told = front.visitor(front.claim(claim).customer_id).get(f"/claims/{claim}").text
    assert "stands among your orders" in told
    assert "our mail" not in told
    assert done.heading == "You get no such mails any more"
    assert again.heading == "Mails that we write first"
    customer.get(f"/no-such-mails/{claim}/wrong", status=404)
    customer.get(link.replace(claim, "CLM-NOBODYS"), status=404)
