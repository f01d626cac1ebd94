"""Incidents: worked on by people who may meet, told together, closed with proof, watched after it, and merged."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.errors import MovedOn, NotAllowed, NotFound
from portal.domain.incidents import BadIncident, NotProven, StepKind, Verdict, is_struck
from portal.domain.patterns import Measure
from portal.domain.problems import Problem, Stage
from portal.records import incident_claims, incidents, orders_at_risk
from portal.records.tables.incidents import Incident
from portal.services.close_incident import close_with_proof, close_without_proof, merge_incident
from portal.services.declare_incident import declare_incident
from portal.services.prove_incident import prove_incident, watch_incidents
from portal.services.tell_of_incident import propose_telling, send_telling, tell_all, tell_customer
from portal.services.work_on_incident import At, Fix, ask_proof, end_step, name_stage, plan_fix, say_cause, take_step
from tests.support.a_fault import VENDOR, write_fault
from tests.support.reaching import change
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member

_TODAY = date(2026, 11, 20)
_FIXED = _TODAY - timedelta(days=30)
_BEGAN = _TODAY - timedelta(days=60)


def _open(shop: Shop, **about: str) -> str:
    said = about or {"vendor": VENDOR}
    return declare_incident(shop.toolkit, words="Their van broke down.", about=said, actor=Actor.staff(1))


def _read(shop: Shop, ref: str) -> Incident:
    with shop.toolkit.reading() as session:
        found = incidents.named(session, ref)
        assert found is not None
        return found


def _at(shop: Shop, ref: str, staff_id: int = 1) -> At:
    return At(ref, _read(shop, ref).version, Actor.staff(staff_id))


def _fix(fix_on: date = _FIXED, since_on: date = _BEGAN, measure: Measure | None = Measure.LATE) -> Fix:
    return Fix("They bought another van.", fix_on, since_on, measure)


def _proven(shop: Shop, ref: str) -> dict[str, Any]:
    prove_incident(shop.toolkit, ref)
    proof = _read(shop, ref).proof
    assert proof is not None
    return proof


@pytest.fixture
def faulty(shop: Shop, database_url: str) -> Shop:
    """Have a vendor that failed for a month and was mended a month ago."""
    order = shop.order()
    write_fault(database_url, order.customer_id, first=_BEGAN, days=55, fixed=_FIXED)
    return shop


def test_it_is_closed_once_it_fell_beyond_what_everybody_saw_and_watched_when_it_comes_back(
    faulty: Shop, database_url: str
) -> None:
    ref = _open(faulty)
    early = _at(faulty, ref)
    with pytest.raises(NotProven) as unknown:
        close_with_proof(faulty.toolkit, early)
    plan_fix(faulty.toolkit, early, _fix(fix_on=_TODAY - timedelta(days=9)))
    too_soon = _proven(faulty, ref)
    with pytest.raises(NotProven) as refused:
        close_with_proof(faulty.toolkit, _at(faulty, ref))

    plan_fix(faulty.toolkit, _at(faulty, ref), _fix())
    faulty.work()
    proof = _read(faulty, ref).proof or {}
    close_with_proof(faulty.toolkit, _at(faulty, ref))

    assert unknown.value.verdict is Verdict.NO_FIX
    assert (refused.value.verdict, refused.value.lacking) == (Verdict.TOO_LITTLE, too_soon["lacking"])
    assert too_soon["lacking"] == too_soon["needed"] - too_soon["after"]["compared"] > 0
    assert (proof["before"]["exposure"], proof["before"]["events"]) == (150, 75)
    # Of the two regions that one is late in which the vendor has three of five parcels.
    assert proof["before"]["usual"] == pytest.approx(0.12)
    assert proof["after"]["exposure"] >= proof["needed"]
    assert proof["change"]["high"] < 1
    with pytest.raises(MovedOn):
        close_with_proof(faulty.toolkit, _at(faulty, ref))
    _comes_back(faulty, database_url, ref)


def _comes_back(shop: Shop, database_url: str, ref: str) -> None:
    still = _read(shop, ref)
    customer = shop.rows("SELECT min(id) FROM customers")[0][0]
    shop.later(days=40)
    write_fault(database_url, customer, first=_TODAY + timedelta(days=1), days=30, fixed=_TODAY + timedelta(days=90))

    assert watch_incidents(shop.toolkit) == [ref]
    shop.work()

    after = _read(shop, ref)
    assert (still.outcome, still.flag, after.outcome, after.flag) == ("fell", None, "fell", "came_back")
    assert (after.proof or {})["return"]["low"] > 1
    assert shop.rows("SELECT kind, actor FROM deeds ORDER BY id DESC LIMIT 1") == [
        ("incident_came_back", "system:incidents")
    ]


def test_without_proof_it_is_closed_with_a_reason_and_flagged_and_one_that_never_fell_is_found(faulty: Shop) -> None:
    ref, nothing = _open(faulty), _open(faulty, sku="NEVER-SOLD")
    plan_fix(faulty.toolkit, _at(faulty, ref), _fix(fix_on=_BEGAN + timedelta(days=12)))
    plan_fix(faulty.toolkit, _at(faulty, nothing), _fix())
    with pytest.raises(BadIncident):
        close_without_proof(faulty.toolkit, _at(faulty, ref), reason=" ")

    close_without_proof(faulty.toolkit, _at(faulty, ref), reason="They moved away.")
    flagged = _read(faulty, ref)
    verdict, empty = _proven(faulty, ref)["verdict"], _proven(faulty, nothing)

    assert (flagged.outcome, flagged.flag, flagged.close_reason) == ("not_proven", "not_proven", "They moved away.")
    assert verdict == Verdict.NOT_FALLEN
    assert _read(faulty, ref).flag == "did_not_fall"
    assert (empty["verdict"], empty["needed"], empty["before"]["exposure"]) == (Verdict.NOTHING, None, 0)


def test_two_people_who_act_at_once_do_not_overwrite_each_other(shop: Shop) -> None:
    ref = _open(shop)
    seen = _at(shop, ref)

    say_cause(shop.toolkit, seen, cause="The van.", confirmed=False)
    with pytest.raises(MovedOn):
        say_cause(shop.toolkit, seen, cause="The road.", confirmed=True)
    say_cause(shop.toolkit, _at(shop, ref, 2), cause="The van.", confirmed=True)
    name_stage(shop.toolkit, _at(shop, ref), stage=Stage.TRANSIT)
    take_step(shop.toolkit, _at(shop, ref), StepKind.CALL_AHEAD, words="", from_on=_TODAY, until_on=None)
    step = shop.rows("SELECT id FROM incident_steps")[0][0]
    end_step(shop.toolkit, _at(shop, ref, 2), step_id=step)
    with pytest.raises(MovedOn):
        end_step(shop.toolkit, _at(shop, ref, 2), step_id=step)

    now = _read(shop, ref)
    assert (now.cause, now.cause_by, now.cause_confirmed_by) == ("The van.", "staff:1", "staff:2")
    assert now.stage == "transit"
    assert [row[0] for row in shop.rows("SELECT kind FROM deeds WHERE subject = :ref ORDER BY id", ref=ref)] == [
        "incident_opened",
        "incident_cause_guessed",
        "incident_cause_confirmed",
        "incident_owner",
        "incident_step",
        "incident_step_ended",
    ]


def test_a_fix_that_cannot_be_is_refused(shop: Shop) -> None:
    ref = _open(shop)
    bad = [
        _fix(fix_on=date(9999, 1, 1)),
        _fix(since_on=_TODAY + timedelta(days=1), fix_on=_TODAY + timedelta(days=2)),
        _fix(fix_on=_BEGAN),
        _fix(measure=None),
    ]

    fields = []
    for fix in bad:
        with pytest.raises(BadIncident) as refused:
            plan_fix(shop.toolkit, _at(shop, ref), fix)
        fields.append(refused.value.field)
    with pytest.raises(BadIncident):
        ask_proof(shop.toolkit, ref=ref, actor=Actor.staff(1))
    with pytest.raises(NotFound):
        ask_proof(shop.toolkit, ref="INC-NOBODYS", actor=Actor.staff(1))

    assert fields == ["fix_on", "since_on", "fix_on", "measure"]
    assert _read(shop, ref).fix_on is None


def test_its_customers_are_told_together_once_each_and_its_cost_is_what_the_journal_says(shop: Shop) -> None:
    writer, approver = (a_staff_member(shop.toolkit, role=role) for role in (Role.AGENT, Role.APPROVER))
    order, claim = shop.promised()
    again = shop.report(shop.lost_order(customer=order), Problem.LATE)
    shop.report(shop.order(), Problem.DAMAGED)
    ref = _open(shop, problem="missing_package")
    wide = _open(shop, ship_to_country="BR")
    shop.work()
    propose_telling(shop.toolkit, _at(shop, wide, writer), words={"en": "We know.", "pt_BR": "Sabemos."})
    with pytest.raises(NotAllowed):
        send_telling(shop.toolkit, _at(shop, wide, writer))

    send_telling(shop.toolkit, _at(shop, wide, approver))
    telling = shop.rows("SELECT id FROM incident_tellings")[0][0]
    # One in the morning where both orders go.
    shop.clock[0] = (shop.now() + timedelta(days=1)).replace(hour=4)
    shop.work()
    at_night = shop.letters(order).count("answer_from_person"), shop.failed_jobs()
    shop.later(hours=10)
    change(shop, "UPDATE jobs.procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")
    shop.work()
    tell_all(shop.toolkit, telling, 0)
    tell_customer(shop.toolkit, telling, order.customer_id)
    shop.work()

    assert at_night == (0, [])
    assert shop.letters(order).count("answer_from_person") == 1
    assert "We know." in shop.last_words(order)
    assert shop.rows("SELECT count(*), count(DISTINCT customer_id) FROM incident_told") == [(2, 2)]
    _ties(shop, ref, wide, {claim, again})


def _ties(shop: Shop, ref: str, wide: str, of_customer: set[str]) -> None:
    """See that claims are tied as policy would strike them, and that costs add up to the book's."""
    lines = shop.rows("SELECT c.ref, k.facts FROM claims c JOIN claim_lines k ON k.claim_id = c.id")
    with shop.toolkit.reading() as session:
        for one in (ref, wide):
            incident = incidents.named(session, one)
            assert incident is not None
            tie = incidents.tie_of([incident], shop.now(), shop.toolkit.zone)
            struck = {claim for claim, facts in lines if is_struck(facts, [incident.about])}
            tied = incident_claims.page_of(session, tie, most=20, skipped=0)
            beyond = incident_claims.page_of(session, tie, most=20, skipped=20)
            page = tied.listed
            cost = incident_claims.cost(session, tie)
            assert {claim.ref for claim in page} == struck
            assert (beyond.listed, beyond.claims, beyond.customers) == ([], len(page), tied.customers)
            assert [one.cost.minor for one in cost] == [shop.balance("remedy_cost")]
        assert len(page) == 3
        assert of_customer < {claim.ref for claim in page}


