"""A remedy's credit that was an error: its claim comes to a person, who sees what came back and what did not."""

import pytest

from portal.domain.actors import Actor
from portal.domain.problems import Problem
from portal.services.reverse_credit import Mistake, reverse_credit
from tests.support.shop import Shop


@pytest.mark.proves("fault 54")
def test_a_claim_whose_credit_was_an_error_comes_to_a_person_with_its_sums(shop: Shop) -> None:
    order = shop.order()
    ref = shop.report(order, Problem.DAMAGED)
    shop.accept(order, ref, "store_credit")
    shop.work()
    ((remedy, amount),) = shop.rows("SELECT ref, amount_minor + bonus_minor FROM remedies")

    for _ in range(2):
        came = reverse_credit(shop.toolkit, Mistake(remedy, remedy, "granted twice", Actor.staff(1)))

    assert (came.taken.minor, came.rest.minor, came.repeated) == (amount, 0, True)
    ((waits, answer_by),) = shop.rows("SELECT waits_for_answer, answer_by FROM claims")
    assert waits
    assert answer_by is not None
    ((detail,),) = shop.rows("SELECT detail FROM claim_events WHERE action = 'credit_reversed'")
    assert detail == {"remedy": remedy, "taken_minor": amount, "rest_minor": 0, "currency": "BRL"}
    assert shop.balance("store_credit_liability") == shop.balance("remedy_cost") == 0
