"""A parcel that the warehouse had refused leaves all the same: what was chosen counts, and nothing beside it."""

import pytest

from portal.domain.claims import ClaimState
from portal.domain.errors import MovedOn
from portal.domain.problems import Problem
from portal.services.ask_for_person import Asking, ask_for_person
from portal.services.follow_parcel import ParcelNews, follow_parcel
from tests.services.test_stock import count, lost, moves, shelf
from tests.support.shop import AnOrder, Shop


def refused(shop: Shop, reason: str = "broken_on_the_shelf") -> tuple[AnOrder, str, str]:
    order, ref = lost(shop)
    shop.accept(order, ref, "replacement")
    parcel = str(shop.rows("SELECT ref FROM replacements")[0][0])
    follow_parcel(shop.toolkit, replacement_ref=parcel, news=ParcelNews("refused", reason=reason))
    shop.work()
    return order, ref, parcel


def leaves(shop: Shop, parcel: str, *states: str) -> None:
    for state in states or ("shipped",):
        follow_parcel(shop.toolkit, replacement_ref=parcel, news=ParcelNews(state, tracking_number="BR1"))
    shop.work()


@pytest.mark.proves("F9", "M8", "M9")
def test_before_another_way_is_chosen_it_is_what_the_customer_gets_and_all_of_it(shop: Shop) -> None:
    order, ref, parcel = refused(shop)
    page = shop.claim(ref)
    refund = next(offer.ref for offer in page.lines[0].offers if (offer.kind, offer.state) == ("refund", "live"))

    leaves(shop, parcel, "accepted", "shipped", "shipped", "delivered", "refused")
    with pytest.raises(MovedOn):
        shop.accept_refs(order, ref, (refund,), page.version)
    with pytest.raises(MovedOn):
        shop.accept_refs(order, ref, (refund,), shop.claim(ref).version)

    claim = shop.claim(ref)
    assert (claim.state, shop.refunds(), shop.rows("SELECT * FROM troubles")) == ("made_whole", [], [])
    assert {(offer.kind, offer.state) for offer in claim.lines[0].offers} == {
        ("replacement", "accepted"), ("refund", "superseded"), ("store_credit", "superseded"),
    }  # fmt: skip
    assert (shop.balance("owed_to_customers"), shop.balance("remedy_cost")) == (0, 5000)
    mails = [" ".join(mail["text"].split()) for mail in shop.sandbox.mails(order.mailbox)]
    assert ["so there is nothing left to choose" in mail for mail in mails].count(True) == 1


@pytest.mark.proves("F14")
@pytest.mark.parametrize(
    ("reason", "left", "written"),
    [
        ("broken_on_the_shelf", 2, ["count", "reserve", "release", "count"]),
        ("out_of_stock", 0, ["count", "reserve", "release", "count"]),
    ],
)
def test_the_shelf_loses_the_piece_once_whatever_the_warehouse_had_said(
    shop: Shop, reason: str, left: int, written: list[str]
) -> None:
    count(shop, 3)
    _, _, parcel = refused(shop, reason)

    leaves(shop, parcel, "shipped", "delivered")

    assert shelf(shop) == (left, 0)
    assert moves(shop) == written


def test_who_had_asked_for_a_person_is_answered_by_one_all_the_same(shop: Shop) -> None:
    order, ref, parcel = refused(shop)
    asking = Asking(claim_ref=ref, client_key="key-1", body="It has to be here by Friday.")
    ask_for_person(shop.toolkit, customer_id=order.customer_id, asking=asking)
    by = shop.answers_by(ref)

    leaves(shop, parcel)

    claim = shop.claim(ref)
    assert (claim.lines[0].state, claim.waits_for_answer, claim.answer_by) == (ClaimState.MADE_WHOLE, True, by)


def test_a_photo_that_policy_wants_since_is_asked_for_no_more_of_what_leaves_and_still_of_the_rest(shop: Shop) -> None:
    order = shop.lost_order(lines=(("Blue kettle", "50.00", 1), ("Lamp", "30.00", 1)))
    ref = shop.report(order, Problem.MISSING_PACKAGE, 1, 2)
    page = shop.claim(ref)
    again = next(offer.ref for offer in page.lines[0].offers if offer.kind == "replacement")
    shop.accept_refs(order, ref, (again,), page.version)
    parcel = str(shop.rows("SELECT ref FROM replacements")[0][0])
    follow_parcel(shop.toolkit, replacement_ref=parcel, news=ParcelNews("refused", reason="broken_on_the_shelf"))
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE claim_lines SET evidence_wanted = 'see_the_damage'")

    leaves(shop, parcel)

    lines = [(line.state, line.evidence_wanted) for line in shop.claim(ref).lines]
    assert lines == [(ClaimState.MADE_WHOLE, None), (ClaimState.OFFERED, "see_the_damage")]


def test_where_another_way_was_chosen_and_failed_too_a_person_decides_by_a_date(shop: Shop) -> None:
    order, ref, parcel = refused(shop)
    shop.accept(order, ref, "refund")
    shop.work()
    refund = shop.refunds()[0]
    shop.sandbox.move_refund(refund.provider_ref, "failed")
    shop.hear_of(refund.provider_ref)
    shop.work()
    page = shop.claim(ref)
    credit = next(offer.ref for offer in page.lines[0].offers if offer.state == "live")

    leaves(shop, parcel, "shipped", "delivered")
    with pytest.raises(MovedOn):
        shop.accept_refs(order, ref, (credit,), shop.claim(ref).version)

    assert page.state == "offered"
    assert (shop.claim(ref).state, shop.letters(order)[-1]) == ("escalated", "escalated")
    assert shop.answers_by(ref) > shop.now()
    assert shop.rows("SELECT kind, subject FROM troubles WHERE kind = 'sent_after_refusal'") == [
        ("sent_after_refusal", parcel)
    ]
