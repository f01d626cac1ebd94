"""The prevention list while several say something about a parcel, and when its customer is erased."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.ports_prevention import CallAhead
from portal.gateways.photo_folder import PhotoFolder
from portal.services.declare_incident import declare_incident
from portal.services.erase_customer import erase_customer
from portal.services.list_precautions import list_precautions
from portal.services.record_precaution import record_precaution
from portal.services.tell_precaution import tell_precaution
from tests.support.builders import ON_THE_WAY
from tests.support.customer_front import Front
from tests.support.page import Visitor
from tests.support.web import rows, sign_in_staff

_MAILBOX = "ana.leaves@example.org"
_AT = datetime(2026, 11, 23, 12, tzinfo=UTC)
_KEPT = "SELECT done, note FROM precautions"


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def _a_precaution(front: Front) -> str:
    front.an_order(front.a_customer(_MAILBOX), parcels={"1": ON_THE_WAY}, status="shipped")
    declare_incident(front.toolkit, words="Their van broke down.", about={"carrier": "Sedex"}, actor=front.actor)
    list_precautions(front.toolkit, tells=False)
    return str(rows(front.app, "SELECT ref FROM precautions")[0][0])


def _worker(front: Front) -> Visitor:
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, Role.AGENT)
    return visitor


def _hears(front: Front, ref: str, done: str, seconds: int, note: str = "") -> None:
    said_at = _AT + timedelta(seconds=seconds)
    record_precaution(front.toolkit, ref=ref, done=done, note=note, actor=Actor.system("desk"), said_at=said_at)


def test_nobody_writes_over_a_note_unseen_though_the_same_was_done(front: Front) -> None:
    ref = _a_precaution(front)
    page = _worker(front).get(f"/staff/prevention/{ref}").submit("Write it down", done="called", note="At nine.")
    stale = _worker(front).get(f"/staff/prevention/{ref}")
    page.submit("Write it down", done="called", note="At nine, and again at noon.")

    moved = stale.submit("Write it down", done="called", note="At eight.", status=409)
    moved.submit("Write it down", done="called", note="At eight and at noon.")

    lengths = "SELECT detail ->> 'note_before', detail ->> 'note' FROM deeds WHERE kind = 'precaution_done' ORDER BY id"
    assert "At nine, and again at noon." in moved.text
    assert rows(front.app, _KEPT) == [("called", "At eight and at noon.")]
    assert rows(front.app, lengths) == [("0", "8"), ("8", "27"), ("27", "21")]


def test_what_was_said_last_is_kept_and_not_what_arrives_last(front: Front) -> None:
    ref = _a_precaution(front)

    _hears(front, ref, "rerouted", 20)
    for done, seconds in (("held", 10), ("called", 20), ("rerouted", 30), ("held", 25)):
        _hears(front, ref, done, seconds)
    kept = rows(front.app, "SELECT done, said_at FROM precautions")
    _hears(front, ref, "held", 31)

    assert kept == [("rerouted", _AT + timedelta(seconds=30))]
    assert rows(front.app, _KEPT) == [("held", "")]
    assert rows(front.app, "SELECT count(*) FROM deeds WHERE kind = 'precaution_done'") == [(2,)]


class _Desk:
    def __init__(self) -> None:
        self.heard: list[CallAhead] = []

    def tell(self, message: CallAhead) -> str | None:
        self.heard.append(message)
        return None


def test_nobody_is_told_of_a_parcel_whose_customer_was_erased_and_no_note_of_it_is_kept(
    front: Front, tmp_path: Path
) -> None:
    ref, desk = _a_precaution(front), _Desk()
    _hears(front, ref, "called", 0, note="Ana is away until Sunday.")

    erase_customer(front.toolkit, PhotoFolder(tmp_path), mailbox=_MAILBOX, actor=front.actor)
    erased = rows(front.app, "SELECT told, told_at IS NULL, done, note FROM precautions")
    _hears(front, ref, "held", 1, note="Ana is back.")
    # As one that was listed while its customer was being erased.
    with front.toolkit.transaction() as session:
        session.connection().exec_driver_sql(
            "UPDATE precautions SET told = 'waiting', told_at = NULL, done = NULL, done_by = NULL, done_at = NULL"
        )
    tell_precaution(front.toolkit, desk, ref=ref)

    assert erased == [("overtaken", False, "called", "")]
    assert desk.heard == []
    assert rows(front.app, "SELECT told, note FROM precautions") == [("overtaken", "")]
