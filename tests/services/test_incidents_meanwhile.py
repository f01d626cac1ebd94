"""Incidents that change while a letter of theirs is under way or a count runs, and who asked and let go."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.errors import MovedOn
from portal.domain.incidents import NotProven, Verdict
from portal.domain.outreach import OutreachMove
from portal.domain.patterns import Measure
from portal.domain.problems import Problem
from portal.records import incidents
from portal.records.tables.incidents import Incident
from portal.services.close_incident import close_incident, close_with_proof, close_without_proof, merge_incident
from portal.services.declare_incident import declare_incident
from portal.services.prove_incident import prove_incident
from portal.services.tell_of_incident import drop_telling, propose_telling, send_telling
from portal.services.toolkit import Toolkit
from portal.services.work_on_incident import At, Fix, ask_proof, plan_fix
from tests.support.reaching import move, of_incident, row
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member

_TODAY = date(2026, 11, 20)
_WORDS = {"en": "We know.", "pt_BR": "Sabemos."}
Act = Callable[[Shop, str], None]


def _open(shop: Shop, **about: str) -> str:
    return declare_incident(shop.toolkit, words="Their van broke down.", about=about, actor=Actor.staff(1))


def _read(shop: Shop, ref: str) -> Incident:
    with shop.toolkit.reading() as session:
        found = incidents.named(session, ref)
        assert found is not None
        return found


def _at(shop: Shop, ref: str, staff_id: int = 1) -> At:
    return At(ref, _read(shop, ref).version, Actor.staff(staff_id))


def _fix(since_on: date, fix_on: date = _TODAY + timedelta(days=3)) -> Fix:
    return Fix("They bought another van.", fix_on, since_on, Measure.MISSING)


def _merge_another(shop: Shop, ref: str) -> None:
    merge_incident(shop.toolkit, _at(shop, _open(shop, sku="B")), into=ref)


def _begin_later(shop: Shop, ref: str) -> None:
    plan_fix(shop.toolkit, _at(shop, ref), _fix(_TODAY - timedelta(days=5)))


def _meanwhile(shop: Shop, act: Act, ref: str) -> Toolkit:
    """Give means with which something is done between what is read first and what is written then."""
    opened = count()

    def sessions() -> Session:
        if next(opened) == 1:
            act(shop, ref)
        return shop.toolkit.sessions()

    return replace(shop.toolkit, sessions=sessions)


def test_a_letter_goes_to_whom_it_was_sent_whatever_becomes_of_its_incident(shop: Shop) -> None:
    writer, approver = a_staff_member(shop.toolkit), a_staff_member(shop.toolkit)
    lost, broken = _open(shop, problem="missing_package"), _open(shop, problem="damaged")
    first, second = shop.lost_order(), shop.order()
    shop.report(first, Problem.MISSING_PACKAGE)
    shop.report(second, Problem.DAMAGED)
    shop.work()
    shop.later(days=2)
    for ref in (lost, broken):
        propose_telling(shop.toolkit, _at(shop, ref, writer), words=_WORDS)
        send_telling(shop.toolkit, _at(shop, ref, approver))

    shop.later(hours=1)
    shop.report(shop.lost_order(), Problem.MISSING_PACKAGE)
    plan_fix(shop.toolkit, _at(shop, lost), _fix(_TODAY + timedelta(days=2)))
    merge_incident(shop.toolkit, _at(shop, lost), into=broken)
    shop.work()

    told = "SELECT i.ref, d.customer_id FROM incident_told d JOIN incident_tellings t ON t.id = d.telling_id"
    assert sorted(shop.rows(f"{told} JOIN incidents i ON i.id = t.incident_id")) == sorted(
        [(lost, first.customer_id), (broken, second.customer_id)]
    )


@pytest.mark.parametrize("act", [_merge_another, _begin_later])
def test_a_count_of_what_has_changed_meanwhile_is_not_kept(shop: Shop, act: Act) -> None:
    ref = _open(shop, sku="A")
    plan_fix(shop.toolkit, _at(shop, ref), _fix(_TODAY - timedelta(days=9)))
    shop.work()
    counted = _read(shop, ref).proof

    prove_incident(_meanwhile(shop, act, ref), ref)
    overtaken = _read(shop, ref)
    with pytest.raises(NotProven) as refused:
        close_with_proof(shop.toolkit, _at(shop, ref))
    shop.work()

    anew = _read(shop, ref)
    assert counted is not None
    assert (overtaken.proof, refused.value.verdict) == (None, Verdict.NO_FIX)
    assert overtaken.proof_asked_at is not None
    assert anew.proof is not None
    assert (anew.proof["since_on"], anew.proof_asked_at) == (anew.since_on.isoformat(), None)


def test_a_count_is_asked_for_once_an_hour_by_somebody_with_a_name(shop: Shop) -> None:
    ref, part = _open(shop, sku="A"), _open(shop, sku="B")
    plan_fix(shop.toolkit, _at(shop, ref), _fix(_TODAY - timedelta(days=9)))
    merge_incident(shop.toolkit, _at(shop, part), into=_open(shop, sku="C"))
    jobs = "SELECT count(*) FROM jobs.procrastinate_jobs WHERE task_name = 'incidents.prove'"
    asked = "SELECT actor FROM deeds WHERE kind = 'incident_count_asked'"

    ask_proof(shop.toolkit, ref=ref, actor=Actor.staff(2))
    at_once = shop.rows(jobs)[0][0], shop.rows(asked)
    shop.later(hours=1)
    for _ in range(2):
        ask_proof(shop.toolkit, ref=ref, actor=Actor.staff(2))
    with pytest.raises(MovedOn):
        ask_proof(shop.toolkit, ref=part, actor=Actor.staff(2))

    assert at_once == (1, [])
    assert (shop.rows(jobs)[0][0], shop.rows(asked)) == (2, [("staff:2",)])


def _prove_and_close(shop: Shop, ref: str) -> None:
    with shop.toolkit.transaction() as session:
        incident = incidents.named(session, ref)
        assert incident is not None
        incident.proof = {"verdict": "fell", "change": None, "before": None, "after": None}
    close_with_proof(shop.toolkit, _at(shop, ref, 2))


_LETS_GO: list[Act] = [
    lambda shop, ref: drop_telling(shop.toolkit, _at(shop, ref, 2)),
    lambda shop, ref: propose_telling(shop.toolkit, _at(shop, ref, 2), words=_WORDS),
    lambda shop, ref: close_without_proof(shop.toolkit, _at(shop, ref, 2), reason="They moved away."),
    lambda shop, ref: merge_incident(shop.toolkit, _at(shop, ref, 2), into=_open(shop, sku="B")),
    lambda shop, ref: close_incident(shop.toolkit, ref=ref, reason="At the machine.", actor=Actor.staff(2)),
    _prove_and_close,
]


def test_whoever_lets_go_of_a_letter_of_somebody_is_named_and_nobody_where_none_waits(shop: Shop) -> None:
    letters = [_open(shop, sku="A") for _ in _LETS_GO]
    without = [_open(shop, sku="A") for _ in _LETS_GO]
    for ref in letters:
        propose_telling(shop.toolkit, _at(shop, ref), words=_WORDS)

    for ref, other, act in zip(letters, without, _LETS_GO, strict=True):
        act(shop, ref)
        act(shop, other)

    dropped = "SELECT subject, actor, detail FROM deeds WHERE kind = 'incident_telling_dropped' ORDER BY id"
    whose = {"number": 1, "proposed_by": "staff:1"}
    assert [tuple(row) for row in shop.rows(dropped)] == [(ref, "staff:2", whose) for ref in letters]


def test_one_that_is_closed_with_proof_is_told_of_no_further_until_a_person_decides(shop: Shop) -> None:
    shop.lost_order()
    incident, outreach = of_incident(shop)
    move(shop, outreach, OutreachMove.START)

    _prove_and_close(shop, incident)

    paused = "SELECT actor, detail FROM deeds WHERE kind = 'outreach_paused' AND subject = :ref"
    assert row(shop, outreach).state == "paused"
    assert shop.rows(paused, ref=outreach) == [("staff:2", {"closed": incident})]
