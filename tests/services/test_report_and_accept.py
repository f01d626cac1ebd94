"""From the report to the settled remedy, with the real parts."""

import pytest

from portal.domain.errors import MovedOn, NotFound, UnitsTaken
from portal.domain.problems import Problem
from portal.services.withdraw_claim import withdraw_claim
from tests.support.shop import Shop


def kinds(shop: Shop, ref: str) -> set[str]:
    return {offer.kind for line in shop.claim(ref).lines for offer in line.offers if offer.state == "live"}


def test_a_lost_parcel_is_offered_every_remedy_at_once(shop: Shop) -> None:
    order = shop.lost_order()

    ref = shop.report(order, Problem.MISSING_PACKAGE)

    claim = shop.claim(ref)
    assert claim.state == "offered"
    assert kinds(shop, ref) == {"replacement", "refund", "store_credit"}
    assert claim.apology["heading"]


@pytest.mark.proves("F10")
def test_money_back_reaches_the_card_once_and_the_claim_is_made_whole(shop: Shop) -> None:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)

    shop.accept(order, ref, "refund")
    shop.work()

    (refund,) = shop.refunds()
    assert (refund.amount_minor, refund.state) == (5500, "succeeded")
    assert shop.claim(ref).state == "made_whole"
    assert shop.balance("stripe_balance") == -5500
    assert shop.balance("owed_to_customers") == 0
    assert shop.letters(order) == ["refund_sent"]


def test_store_credit_comes_with_its_bonus_and_can_be_spent(shop: Shop) -> None:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)

    shop.accept(order, ref, "store_credit")
    shop.work()

    lots = shop.rows("SELECT origin, amount_minor FROM credit_lots ORDER BY origin")
    assert [tuple(lot) for lot in lots] == [("goodwill", 550), ("paid_value", 5500)]
    assert shop.claim(ref).state == "made_whole"
    assert shop.balance("store_credit_liability") == -6050


@pytest.mark.proves("F9")
def test_a_replacement_is_ordered_at_the_warehouse_once(shop: Shop) -> None:
    order = shop.lost_order(unit_cost="20.00")
    ref = shop.report(order, Problem.MISSING_PACKAGE)

    shop.accept(order, ref, "replacement")
    shop.work()

    (replacement,) = shop.rows("SELECT state, warehouse_ref FROM replacements")
    assert replacement.state == "accepted"
    assert replacement.warehouse_ref


@pytest.mark.proves("F8", "fault 49")
def test_the_same_report_again_is_the_same_claim(shop: Shop) -> None:
    order = shop.order()

    first = shop.report(order, Problem.DAMAGED, key="page-1")
    second = shop.report(order, Problem.DAMAGED, key="page-1")

    assert first == second
    assert shop.rows("SELECT count(*) FROM claims")[0][0] == 1


@pytest.mark.proves("M8", "bug 16")
def test_second_claim_on_the_same_unit_is_refused(shop: Shop) -> None:
    order = shop.order()
    shop.report(order, Problem.DAMAGED)

    with pytest.raises(UnitsTaken):
        shop.report(order, Problem.FAULTY)


@pytest.mark.proves("M8", "bug 18")
def test_units_of_one_line_are_claimed_one_after_the_other(shop: Shop) -> None:
    order = shop.order(lines=(("Cup", "10.01", 3),), shipping="0.00")

    refs = [shop.report(order, Problem.FAULTY) for _ in range(3)]
    for ref in refs:
        shop.accept(order, ref, "refund")
    shop.work()

    assert sum(refund.amount_minor for refund in shop.refunds()) == 3003
    with pytest.raises(UnitsTaken):
        shop.report(order, Problem.FAULTY)


