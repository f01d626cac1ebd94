"""The contract of a RefundProvider, run against the double through Stripe's own client."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.errors import NotFound
from portal.domain.money import Money
from portal.domain.ports import (
    BlockedByDispute,
    ProviderState,
    RefundRefused,
)
from portal.gateways.sandbox_books import SandboxBooks
from portal.gateways.stripe_refunds import StripeRefunds
from tests.gateways.stripe_wire import tapped
from tests.support.refund_requests import a_request, brl, wait_for
from tests.support.sandbox_server import SECRET_KEY, Sandbox

pytestmark = pytest.mark.usefixtures("books_add_up")


def test_whole_refund_succeeds_and_names_our_ref(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    payment = sandbox.payment(5000)
    request = a_request(payment)

    answer = refunds.refund(request)

    assert answer.state is ProviderState.SUCCEEDED
    assert answer.amount == brl(5000)
    assert answer.payment_refs == (payment, sandbox.charge_of(payment))
    assert answer.refund_ref == request.key
    assert refunds.read(answer.provider_ref, None) == answer


def test_several_partial_refunds_add_up_to_the_payment(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    payment = sandbox.payment(5000)

    sent = [refunds.refund(a_request(payment, brl(minor))) for minor in (1000, 1000, 3000)]

    held = refunds.of_payment(payment, None)
    assert sorted(answer.provider_ref for answer in held) == sorted(answer.provider_ref for answer in sent)
    assert sum(answer.amount.minor for answer in held) == 5000


@pytest.mark.proves("bug 30")
def test_list_of_a_payment_is_read_to_its_last_page(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    payment, began = sandbox.payment(5000), datetime.now(UTC) - timedelta(seconds=1)
    for _ in range(103):
        refunds.refund(a_request(payment, brl(1)))

    held = refunds.of_payment(payment, None)
    moved = [one.subject_ref for one in refunds.movements_since(began)]
    ours = {answer.provider_ref for answer in held}

    assert len({answer.refund_ref for answer in held}) == 103
    assert sorted(set(moved) & ours) == sorted(one for one in moved if one in ours) == sorted(ours)


@pytest.mark.proves("M15")
def test_refund_above_what_remains_is_refused(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    payment = sandbox.payment(5000)
    refunds.refund(a_request(payment, brl(4000)))

    with pytest.raises(RefundRefused) as refusal:
        refunds.refund(a_request(payment, brl(1001)))

    assert refusal.value.code == "invalid_amount"


def test_refund_of_a_payment_that_went_back_is_refused(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    payment = sandbox.payment(5000)
    refunds.refund(a_request(payment))

    with pytest.raises(RefundRefused) as refusal:
        refunds.refund(a_request(payment, brl(1)))

    assert refusal.value.code == "charge_already_refunded"


def test_refund_of_an_unknown_payment_is_refused(refunds: StripeRefunds) -> None:
    with pytest.raises(RefundRefused) as refusal:
        refunds.refund(a_request("pi_nobody_knows"))

    assert refusal.value.code == "resource_missing"


def test_reading_what_is_not_there_is_not_found(refunds: StripeRefunds) -> None:
    with pytest.raises(NotFound):
        refunds.read("re_nobody_knows", None)
    with pytest.raises(NotFound):
        refunds.of_payment("pi_nobody_knows", None)


def test_open_dispute_blocks_and_a_won_one_does_not(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    payment = sandbox.payment(5000)
    dispute = sandbox.dispute(payment)

    with pytest.raises(BlockedByDispute):
        refunds.refund(a_request(payment))
    sandbox.post(f"/sandbox/disputes/{dispute}", {"status": "won"})
    answer = refunds.refund(a_request(payment))

    assert answer.state is ProviderState.SUCCEEDED


def test_a_refund_on_an_inquiry_is_older_than_the_chargeback_that_it_becomes(
    sandbox: Sandbox, refunds: StripeRefunds
) -> None:
    payment = sandbox.payment(5000)
    dispute = sandbox.dispute(payment, inquiry=True)
    sandbox.let_pass(days=1)
    refunds.refund(a_request(payment, brl(1000)))
    sandbox.let_pass(days=1)
    sandbox.post(f"/sandbox/disputes/{dispute}", {"status": "needs_response"})

    books = SandboxBooks(SECRET_KEY, sandbox.url).read([None], None)

    (ours,) = (one for one in books.refunds if one.payment_ref == payment)
    (taken,) = (one for one in books.disputes if one.payment_ref == payment)
    assert ours.created_at < taken.withdrawn_at


def test_lost_dispute_blocks_for_good(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    payment = sandbox.payment(5000)
    sandbox.post(f"/sandbox/disputes/{sandbox.dispute(payment)}", {"status": "lost"})

    with pytest.raises(BlockedByDispute) as refusal:
        refunds.refund(a_request(payment))

    assert refusal.value.code == "charge_disputed"


@pytest.mark.proves("bug 26")
def test_pending_refund_settles_later(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    answer = refunds.refund(a_request(sandbox.payment(behaviour="pending")))

    settled = wait_for(lambda: refunds.read(answer.provider_ref, None), ProviderState.SUCCEEDED)

    assert (answer.state, answer.reason) == (ProviderState.PENDING, "processing")
    assert settled.state is ProviderState.SUCCEEDED


def test_pending_refund_fails_later_and_frees_the_payment(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    payment = sandbox.payment(behaviour="pending_then_fails")
    answer = refunds.refund(a_request(payment))

    failed = wait_for(lambda: refunds.read(answer.provider_ref, None), ProviderState.FAILED)
    again = refunds.refund(a_request(payment))

    assert (failed.state, failed.reason) == (ProviderState.FAILED, "unknown")
    assert again.state is ProviderState.PENDING


def test_succeeded_refund_fails_days_later(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    answer = refunds.refund(a_request(sandbox.payment()))

    sandbox.move_refund(answer.provider_ref, "failed", failure_reason="expired_or_canceled_card")

    failed = refunds.read(answer.provider_ref, None)
    assert (failed.state, failed.reason) == (ProviderState.FAILED, "expired_or_canceled_card")


def test_refund_that_waits_for_the_customer_counts_as_spent(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    payment = sandbox.payment(behaviour="requires_action")

    answer = refunds.refund(a_request(payment))

    assert answer.state is ProviderState.REQUIRES_ACTION
    with pytest.raises(RefundRefused):
        refunds.refund(a_request(payment, brl(1)))


@pytest.mark.proves("bug 35")
def test_refund_on_a_connected_account_is_one_call_and_no_second_can_be_missing(sandbox: Sandbox) -> None:
    payment = sandbox.payment(5000, account="acct_shop")

    request = a_request(payment, account="acct_shop")
    with tapped(sandbox) as wire:
        StripeRefunds(SECRET_KEY, api_base=wire.url).refund(request)

    # Whose it is, how much and what it is for go together: nothing is left for a second call that could be lost.
    (only,) = [one for one in wire.exchanges if one.method == "POST"]
    assert (only.path, only.headers.get("Stripe-Account")) == ("/v1/refunds", "acct_shop")
    assert (int(only.form["amount"]), only.form["payment_intent"]) == (request.amount.minor, payment)
    assert only.form["metadata"] == {**dict(request.metadata), "refund_ref": request.key}


@pytest.mark.proves("M14", "bug 35")
def test_account_travels_with_every_call(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    payment = sandbox.payment(5000, account="acct_shop")

    with pytest.raises(RefundRefused):
        refunds.refund(a_request(payment))
    answer = refunds.refund(a_request(payment, account="acct_shop"))

    assert refunds.read(answer.provider_ref, "acct_shop") == answer
    assert refunds.of_payment(payment, "acct_shop") == [answer]
    with pytest.raises(NotFound):
        refunds.read(answer.provider_ref, None)


@pytest.mark.proves("bug 36", "M11")
@pytest.mark.parametrize(
    ("amount", "on_the_wire"),
    [(Money(500, "JPY"), 500), (Money(500, "ISK"), 50_000), (Money(12_340, "KWD"), 12_340)],
)
def test_amounts_keep_their_value_in_every_currency(
    sandbox: Sandbox, refunds: StripeRefunds, amount: Money, on_the_wire: int
) -> None:
    payment = sandbox.payment(on_the_wire, amount.currency.lower())

    answer = refunds.refund(a_request(payment, amount))

    assert answer.amount == amount
    assert answer.state is ProviderState.SUCCEEDED


def test_events_are_told_oldest_first(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    began = datetime.now(UTC) - timedelta(seconds=1)
    answer = refunds.refund(a_request(sandbox.payment()))
    sandbox.move_refund(answer.provider_ref, "failed")

    ours = [event for event in refunds.events_since(began) if event.object_ref == answer.provider_ref]

    assert [event.kind for event in ours] == ["refund.created", "refund.updated", "refund.failed"]
    assert all(event.created_at >= began.replace(microsecond=0) for event in ours)
