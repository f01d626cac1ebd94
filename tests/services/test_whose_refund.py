"""Whose a refund at the provider is: ours by its name there, or by our ref where it is the one that we asked for."""

from urllib.parse import urlencode

import pytest

from portal.domain.actors import Actor
from portal.domain.errors import IllegalMove
from portal.domain.money import Money
from portal.domain.refunds import RefundState
from portal.services.reconcile_refunds import reconcile_refund
from portal.services.settle_or_tell import settle_or_tell
from portal.services.settle_refund import News
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import Shop

ADOPTED = "SELECT provider_ref, amount_minor, state FROM external_refunds"


def at_stripe(shop: Shop, path: str, **form: str) -> str:
    """Do something in Stripe's own interface, and give the id of the refund."""
    headers = {"Authorization": f"Bearer {SECRET_KEY}", "Content-Type": "application/x-www-form-urlencoded"}
    status, content = shop.sandbox.raw("POST", path, urlencode(form).encode(), headers)
    assert status == 200, content
    return content.decode().partition('"id":')[2].split('"')[1]


def copy(shop: Shop, payment: str, refund: str, minor: int) -> str:
    """Let somebody refund with the metadata of ours, as a script that copies them does."""
    more = {"payment_intent": payment, "amount": str(minor), "metadata[refund_ref]": refund}
    return at_stripe(shop, "/v1/refunds", **more)


def troubles(shop: Shop) -> list[str]:
    return [row[0] for row in shop.rows("SELECT kind FROM troubles WHERE closed_at IS NULL ORDER BY id")]


def adopted(shop: Shop) -> list[tuple[str, int, str]]:
    return [tuple(row) for row in shop.rows(ADOPTED)]


@pytest.mark.proves("bug 31", "M4")
def test_a_second_refund_with_our_ref_is_no_news_of_ours_but_money_that_went_elsewhere(shop: Shop):
    order, _, refund = shop.promised_refund(lines=(("Blue kettle", "50.00", 1), ("Red bowl", "60.00", 1)))
    shop.work()
    before = shop.refunds()
    made = copy(shop, order.payments[0], refund, before[0].amount_minor)

    shop.hear_of(made)
    shop.work()

    assert shop.refunds() == before
    assert adopted(shop) == [(made, before[0].amount_minor, "succeeded")]
    assert troubles(shop) == ["refunded_elsewhere"]
    # Two under one ref are a thing that may never be, until one of them came back.
    shop.sandbox.move_refund(made, "failed")
    shop.hear_of(made)
    shop.work()


@pytest.mark.proves("bug 31")
def test_another_amount_under_our_ref_does_not_settle_what_we_owe(shop: Shop):
    order, _, refund = shop.promised_refund(lines=(("Blue kettle", "50.00", 1), ("Red bowl", "60.00", 1)))
    made = copy(shop, order.payments[0], refund, 500)

    shop.hear_of(made)
    shop.work()

    assert adopted(shop) == [(made, 500, "succeeded")]
    (ours,) = shop.refunds()
    assert (ours.state, ours.provider_ref == made) == ("succeeded", False)
    shop.sandbox.move_refund(made, "failed")
    shop.hear_of(made)
    shop.work()


@pytest.mark.proves("M4")
def test_news_of_another_refund_changes_nothing_of_one_that_has_its_name_and_a_person_is_told(shop: Shop):
    _, _, refund = shop.promised_refund(behaviour="stays_pending")
    shop.work()
    before = shop.refunds()
    news = News(RefundState.SUCCEEDED, "re_of_another", None)

    with pytest.raises(IllegalMove, match="another refund has its place"):
        settle_or_tell(
            shop.toolkit,
            refund_ref=refund,
            news=news,
            amount=Money(before[0].amount_minor, "BRL"),
            actor=Actor.system("tests"),
        )

    assert shop.refunds() == before
    assert troubles(shop) == ["paid_after_release"]


@pytest.mark.proves("fault 35")
def test_a_refund_that_a_person_found_without_our_ref_is_settled_though_nobody_told_of_its_end(shop: Shop):
    order, ref, refund = shop.promised_refund(behaviour="stays_pending")
    shop.work()
    made = shop.refunds()[0].provider_ref
    at_stripe(shop, f"/v1/refunds/{made}", **{"metadata[refund_ref]": ""})
    shop.sandbox.move_refund(made, "succeeded")

    said = reconcile_refund(shop.toolkit, shop.ports.refunds, refund_ref=refund)
    shop.work()

    assert said == "refund is succeeded"
    assert shop.refunds()[0].state == "succeeded"
    assert shop.claim(ref).state == "made_whole"
    assert shop.letters(order).count("refund_sent") == 1
