"""What came back to us unheard made the room for what others refund: it is read before theirs is written down."""

from collections.abc import Callable

import pytest

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.ports import LaneShut, RefundAnswer, UnknownOutcome, Unreadable
from portal.domain.problems import Problem
from portal.gateways.stripe_refunds import StripeRefunds
from portal.services.settle_again import settle_again
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import AnOrder, Shop

STRIPE = Actor.system("stripe")
ADOPTED = "SELECT provider_ref, amount_minor, state FROM external_refunds ORDER BY id"
LINES = (("Blue kettle", "50.00", 1), ("Red bowl", "30.00", 1))


class Listing(StripeRefunds):
    """Stripe with a list that is made of what it holds."""

    def __init__(self, url: str, make: Callable[[list[RefundAnswer]], list[RefundAnswer]]) -> None:
        super().__init__(SECRET_KEY, api_base=url)
        self._make, self.listed = make, 0

    def of_payment(self, payment_ref: str, account: str | None) -> list[RefundAnswer]:
        self.listed += 1
        return self._make(super().of_payment(payment_ref, account))


def ours_came_back(shop: Shop) -> tuple[AnOrder, str]:
    """Give an order whose refund came back unheard, and the refund of all of it that somebody then made."""
    order, _, _ = shop.promised_refund(lines=LINES)
    shop.work()
    shop.sandbox.move_refund(shop.refunds()[0].provider_ref, "failed")
    return order, shop.sandbox.dashboard_refund(order.payments[0])


def adopted(shop: Shop) -> list[tuple[str, int, str]]:
    return [tuple(row) for row in shop.rows(ADOPTED)]


def booked(shop: Shop) -> list[str]:
    """Name what was booked of money that came back or went elsewhere, in the order in which it was."""
    asked = "SELECT occasion FROM journal_entries WHERE occasion IN ('refund_failed', 'refunded_elsewhere') ORDER BY id"
    return [row[0] for row in shop.rows(asked)]


def fails(error: Exception) -> Callable[[list[RefundAnswer]], list[RefundAnswer]]:
    def make(answers: list[RefundAnswer]) -> list[RefundAnswer]:
        if isinstance(error, Unreadable):
            error.read = tuple(answers)
        raise error

    return make


@pytest.mark.proves("M1", "bug 31", "fault 35")
def test_ours_that_came_back_unheard_is_settled_before_the_refund_that_took_its_room(shop: Shop):
    _, made = ours_came_back(shop)

    shop.hear_of(made)
    shop.work()

    assert [row.state for row in shop.refunds()] == ["failed"]
    assert adopted(shop) == [(made, 9_000, "succeeded")]
    assert booked(shop) == ["refund_failed", "refunded_elsewhere"]


@pytest.mark.proves("M1", "fault 31")
def test_anothers_that_came_back_unheard_makes_room_for_the_next_one_too(shop: Shop):
    order = shop.lost_order()
    first = shop.sandbox.dashboard_refund(order.payments[0])
    shop.hear_of(first)
    shop.work()
    shop.sandbox.move_refund(first, "failed")
    second = shop.sandbox.dashboard_refund(order.payments[0])

    shop.hear_of(second)
    shop.work()

    assert adopted(shop) == [(first, 5_500, "failed"), (second, 5_500, "succeeded")]
    assert shop.balance("refunded_elsewhere") == 5_500


@pytest.mark.proves("M1", "fault 31")
def test_what_fits_beside_what_is_known_needs_no_list(shop: Shop):
    order, _, _ = shop.promised_refund(lines=LINES)
    shop.work()
    made = shop.sandbox.dashboard_refund(order.payments[0], 500)
    stripe = Listing(shop.sandbox.url, lambda answers: answers)

    settle_again(shop.toolkit, stripe, stripe.read(made, None), STRIPE)

    assert (stripe.listed, adopted(shop)) == (0, [(made, 500, "succeeded")])


@pytest.mark.proves("M1", "fault 24", "fault 20")
@pytest.mark.parametrize("error", [UnknownOutcome("away"), LaneShut(1.0)])
def test_where_the_list_cannot_be_had_nothing_is_written_down_and_the_job_is_tried_again(shop: Shop, error: Exception):
    _, made = ours_came_back(shop)
    stripe = Listing(shop.sandbox.url, fails(error))

    with pytest.raises(type(error)):
        settle_again(shop.toolkit, stripe, stripe.read(made, None), STRIPE)

    assert ([row.state for row in shop.refunds()], adopted(shop)) == (["succeeded"], [])
    shop.hear_of(made)
    shop.work()
    assert adopted(shop) == [(made, 9_000, "succeeded")]


@pytest.mark.proves("M1", "fault 26")
def test_a_list_that_can_be_read_in_part_only_makes_the_room_and_holds_nothing_up(shop: Shop):
    _, made = ours_came_back(shop)
    stripe = Listing(shop.sandbox.url, fails(Unreadable("words of tomorrow")))

    said = settle_again(shop.toolkit, stripe, stripe.read(made, None), STRIPE)

    assert said == "refunded elsewhere: succeeded"
    assert [row.state for row in shop.refunds()] == ["failed"]
    assert adopted(shop) == [(made, 9_000, "succeeded")]


@pytest.mark.proves("fault 31")
@pytest.mark.parametrize("make", [lambda _: [], fails(NotFound("resource_missing"))])
def test_what_fits_nowhere_is_written_down_all_the_same_once_the_list_was_asked(
    shop: Shop, make: Callable[[list[RefundAnswer]], list[RefundAnswer]]
):
    _, made = ours_came_back(shop)
    stripe = Listing(shop.sandbox.url, make)

    settle_again(shop.toolkit, stripe, stripe.read(made, None), STRIPE)

    assert (stripe.listed, adopted(shop)) == (1, [(made, 9_000, "succeeded")])
    shop.hear_of(shop.refunds()[0].provider_ref)
    shop.work()


@pytest.mark.proves("M1", "fault 31")
def test_a_refusal_because_it_went_back_elsewhere_settles_what_came_back_of_ours_first(shop: Shop):
    order, _, _ = shop.promised_refund(lines=LINES)
    shop.work()
    shop.sandbox.move_refund(shop.refunds()[0].provider_ref, "failed")
    shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE, 2), "refund")
    made = shop.sandbox.dashboard_refund(order.payments[0])

    shop.work()

    assert [row.state for row in shop.refunds()] == ["failed", "refused"]
    assert adopted(shop) == [(made, 9_000, "succeeded")]
    assert booked(shop) == ["refund_failed", "refunded_elsewhere"]