@pytest.mark.proves("M7", "M12", "bug 41")
def test_a_split_payment_goes_back_to_the_cards_and_the_rest_as_credit(shop: Shop) -> None:
    order = shop.order(
        lines=(("Chair", "95.00", 1),),
        payments=(("card", "30.00"), ("voucher", "20.00"), ("card", "50.00")),
        status="shipped",
        promised=20,
        delivered=None,
        ordered=40,
        handed_over=35,
    )
    ref = shop.report(order, Problem.MISSING_PACKAGE)

    shop.accept(order, ref, "refund")
    shop.work()

    assert [refund.amount_minor for refund in shop.refunds()] == [5000, 3000]
    assert [row[0] for row in shop.rows("SELECT amount_minor FROM credit_lots")] == [2000]
    assert shop.claim(ref).state == "made_whole"


@pytest.mark.proves("F8", "fault 49")
def test_accepting_twice_moves_money_once(shop: Shop) -> None:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    version = shop.claim(ref).version

    shop.accept(order, ref, "refund", version=version)
    shop.accept(order, ref, "refund", version=version)
    shop.work()

    assert len(shop.refunds()) == 1


@pytest.mark.proves("M8")
def test_another_remedy_after_one_was_accepted_is_refused(shop: Shop) -> None:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    offers = {offer.kind: offer.ref for line in shop.claim(ref).lines for offer in line.offers}
    shop.accept(order, ref, "refund")

    from_another_tab = shop.claim(ref)
    with pytest.raises(MovedOn):
        shop.accept_refs(order, ref, (offers["store_credit"],), from_another_tab.version)


@pytest.mark.proves("P5", "bug 49", "input 20")
def test_nobody_claims_on_an_order_of_somebody_else(shop: Shop) -> None:
    mine, theirs = shop.order(), shop.order()
    stranger = type(mine)(theirs.number, theirs.order_id, mine.customer_id, mine.mailbox, [], [])

    with pytest.raises(NotFound):
        shop.report(stranger, Problem.DAMAGED)


@pytest.mark.proves("fault 23", "bug 27", "F11")
def test_a_refund_that_the_bank_sends_back_opens_another_way(shop: Shop) -> None:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, ref, "refund")
    shop.work()
    (refund,) = shop.refunds()

    shop.sandbox.move_refund(refund.provider_ref, "failed", failure_reason="expired_or_canceled_card")
    shop.hear_of(refund.provider_ref)
    shop.work()

    assert shop.refunds()[0].state == "failed"
    assert shop.claim(ref).state == "offered"
    assert shop.letters(order)[-1] == "refund_failed"
    shop.accept(order, ref, "store_credit")
    shop.work()
    assert shop.claim(ref).state == "made_whole"
    assert shop.balance("owed_to_customers") == 0
    assert shop.balance("store_credit_liability") == -5500


def test_a_letter_about_several_lines_adds_up_what_they_share(shop: Shop) -> None:
    order = shop.order(
        lines=(("Cup", "10.00", 1), ("Plate", "20.00", 1)),
        status="shipped",
        promised=20,
        delivered=None,
        ordered=40,
        handed_over=35,
    )

    shop.report(order, Problem.MISSING_PACKAGE, 1, 2)
    shop.work()

    (body,) = shop.rows("SELECT body FROM letters WHERE recipient = :m", m=order.mailbox)[0]
    assert "R$40.00" in body
    assert body.count("Money back") == 1


def test_what_we_still_owe_cannot_be_taken_back(shop: Shop) -> None:
    order = shop.lost_order()
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    shop.accept(order, ref, "refund")
    shop.work()
    shop.sandbox.move_refund(shop.refunds()[0].provider_ref, "failed", failure_reason="expired_or_canceled_card")
    shop.hear_of(shop.refunds()[0].provider_ref)
    shop.work()

    with pytest.raises(MovedOn):
        withdraw_claim(shop.toolkit, customer_id=order.customer_id, claim_ref=ref)

    assert shop.claim(ref).state == "offered"


def test_what_one_order_gave_back_takes_nothing_from_another(shop: Shop):
    for _ in range(2):
        order = shop.lost_order()
        shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE), "refund")

    assert [row.amount_minor for row in shop.refunds()] == [5500, 5500]
