"""What a RefundProvider says when an answer is late, lost, doubled or a refusal of ourselves."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from portal.domain.errors import AmendsError
from portal.domain.ports import (
    KeyMisused,
    ProviderBusy,
    ProviderLocked,
    ProviderState,
    RefundAnswer,
    RefundRefused,
    UnknownOutcome,
)
from portal.gateways.stripe_refunds import StripeRefunds
from tests.support.refund_requests import a_request, brl
from tests.support.sandbox_server import Sandbox

pytestmark = pytest.mark.usefixtures("books_add_up")


@pytest.mark.proves("M5", "bug 12")
def test_same_request_again_gives_the_same_refund(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    request = a_request(sandbox.payment(5000), brl(2000))

    answers = [refunds.refund(request) for _ in range(3)]

    assert len({answer.provider_ref for answer in answers}) == 1
    assert len(refunds.of_payment(request.payment_ref, None)) == 1


@pytest.mark.proves("M5", "bug 13", "bug 14")
def test_same_key_with_other_parameters_is_told_as_our_mistake(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    request = a_request(sandbox.payment(5000), brl(2000))
    refunds.refund(request)

    with pytest.raises(KeyMisused):
        refunds.refund(replace(request, amount=brl(2001)))
    with pytest.raises(KeyMisused):
        refunds.refund(replace(request, metadata=(("claim_ref", "CLM-2"),)))

    assert len(refunds.of_payment(request.payment_ref, None)) == 1


@pytest.mark.proves("fault 14")
def test_twin_under_the_same_key_is_unknown_and_makes_no_second_refund(
    sandbox: Sandbox, refunds: StripeRefunds
) -> None:
    request = a_request(sandbox.payment(5000), brl(2000))
    sandbox.fault("slow", milliseconds=800)

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(refunds.refund, request)
        time.sleep(0.3)
        with pytest.raises(UnknownOutcome) as twin:
            refunds.refund(request)

    assert not isinstance(twin.value, KeyMisused)
    assert first.result() == refunds.refund(request)


@pytest.mark.proves("M15")
def test_of_eight_whole_refunds_at_once_one_succeeds(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    payment = sandbox.payment(5000)

    def attempt(_: int) -> AmendsError | RefundAnswer:
        try:
            return refunds.refund(a_request(payment))
        except RefundRefused as refusal:
            return refusal

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, range(8)))

    assert sum(isinstance(outcome, RefundAnswer) for outcome in outcomes) == 1
    assert len(refunds.of_payment(payment, None)) == 1


@pytest.mark.parametrize("action", ["after-execute", "cut-body", "half-answer", "500-saved"])
def test_lost_answer_after_success_is_unknown_and_the_list_knows(
    sandbox: Sandbox, refunds: StripeRefunds, action: str
) -> None:
    request = a_request(sandbox.payment(5000))
    sandbox.fault(action)

    with pytest.raises(UnknownOutcome):
        refunds.refund(request)

    held = refunds.of_payment(request.payment_ref, None)
    assert [answer.refund_ref for answer in held] == [request.key]


@pytest.mark.proves("bug 8")
def test_same_key_after_a_lost_answer_gives_the_refund_that_was_made(sandbox: Sandbox, refunds: StripeRefunds) -> None:
    request = a_request(sandbox.payment(5000))
    sandbox.fault("after-execute")
    with pytest.raises(UnknownOutcome):
        refunds.refund(request)

    answer = refunds.refund(request)

    assert answer.state is ProviderState.SUCCEEDED
    assert len(refunds.of_payment(request.payment_ref, None)) == 1


@pytest.mark.proves("fault 10")
@pytest.mark.parametrize(
    ("action", "milliseconds"),
    [("before", 0), ("before", 3000), ("500-not-executed", 0), ("503", 0), ("502-page", 0), ("409", 0)],
)
def test_no_answer_before_anything_ran_is_unknown_and_the_same_key_works(
    sandbox: Sandbox, refunds: StripeRefunds, action: str, milliseconds: int
) -> None:
    request = a_request(sandbox.payment(5000))
    sandbox.fault(action, milliseconds=milliseconds)

    with pytest.raises(UnknownOutcome):
        refunds.refund(request)

    assert refunds.of_payment(request.payment_ref, None) == []
    assert refunds.refund(request).state is ProviderState.SUCCEEDED


@pytest.mark.parametrize(("action", "made"), [("500-saved", 1), ("500-saved-not-executed", 0)])
def test_saved_500_replays_for_as_long_as_the_key_is_kept(
    sandbox: Sandbox, refunds: StripeRefunds, action: str, made: int
) -> None:
    request = a_request(sandbox.payment(5000))
    sandbox.fault(action)

    for _ in range(3):
        with pytest.raises(UnknownOutcome):
            refunds.refund(request)
        sandbox.let_pass(hours=7)

    assert [answer.refund_ref for answer in refunds.of_payment(request.payment_ref, None)] == [request.key] * made


@pytest.mark.parametrize("action", ["429", "lock-timeout"])
def test_slow_down_is_busy_and_nothing_ran(sandbox: Sandbox, refunds: StripeRefunds, action: str) -> None:
    request = a_request(sandbox.payment(5000))
    sandbox.fault(action)

    with pytest.raises(ProviderBusy):
        refunds.refund(request)

    assert refunds.refund(request).state is ProviderState.SUCCEEDED


@pytest.mark.parametrize("action", ["401", "403"])
def test_rolled_key_is_locked_and_nothing_ran(sandbox: Sandbox, refunds: StripeRefunds, action: str) -> None:
    request = a_request(sandbox.payment(5000))
    sandbox.fault(action)

    with pytest.raises(ProviderLocked):
        refunds.refund(request)

    assert refunds.refund(request).state is ProviderState.SUCCEEDED


def test_wrong_secret_key_is_locked(sandbox: Sandbox) -> None:
    stranger = StripeRefunds("sk_live_of_somebody", api_base=sandbox.url)

    with pytest.raises(ProviderLocked):
        stranger.refund(a_request(sandbox.payment()))


@pytest.mark.proves("fault 26")
def test_nobody_there_is_unknown() -> None:
    nowhere = StripeRefunds("sk_test_x", api_base="http://127.0.0.1:9")

    with pytest.raises(UnknownOutcome):
        nowhere.refund(a_request("pi_any"))
