"""Who keeps what came is told so by mail too: beside what is offered, and with the money or the credit."""

import pytest

from portal.domain.problems import Problem
from tests.support.shop import Shop

SAID = {
    "en": "Please keep what came; there is nothing to send back.",
    "pt_BR": "Fique com o que chegou; não é preciso devolver nada.",
}


@pytest.mark.parametrize("kind", ["refund", "store_credit"])
@pytest.mark.parametrize(("problem", "keeps"), [(Problem.DAMAGED, True), (Problem.FAULTY, False)])
def test_the_mail_with_the_offers_and_the_one_with_the_money_say_who_keeps_what_came(
    shop: Shop, kind: str, problem: Problem, *, keeps: bool
) -> None:
    order = shop.order()
    ref = shop.report(order, problem)
    shop.work()
    offered = shop.last_words(order)

    shop.accept(order, ref, kind)
    shop.work()

    assert shop.letters(order) == ["apology_with_offers", "refund_sent" if kind == "refund" else "credit_issued"]
    assert [SAID["en"] in words for words in (offered, shop.last_words(order))] == [keeps, keeps]


def test_it_is_said_in_the_customers_language(shop: Shop) -> None:
    order = shop.order()
    ref = shop.report(order, Problem.DAMAGED)
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE claims SET locale = 'pt_BR'; UPDATE letters SET locale = 'pt_BR'")

    shop.work()
    shop.accept(order, ref, "refund")
    shop.work()

    assert shop.letters(order) == ["apology_with_offers", "refund_sent"]
    assert SAID["pt_BR"] in shop.last_words(order)
