"""Store credit that was taken back as an error takes nothing of what was paid any more."""

import pytest

from portal.domain.actors import Actor
from portal.domain.offers import RemedyKind
from portal.services.reverse_credit import Mistake, reverse_credit
from tests.support.credit_shop import CreditShop
from tests.support.follow_ups import approve, hire, say, sweep
from tests.support.shop import AnOrder, Shop


def credited(shop: Shop) -> tuple[AnOrder, str, str]:
    """Have somebody asked about credit that they were given: the order, the claim's ref, and the remedy's."""
    hire(shop)
    order, ref = shop.promised("store_credit")
    shop.work()
    sweep(shop)
    shop.later(days=14)
    sweep(shop)
    return order, ref, str(shop.rows("SELECT ref FROM remedies")[0][0])


@pytest.mark.proves("M8", "M9", "M16", "M17")
@pytest.mark.parametrize("spent", [0, 1_333])
def test_what_was_taken_back_can_go_back_as_money_and_no_more(shop: Shop, database_url: str, spent: int) -> None:
    order, ref, remedy = credited(shop)
    ((paid, bonus),) = shop.rows("SELECT amount_minor, bonus_minor FROM remedies")
    till = CreditShop(database_url, shop.toolkit)
    if spent:
        till.hold(till.api_key(), till.code(order.customer_id), bonus + spent)

    came = reverse_credit(shop.toolkit, Mistake(remedy, "a page", "It was to be money.", Actor.staff(1)))
    say(shop, ref, "no")
    approve(shop, ref, RemedyKind.REFUND)
    shop.accept(order, ref, "refund")
    shop.work()

    ((still,),) = shop.rows(
        "SELECT sum(wanted_minor - taken_minor)::int FROM credit_reversals r JOIN credit_lots l"
        " ON l.id = lot_id WHERE origin = 'paid_value'"
    )
    assert came.rest.minor == (bonus + spent if spent else 0)
    assert [(refund.state, refund.amount_minor) for refund in shop.refunds()] == [("succeeded", paid - still)]
    assert shop.balance("owed_to_customers") == 0
