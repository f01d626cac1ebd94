"""The prevention list: made once, told, seen to by staff and by message, and followed to its end."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from portal.domain import signatures
from portal.domain.authority import Role
from portal.domain.ports import UnknownOutcome
from portal.domain.ports_prevention import CallAhead
from portal.services.close_incident import close_incident
from portal.services.declare_incident import declare_incident
from portal.services.list_precautions import Round, list_precautions
from portal.services.tell_precaution import tell_precaution
from tests.support.builders import DELIVERED, LATE, NOT_SHIPPED, ON_THE_WAY, OrderMade
from tests.support.customer_front import Front
from tests.support.page import Visitor
from tests.support.queries import counted_queries
from tests.support.web import Clock, rows, sign_in_staff

_MOST = 10
_REFS = "SELECT ref FROM precautions ORDER BY id"


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


class Desk:
    """Whoever can call ahead: remembers what they were told, and answers as they are set to."""

    def __init__(self, refuses: str | None = None, *, silent: bool = False) -> None:
        self.heard: list[CallAhead] = []
        self.refuses, self.silent = refuses, silent

    def tell(self, message: CallAhead) -> str | None:
        self.heard.append(message)
        if self.silent:
            raise UnknownOutcome("timeout")
        return self.refuses


def _worker(front: Front, role: Role = Role.AGENT) -> Visitor:
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, role)
    return visitor


def _incident(front: Front, **about: str) -> str:
    return declare_incident(front.toolkit, words="Their van broke down.", about=about, actor=front.actor)


def _shipped(front: Front, parcel: Any = ON_THE_WAY) -> OrderMade:
    return front.an_order(parcels={"1": parcel}, status="shipped")


def _list(front: Front, *, tells: bool = False) -> Round:
    return list_precautions(front.toolkit, tells=tells)


def _run(front: Front, statement: str) -> None:
    with front.toolkit.transaction() as session:
        session.connection().exec_driver_sql(statement)


def _arrives(front: Front, order: OrderMade) -> None:
    arrived = text("UPDATE shipments SET delivered_at = now() - interval '1 minute' WHERE order_id = :id")
    with front.toolkit.transaction() as session:
        session.execute(arrived, {"id": order.id})


def _a_precaution(front: Front) -> str:
    _shipped(front)
    _incident(front, carrier="Sedex")
    _list(front)
    return str(rows(front.app, _REFS)[0][0])


def test_what_may_still_come_in_time_is_listed_once_with_why(front: Front) -> None:
    for parcel in (ON_THE_WAY, NOT_SHIPPED, LATE, DELIVERED):
        _shipped(front, parcel)
    front.an_order(parcels={"1": ON_THE_WAY}, status="canceled")
    _incident(front, problem="late")
    ref = _incident(front, problem="late", carrier="Sedex")

    first, second = _list(front), _list(front)
    with counted_queries(front.app) as statements:
        page = _worker(front, Role.POLICY_OWNER).get("/staff/prevention/")

    assert (first.listed, second.listed) == (2, 0)
    assert page.text.count("Carrier Sedex") == 2
    assert ref in page.text
    assert len(statements) <= _MOST


def test_a_message_is_heard_once_and_not_sent_for_what_came_meanwhile(front: Front) -> None:
    kept, came = _shipped(front), _shipped(front)
    incident = _incident(front, carrier="Sedex")
    done = _list(front, tells=True)
    refs = [ref for (ref,) in rows(front.app, _REFS)]
    _arrives(front, came)
    desk, silent = Desk(), Desk(silent=True)

    tell_precaution(front.toolkit, silent, ref=refs[0])
    for ref in refs * 2:
        tell_precaution(front.toolkit, desk, ref=ref)

    assert (done.told, _list(front, tells=True).told) == (2, 0)
    assert [message.ref for message in desk.heard] == [message.ref for message in silent.heard] == refs[:1]
    assert (desk.heard[0].order_number, desk.heard[0].incident) == (kept.number, incident)
    assert rows(front.app, "SELECT told FROM precautions ORDER BY id") == [("heard",), ("overtaken",)]


def test_a_message_that_is_refused_or_too_late_is_not_sent_again(front: Front) -> None:
    ref = _a_precaution(front)

    tell_precaution(front.toolkit, Desk("http_422"), ref=ref)
    close_incident(
        front.toolkit, ref=str(rows(front.app, "SELECT ref FROM incidents")[0][0]), reason="Over.", actor=front.actor
    )

    assert rows(front.app, "SELECT told, told_reason FROM precautions") == [("refused", "http_422")]
    assert _list(front, tells=True) == Round(0, 0, 0)


def test_what_was_done_is_kept_with_the_name_and_nobody_writes_over_a_colleague_unseen(front: Front) -> None:
    ref = _a_precaution(front)
    agent, other = _worker(front), _worker(front, Role.APPROVER)
    page, stale = agent.get(f"/staff/prevention/{ref}"), other.get(f"/staff/prevention/{ref}")

    nothing = page.submit("Write it down", done="", status=422)
    kept = page.submit("Write it down", done="called", note="They drive on Sunday.")
    moved = stale.submit("Write it down", done="held", note="Held in the depot.", status=409)

    assert "Please choose what was done." in nothing.text
    assert "Called ahead · Agent of the tests" in kept.text
    assert "This has moved on" in moved.text
    assert "Held in the depot." in moved.answer.text
    assert rows(front.app, "SELECT done, note FROM precautions") == [("called", "They drive on Sunday.")]
    assert rows(front.app, "SELECT detail FROM deeds WHERE kind = 'precaution_done'") == [
        ({"done": "called", "before": "", "note": len("They drive on Sunday."), "note_before": 0},)
    ]
    assert "What was done?" not in _worker(front, Role.ADMIN).get(f"/staff/prevention/{ref}").text


def test_what_became_of_them_is_counted_by_what_was_done_with_its_interval(front: Front, clock: Clock) -> None:
    ref = _a_precaution(front)
    came, never = _shipped(front), _shipped(front)
    _list(front)
    agent = _worker(front)
    agent.get(f"/staff/prevention/{ref}").submit("Write it down", done="called")
    _arrives(front, came)

    first = _list(front)
    clock.pass_(days=7)
    last = _list(front)
    page = _worker(front).get("/staff/prevention/?show=all")

    assert (first.ended, last.ended, _list(front).ended) == (1, 2, 0)
    became = rows(front.app, "SELECT done, became, count(*) FROM precautions GROUP BY 1, 2 ORDER BY 1, 2")
    assert became == [("called", "late", 1), (None, "in_time", 1), (None, "late", 1)]
    assert never.number in page.text
    assert "50% (9 to 91)" in page.text


def test_the_file_holds_the_list_and_no_formula(front: Front) -> None:
    _a_precaution(front)
    _run(front, "UPDATE shipments SET carrier = '=HYPERLINK(1)'")

    answer = _worker(front).client.get("/staff/prevention/list.csv")

    lines = answer.text.splitlines()
    assert answer.mimetype == "text/csv"
    assert lines[0].startswith("ref,incident,listed_at,why,order_number")
    assert len(lines) == 2
    assert "carrier Sedex" in lines[1]
    assert ",'=HYPERLINK(1)," in lines[1]


def test_whatever_is_asked_the_list_stands(front: Front) -> None:
    client = _worker(front).client
    asked = ("page=99999", "page=0", "page=x", "page=" + "9" * 40, "incident=%25", "incident=INC-NOBODY&show=all")

    answers = [client.get(f"/staff/prevention/?{one}") for one in asked]

    assert all("Nothing to prevent" in answer.text for answer in answers)


def _say(front: Front, secret: str, *, seconds: int = 0, **message: Any) -> int:
    """Say something by message. seconds: how much later than now it is said."""
    body = json.dumps(message).encode()
    headers = {"Amends-Signature": signatures.sign(body, secret, datetime.now(UTC) + timedelta(seconds=seconds))}
    return front.app.test_client().post("/hooks/prevention", data=body, headers=headers).status_code


def test_whoever_was_told_says_by_a_signed_message_what_they_did(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    ref = _a_precaution(front)
    refused = _say(front, "", ref=ref, done="called")
    secret = "between the shop and its desk"
    monkeypatch.setitem(front.app.extensions, "config", _with_secret(front.app, secret))

    answers = [
        _say(front, secret, ref=ref, done="held", note="In the depot."),
        _say(front, secret, ref=ref, done="held", note="In the depot."),
        _say(front, secret, seconds=1, ref=ref, done="rerouted"),
        _say(front, secret, ref=ref, done="lost"),
        _say(front, secret, ref="PRV-NOBODY", done="called"),
        _say(front, secret, ref=ref, done="called", mood="good"),
        _say(front, "another", ref=ref, done="called"),
    ]
    _worker(front).get(f"/staff/prevention/{ref}").submit("Write it down", done="called")
    after = _say(front, secret, seconds=2, ref=ref, done="held")

    assert refused == 400
    assert answers == [200, 200, 200, 400, 400, 400, 400]
    assert after == 409
    assert rows(front.app, "SELECT count(*) FROM deeds WHERE kind = 'precaution_done'") == [(3,)]
    assert rows(front.app, "SELECT done FROM precautions") == [("called",)]


def _with_secret(app: Flask, secret: str) -> Any:
    return replace(app.extensions["config"], prevention_secret=secret)
