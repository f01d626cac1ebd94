"""What policy is told of the customer, of who asks and of open incidents, as a claim is reported and judged again."""

import pytest
from sqlalchemy import text

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.facts import Asker, EarlierRemedy, Facts
from portal.domain.incidents import BadIncident
from portal.domain.problems import Problem
from portal.domain.received import Place, Signer
from portal.services.close_incident import close_incident
from portal.services.declare_incident import declare_incident
from portal.services.look_again import look_again
from portal.services.report_problem import Report, ReportedLine, report_problem
from tests.support.shop import Shop

_STAFF = Actor.system("incidents")


def facts_of(shop: Shop, ref: str) -> Facts:
    return Facts.from_document(shop.claim(ref).lines[0].facts)


def test_a_first_report_of_a_new_customer_has_no_history(shop: Shop) -> None:
    facts = facts_of(shop, shop.report(shop.order(ordered=12), Problem.DAMAGED))

    assert (facts.days_since_first_order, facts.earlier_orders_days) == (12, ())
    assert (facts.earlier_remedies, facts.failed_follow_ups_days) == ((), ())
    assert facts.asked_by is Asker.CUSTOMER
    assert facts.unrecorded == frozenset()


def test_what_an_earlier_claim_gave_is_told_with_its_goodwill_apart(shop: Shop) -> None:
    earlier = shop.lost_order(ordered=40)
    ref = shop.report(earlier, Problem.MISSING_PACKAGE)
    shop.accept(earlier, ref, "store_credit")
    shop.work()
    shop.later(days=9)
    order = shop.order(ordered=3, customer=earlier)

    facts = facts_of(shop, shop.report(order, Problem.DAMAGED))

    assert facts.earlier_remedies == (EarlierRemedy(9, 6050, 550),)
    assert facts.earlier_claims_days == (9,)
    assert facts.earlier_orders_days == (49,)
    assert facts.days_since_first_order == 49


def test_a_claim_that_is_judged_again_is_no_history_of_itself(shop: Shop) -> None:
    order = shop.order(status="shipped", ordered=6, handed_over=3, promised=-2, delivered=None)
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.clock[0] = shop.looks_again_at(ref)

    look_again(shop.toolkit, claim_ref=ref)

    facts = facts_of(shop, ref)
    assert (facts.earlier_claims_days, facts.earlier_remedies) == ((), ())


def test_what_staff_report_stays_theirs_when_it_is_judged_again(shop: Shop) -> None:
    order = shop.order(status="shipped", ordered=6, handed_over=3, promised=-2, delivered=None)
    line = ReportedLine(1, 1, Problem.MISSING_PACKAGE)
    reported = Report(order.number, "a-key", (line,), "", "en")
    ref = report_problem(shop.toolkit, customer_id=order.customer_id, reported=reported, actor=Actor.staff(1))
    first = facts_of(shop, ref)
    shop.clock[0] = shop.looks_again_at(ref)

    look_again(shop.toolkit, claim_ref=ref)

    again = facts_of(shop, ref)
    assert [(one.asked_by, one.on_behalf) for one in (first, again)] == [(Asker.STAFF, True)] * 2


def test_who_signed_and_where_it_came_to_are_told(shop: Shop) -> None:
    order = shop.order()
    with shop.toolkit.transaction() as session:
        asked = {"order": order.order_id, "at": shop.now()}
        session.execute(
            text(
                "UPDATE shipments SET signed_by = 'Vizinha', service = 'Express', last_scan_at = :at "
                "WHERE order_id = :order"
            ),
            asked,
        )

    facts = facts_of(shop, shop.report(order, Problem.DAMAGED))

    assert (facts.signed_for_by, facts.delivered_to) == (Signer.NEIGHBOUR, Place.NEIGHBOUR)
    assert (facts.service, facts.days_since_last_scan) == ("Express", 0)


def test_an_incident_is_told_from_when_it_is_declared_until_it_is_closed(shop: Shop) -> None:
    before = facts_of(shop, shop.report(shop.order(), Problem.DAMAGED))
    ref = declare_incident(
        shop.toolkit, words="A batch breaks.", about={"problem": "damaged", "carrier": "Correios"}, actor=_STAFF
    )
    while_open = facts_of(shop, shop.report(shop.order(), Problem.DAMAGED))
    another = facts_of(shop, shop.report(shop.order(), Problem.FAULTY))

    close_incident(shop.toolkit, ref=ref, reason="It is over.", actor=_STAFF)

    after = facts_of(shop, shop.report(shop.order(), Problem.DAMAGED))
    assert [one.incident_open for one in (before, while_open, another, after)] == [False, True, False, False]
    assert [row.kind for row in shop.rows("SELECT kind FROM deeds WHERE kind LIKE 'incident%' ORDER BY id")] == [
        "incident_opened",
        "incident_closed_unproven",
    ]


@pytest.mark.parametrize("words", ["", "  ", "x" * 2_001])
def test_an_incident_needs_some_words_and_not_too_many(shop: Shop, words: str) -> None:
    with pytest.raises(BadIncident, match="is told in 1 to 2000 letters"):
        declare_incident(shop.toolkit, words=words, about={"sku": "S-1"}, actor=_STAFF)

    assert shop.rows("SELECT count(*) FROM incidents")[0][0] == 0


def test_an_incident_is_closed_once(shop: Shop) -> None:
    ref = declare_incident(shop.toolkit, words="A batch breaks.", about={"sku": "S-1"}, actor=_STAFF)
    close_incident(shop.toolkit, ref=ref, reason="It is over.", actor=_STAFF)

    with pytest.raises(NotFound):
        close_incident(shop.toolkit, ref=ref, reason="It is over.", actor=_STAFF)
