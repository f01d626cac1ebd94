"""A remedy's credit that was an error: its claim comes to a person, who sees what came back and what did not."""

import pytest

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.errors import NotAllowed
from portal.domain.problems import Problem
from portal.services.reverse_credit import Mistake, reverse_credit
from portal.services.take_back_credit import TakingBack, take_back_credit
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member


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
    shop.work()
    assert shop.letters(order).count("credit_taken_back") == 1
    ((told,),) = shop.rows("SELECT body FROM letters WHERE template = 'credit_taken_back'")
    assert "by mistake" in told
    assert "The mistake was ours" in told


def credited(shop: Shop) -> tuple[str, str, str]:
    """Give a claim with credit: its ref, its remedy's, and the customer's mailbox."""
    order = shop.order()
    ref = shop.report(order, Problem.DAMAGED)
    shop.accept(order, ref, "store_credit")
    shop.work()
    return ref, shop.rows("SELECT ref FROM remedies")[0][0], order.mailbox


def test_only_an_approver_takes_credit_back_and_never_on_their_own_claim(shop: Shop) -> None:
    ref, remedy, mailbox = credited(shop)
    wanted = TakingBack(ref, remedy, "granted twice", "It was granted twice.", "page-1")
    agent = a_staff_member(shop.toolkit, "bia@shop.example", Role.AGENT, {"BRL": 500_000})
    customer_too = a_staff_member(shop.toolkit, mailbox, Role.APPROVER, {"BRL": 500_000})

    for who in (agent, customer_too):
        with pytest.raises(NotAllowed):
            take_back_credit(shop.toolkit, staff_id=who, wanted=wanted)

    assert shop.rows("SELECT count(*) FROM credit_reversals")[0][0] == 0


def test_an_approver_takes_it_back_once_for_a_page_and_the_customer_reads_their_words(shop: Shop) -> None:
    ref, remedy, _ = credited(shop)
    approver = a_staff_member(shop.toolkit, "caio@shop.example", Role.APPROVER, {"BRL": 0})
    wanted = TakingBack(ref, remedy, "granted twice", "We had sent you the parcel already.", "page-1")

    came = [take_back_credit(shop.toolkit, staff_id=approver, wanted=wanted) for _ in range(2)]
    shop.work()

    assert [one.repeated for one in came] == [False, True]
    assert shop.rows("SELECT reason, actor FROM credit_reversals") == [("granted twice", f"staff:{approver}")] * len(
        shop.rows("SELECT id FROM credit_reversals")
    )
    ((told,),) = shop.rows("SELECT body FROM letters WHERE template = 'credit_taken_back'")
    assert "We had sent you the parcel already." in told
    assert "granted twice" not in told
