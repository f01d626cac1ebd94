"""Every fault of the double against every call of the gateway: the table of stripe-python errors, row by row."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.domain.errors import AmendsError, BadAmount
from portal.domain.money import Money
from portal.domain.ports import (
    BlockedByDispute,
    ProviderBusy,
    ProviderLocked,
    RefundRefused,
    UnknownOutcome,
    Unreadable,
    UnreadableEvents,
)
from portal.gateways.stripe_refunds import StripeRefunds
from portal.sandbox.stripe_double.faults import INSTEAD, OF_CALLS
from tests.gateways.listener import listening
from tests.support.refund_requests import a_request
from tests.support.sandbox_server import SECRET_KEY, Sandbox

pytestmark = pytest.mark.usefixtures("books_add_up")

_TABLE: dict[str, type[AmendsError]] = {
    "before": UnknownOutcome,
    "after-execute": UnknownOutcome,
    "slow": UnknownOutcome,
    "cut-body": UnknownOutcome,
    "half-answer": UnknownOutcome,
    "409": UnknownOutcome,
    "500-saved": UnknownOutcome,
    "500-saved-not-executed": UnknownOutcome,
    "500-not-executed": UnknownOutcome,
    "502-page": UnknownOutcome,
    "503": UnknownOutcome,
    "429": ProviderBusy,
    "lock-timeout": ProviderBusy,
    "401": ProviderLocked,
    "403": ProviderLocked,
    "refused": RefundRefused,
}
_EXECUTED = frozenset({"after-execute", "slow", "cut-body", "half-answer", "500-saved"})
_A_REFUND: dict[str, Any] = {
    "id": "re_1",
    "object": "refund",
    "amount": 5000,
    "currency": "brl",
    "status": "succeeded",
    "payment_intent": "pi_1",
    "charge": "ch_1",
    "metadata": {},
}
_CALLS: dict[str, Callable[[StripeRefunds], object]] = {
    "refund": lambda refunds: refunds.refund(a_request("pi_1")),
    "read": lambda refunds: refunds.read("re_1", None),
    "of_payment": lambda refunds: refunds.of_payment("pi_1", None),
    "events_since": lambda refunds: list(refunds.events_since(datetime.now(UTC) - timedelta(hours=1))),
    "movements_since": lambda refunds: list(refunds.movements_since(datetime.now(UTC) - timedelta(hours=1))),
}


def an_answer(**changed: object) -> bytes:
    return json.dumps(_A_REFUND | changed).encode()


def test_table_has_a_row_for_every_fault() -> None:
    assert set(_TABLE) == OF_CALLS


@pytest.mark.proves("fault 26", "M15", "bug 8")
@pytest.mark.parametrize("action", sorted(OF_CALLS))
def test_fault_of_a_refund_is_told_in_our_words_and_the_books_know_whether_it_ran(
    sandbox: Sandbox, action: str
) -> None:
    refunds = StripeRefunds(SECRET_KEY, api_base=sandbox.url, read_seconds=0.5)
    request = a_request(sandbox.payment())
    sandbox.fault(action, milliseconds=800)

    with pytest.raises(AmendsError) as told:
        refunds.refund(request)

    # One that was only slow is made a moment after the client gave up.
    patient = StripeRefunds(SECRET_KEY, api_base=sandbox.url)
    if action == "slow":
        sandbox.wait_for_refunds(request.payment_ref, 1)
    held = patient.of_payment(request.payment_ref, None)
    assert told.type is _TABLE[action]
    assert [answer.refund_ref for answer in held] == ([request.key] if action in _EXECUTED else [])


@pytest.mark.parametrize("action", sorted({*INSTEAD, "before", "cut-body", "half-answer", "502-page"}))
def test_fault_of_a_reading_is_told_in_our_words(sandbox: Sandbox, refunds: StripeRefunds, action: str) -> None:
    made = refunds.refund(a_request(sandbox.payment()))
    readings: list[Callable[[], object]] = [
        lambda: refunds.read(made.provider_ref, None),
        lambda: refunds.of_payment(made.payment_refs[0], None),
        lambda: list(refunds.events_since(datetime.now(UTC))),
        lambda: list(refunds.movements_since(datetime.now(UTC))),
    ]
    sandbox.fault(action, method="GET", path="/v1/*", times=len(readings))

    for reading in readings:
        with pytest.raises(_TABLE[action]):
            reading()


@pytest.mark.proves("bug 32")
@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("charge_disputed", BlockedByDispute),
        ("refund_disputed_payment", BlockedByDispute),
        ("charge_already_refunded", RefundRefused),
        ("balance_insufficient", RefundRefused),
        ("resource_missing", RefundRefused),
        ("card_declined", RefundRefused),
        ("expired_card", RefundRefused),
    ],
)
def test_refusal_keeps_its_code_and_says_no_again(
    sandbox: Sandbox, refunds: StripeRefunds, code: str, error: type[RefundRefused]
) -> None:
    request = a_request(sandbox.payment())
    sandbox.fault("refused", code=code)

    for _ in range(2):
        with pytest.raises(RefundRefused) as refusal:
            refunds.refund(request)
        assert (refusal.type, refusal.value.code) == (error, code)


@pytest.mark.proves("fault 26", "bug 9", "bug 8")
@pytest.mark.parametrize("call", _CALLS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'"ok"',
        b"<html>",
        b"\xff\xfe",
        an_answer(object="charge"),
        an_answer(id=None),
        an_answer(status="reconsidered"),
        an_answer(amount=None),
        an_answer(currency="zzzz"),
    ],
)
def test_answer_that_cannot_be_read_is_unknown(call: str, body: bytes) -> None:
    with listening(lambda *_: (200, body)) as url, pytest.raises(UnknownOutcome):
        _CALLS[call](StripeRefunds(SECRET_KEY, api_base=url))


@pytest.mark.proves("fault 26")
def test_of_a_list_with_one_that_cannot_be_read_all_others_are_told() -> None:
    page = [_A_REFUND | {"id": "re_2", "status": "reconsidered"}, _A_REFUND]
    body = json.dumps({"object": "list", "url": "/v1/refunds", "has_more": False, "data": page}).encode()

    with listening(lambda *_: (200, body)) as url, pytest.raises(Unreadable) as told:
        StripeRefunds(SECRET_KEY, api_base=url).of_payment("pi_1", None)

    assert [answer.provider_ref for answer in told.value.read] == ["re_1"]


def an_event(name: str, of: object) -> dict[str, object]:
    data = {"object": of}
    return {"id": name, "object": "event", "type": "refund.updated", "created": 1, "livemode": False, "data": data}


@pytest.mark.proves("fault 26")
@pytest.mark.parametrize("of", [None, "re_2", {}, {"object": "refund"}])
def test_of_events_with_one_that_cannot_be_read_all_others_are_told_oldest_first(of: object) -> None:
    page = [an_event("evt_3", _A_REFUND), an_event("evt_2", of), an_event("evt_1", _A_REFUND)]
    body = json.dumps({"object": "list", "url": "/v1/events", "has_more": False, "data": page}).encode()

    with listening(lambda *_: (200, body)) as url, pytest.raises(UnreadableEvents) as told:
        list(StripeRefunds(SECRET_KEY, api_base=url).events_since(datetime.now(UTC)))

    assert [event.event_id for event in told.value.heard] == ["evt_1", "evt_3"]


@pytest.mark.proves("bug 9")
@pytest.mark.parametrize(
    ("status", "body"),
    [
        (302, b""),
        (400, b"no json"),
        (400, b'{"error": "text"}'),
        (404, b"<html>"),
        (408, b"{}"),
        (500, b"[]"),
        (599, b""),
    ],
)
def test_refusal_that_cannot_be_read_is_unknown(status: int, body: bytes) -> None:
    for call in _CALLS.values():
        with listening(lambda *_: (status, body)) as url, pytest.raises(UnknownOutcome):
            call(StripeRefunds(SECRET_KEY, api_base=url))


@pytest.mark.proves("M11", "bug 2")
def test_amount_that_stripe_does_not_take_is_our_mistake_and_is_not_sent() -> None:
    with pytest.raises(BadAmount):
        StripeRefunds(SECRET_KEY, api_base="http://127.0.0.1:9").refund(a_request("pi_1", Money(1_001, "KWD")))
