"""Who settled a refund stands in the book as it was: the worker by what the provider said, a person by deciding."""

import pytest

from portal.domain.authority import Role
from portal.domain.ports import RefundAnswer
from portal.domain.refund_list import Way
from portal.gateways.stripe_refunds import StripeRefunds
from portal.services import read_refund_list as service
from portal.services.cancel_refund import ask_to_cancel
from portal.services.send_refund import send_refund
from tests.services.test_refund_needs_customer import sweep, troubles, waiting
from tests.services.test_refund_unknown import agent, decide, doubtful, events, read_list, still_open
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member

BOOKED = "SELECT DISTINCT actor FROM journal_entries WHERE occasion LIKE 'refund_%'"


class Overtaken(StripeRefunds):
    """A list that somebody acts on between its answer and what we make of it."""

    def __init__(self, shop: Shop, bia: int, trouble: str) -> None:
        """Know who gives the refund up meanwhile."""
        super().__init__(SECRET_KEY, api_base=shop.sandbox.url)
        self._shop, self._bia, self._trouble = shop, bia, trouble

    def of_payment(self, payment_ref: str, account: str | None = None) -> list[RefundAnswer]:
        """List the refunds, and let the person decide before we can."""
        answers = super().of_payment(payment_ref, account)
        decide(self._shop, self._bia, self._trouble, Way.GIVE_UP)
        return answers


@pytest.mark.proves("P6", "F1")
def test_a_refund_that_is_found_for_a_person_is_settled_by_the_worker_and_read_by_the_person(shop: Shop) -> None:
    order, _, refund, trouble = doubtful(shop)
    given = {"payment_intent": order.payments[0], "metadata": {"refund_ref": refund}}
    shop.sandbox.post("/stripe/refunds", given)
    bia = agent(shop)

    # Not by its job, because that of the claim, which looks too, may come first.
    service.read_list(shop.toolkit, shop.ports.refunds, trouble_ref=trouble, staff_id=bia)

    assert shop.refunds()[0].state == "succeeded"
    assert ("refund_list_read", f"staff:{bia}") in events(shop)
    assert ("refund_settled", "system:worker") in events(shop)
    assert shop.rows(BOOKED) == [("system:worker",)]


@pytest.mark.proves("P6")
def test_a_refund_that_a_person_has_cancelled_is_settled_by_the_worker(shop: Shop) -> None:
    waiting(shop)
    shop.later(days=10)
    sweep(shop)
    ((_, trouble),) = troubles(shop)
    bia = a_staff_member(shop.toolkit, "bia@shop.example", Role.AGENT, {"BRL": 100_000})

    ask_to_cancel(shop.toolkit, staff_id=bia, trouble_ref=trouble)
    shop.work()

    assert [row.state for row in shop.refunds()] == ["canceled"]
    assert ("refund_cancel_asked", f"staff:{bia}") in events(shop)
    assert shop.rows(BOOKED) == [("system:worker",)]


@pytest.mark.proves("fault 24", "M6")
def test_a_refund_that_a_person_gives_up_while_the_worker_finds_it_is_told(shop: Shop) -> None:
    order, _, refund, trouble = doubtful(shop)
    bia = agent(shop)
    read_list(shop, bia, trouble)
    given = {"payment_intent": order.payments[0], "metadata": {"refund_ref": refund}}
    made = shop.sandbox.post("/stripe/refunds", given)["id"]

    again = send_refund(shop.toolkit, Overtaken(shop, bia, trouble), refund_ref=refund)

    assert (again, shop.refunds()[0].state) == (False, "refused")
    assert still_open(shop) == ["paid_after_release"]
    shop.work()
    # Put right at the provider, so that its books and ours are equal at the end.
    shop.sandbox.move_refund(made, "failed")