def test_one_that_became_a_part_of_another_goes_on_as_it(shop: Shop) -> None:
    first, second, third = _open(shop, sku="A"), _open(shop, sku="B"), _open(shop, sku="C")

    merge_incident(shop.toolkit, _at(shop, first), into=second)
    merge_incident(shop.toolkit, _at(shop, second), into=third)
    for into in (third, first, "INC-NOBODYS"):
        with pytest.raises(BadIncident):
            merge_incident(shop.toolkit, _at(shop, third), into=into)
    with pytest.raises(MovedOn):
        merge_incident(shop.toolkit, _at(shop, first), into=third)
    with shop.toolkit.reading() as session:
        about = session.scalar(text(incidents.OPEN))
        parts = [one.ref for one in incidents.parts_of(session, _read(shop, third))]
        listed = [one.ref for one in incidents.open_ones(session)]
    close_without_proof(shop.toolkit, _at(shop, third), reason="It was one thing.")

    assert sorted(one["sku"] for one in about) == ["A", "B", "C"]
    assert (parts, listed) == ([third, first, second], [third])
    assert shop.rows("SELECT outcome FROM incidents ORDER BY id") == [("merged",), ("merged",), ("not_proven",)]


def test_who_is_at_risk_are_open_or_fresh_parcels_of_whom_nobody_complained(shop: Shop) -> None:
    fresh, waits = shop.order(delivered=3), shop.order(status="shipped", delivered=None)
    undated = shop.order(status="shipped", delivered=None, promised=None)
    shop.order(delivered=40, handed_over=45, ordered=50)
    shop.order(status="canceled", delivered=None, handed_over=None)
    shop.report(shop.lost_order(), Problem.MISSING_PACKAGE)
    shop.order(status="shipped", delivered=None, handed_over=200, ordered=210)

    with shop.toolkit.reading() as session:
        about, now = {"ship_to_country": "BR"}, shop.now()
        found = list(orders_at_risk.orders_at_risk(session, about, now=now))
        counted = orders_at_risk.count_at_risk(session, about, now=now)
        rest = list(orders_at_risk.orders_at_risk(session, about, now=now, after=found[0].shipment_id, most=1))
        newest = orders_at_risk.newest_at_risk(session, about, now=now, before=found[1].shipment_id, most=5)
        open_only = orders_at_risk.count_at_risk(session, about, now=now, fresh_for=orders_at_risk.fresh_for("late"))
        nobody = orders_at_risk.count_at_risk(session, {"problem": "late"}, now=now)
        others = orders_at_risk.count_at_risk(session, {"sku": "none"}, now=now, also=[about])

    assert [one.order_number for one in found] == [fresh.number, waits.number, undated.number]
    assert [one.order_number for one in rest] == [waits.number]
    assert newest == found[:1]
    assert (counted, others, nobody) == ((3, 3, 2, 1), (3, 3, 2, 1), (0, 0, 0, 0))
    assert open_only == (2, 2, 2, 1)
