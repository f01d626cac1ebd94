"""What we send and what the double answers, tells and refuses, held to Stripe's published description."""

import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest
import stripe

from portal.domain.errors import AmendsError, NotFound
from portal.domain.ports import PROVIDER_EVENTS, RefundRefused
from portal.gateways.stripe_refunds import API_VERSION, StripeRefunds
from portal.sandbox.stripe_double.cards import BEHAVIOURS
from portal.sandbox.stripe_double.faults import INSTEAD, REFUSED, SAVED_500, SAVED_500_NOT_EXECUTED
from portal.sandbox.stripe_double.routes import ENDPOINTS
from tests.gateways.stripe_description import answer_errors, known_events, known_parameters, request_errors
from tests.gateways.stripe_wire import Wire, a_client, tapped
from tests.support.refund_requests import a_request, brl
from tests.support.sandbox_server import SECRET_KEY, Sandbox

_PAID: Any = {
    "amount": 5000,
    "currency": "brl",
    "confirm": True,
    "payment_method": "pm_card_visa",
    "metadata": {"a": "b"},
}
_OBJECTS = {"payment_intents": "intent", "charges": "charge", "refunds": "refund", "disputes": "dispute"}
# What Stripe's own client knows of error codes.
_CODES = set(get_args(get_args(stripe.PaymentIntent.LastPaymentError.__annotations__["code"])[0]))
# Stripe tells accounts of its older versions so what it tells others as refund.updated; the double is a newer one.
_OF_OLDER_ACCOUNTS = {"charge.refund.updated"}

pytestmark = pytest.mark.usefixtures("books_add_up")


@pytest.fixture
def wire(sandbox: Sandbox) -> Iterator[Wire]:
    with tapped(sandbox) as found:
        yield found


def described(rule: str) -> str:
    """Write an endpoint's rule as the description does."""
    kind = rule.split("/")[2]
    return rule.replace("<object_id>", f"{{{_OBJECTS.get(kind, 'id')}}}")


def test_every_request_of_ours_and_every_answer_is_as_described(sandbox: Sandbox, wire: Wire) -> None:
    refunds = StripeRefunds(SECRET_KEY, api_base=wire.url)
    began = datetime.now(UTC) - timedelta(seconds=5)
    payments = [sandbox.payment(9000, behaviour=behaviour) for behaviour in BEHAVIOURS]
    for payment in payments:
        answer = refunds.refund(a_request(payment, brl(1000)))
        refunds.read(answer.provider_ref, None)
        refunds.of_payment(payment, None)
    charge = sandbox.charge_of(payments[0])
    refunds.refund(a_request(charge, brl(500)))
    refunds.of_payment(charge, None)
    waits = refunds.refund(a_request(sandbox.payment(900, behaviour="requires_action"), brl(900)))
    refunds.cancel(waits.provider_ref, None)
    refunds.dispute(sandbox.dispute(sandbox.payment()), None)
    with pytest.raises(RefundRefused):
        refunds.refund(a_request(payments[0], brl(9000)))
    with pytest.raises(NotFound):
        refunds.read("re_unknown", None)
    time.sleep(0.8)
    for payment in payments:
        refunds.of_payment(payment, None)
    list(refunds.events_since(began))
    list(refunds.movements_since(began))
    shops = sandbox.payment(900, account="acct_shop")
    refunds.refund(a_request(shops, brl(900), account="acct_shop"))
    list(refunds.events_since(began, "acct_shop"))

    assert wire.mistakes() == []
    assert len(wire.exchanges) > 40
    # Every call that the portal can make has been made.
    asked = {exchange.described_path for exchange in wire.exchanges}
    assert {"/v1/refunds/{refund}/cancel", "/v1/disputes/{dispute}", "/v1/balance_transactions"} <= asked
    for exchange in wire.exchanges:
        assert request_errors(exchange.method.lower(), exchange.described_path, exchange.form) == []
        assert exchange.headers["Stripe-Version"] == API_VERSION


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: f"{endpoint.method} {endpoint.rule}")
def test_endpoint_takes_nothing_that_stripe_does_not_and_needs_what_it_needs(endpoint: Any) -> None:
    known, required = known_parameters(endpoint.method.lower(), described(endpoint.rule))

    assert set(endpoint.spec) <= known
    assert required == set(endpoint.required)


def test_every_endpoint_answers_as_described_with_every_object_it_can_give(sandbox: Sandbox, wire: Wire) -> None:
    client = a_client(wire.url)
    paid = client.v1.payment_intents.create(_PAID | {"expand": ["latest_charge.balance_transaction"]})
    client.v1.payment_intents.create({"amount": 700, "currency": "usd"})
    with pytest.raises(stripe.CardError):
        client.v1.payment_intents.create(_PAID | {"payment_method": "pm_card_chargeDeclined"})
    client.v1.payment_intents.update(paid.id, {"description": "Seen", "metadata": {"c": "d"}})
    client.v1.payment_intents.retrieve(paid.id)
    client.v1.payment_intents.list({"limit": 3, "created": {"gte": 1}})
    _refund_in_every_way(sandbox, client, paid.id)
    _dispute_in_every_way(sandbox, client)
    client.v1.charges.list({"payment_intent": paid.id, "expand": ["data.balance_transaction"]})
    client.v1.charges.retrieve(client.v1.charges.list({"limit": 1}).data[0].id)
    moved = client.v1.balance_transactions.list({"limit": 50, "type": "refund", "expand": ["data.source"]}).data
    client.v1.balance_transactions.list({"limit": 100})
    client.v1.balance_transactions.retrieve(moved[0].id)
    client.v1.events.retrieve(client.v1.events.list({"limit": 100}).data[0].id)

    assert wire.mistakes() == []
    visited = {(passed.method, passed.described_path) for passed in wire.exchanges if passed.status == 200}
    assert {(endpoint.method, described(endpoint.rule)) for endpoint in ENDPOINTS} - visited == set()


def test_every_event_is_as_described_and_of_a_kind_that_stripe_knows(sandbox: Sandbox) -> None:
    client = a_client(sandbox.url)
    began = int(time.time()) - 1
    client.v1.payment_intents.create(_PAID)
    _refund_in_every_way(sandbox, client, sandbox.payment())
    _dispute_in_every_way(sandbox, client)

    told = [event.to_dict() for event in client.v1.events.list({"created": {"gte": began}}).auto_paging_iter()]

    kinds = {event["type"] for event in told}
    assert set(PROVIDER_EVENTS) - _OF_OLDER_ACCOUNTS <= kinds <= known_events()
    assert set(PROVIDER_EVENTS) <= known_events()
    for event in told:
        # Which object an event carries, and what of it changed, the description leaves to the object.
        thing = event["data"]["object"]
        assert answer_errors(thing["object"], thing) == []
        assert set(event["data"].get("previous_attributes", {})) <= set(thing)
        assert answer_errors("event", event | {"data": {"object": {}}}) == []


@pytest.mark.parametrize("action", [*INSTEAD, SAVED_500, SAVED_500_NOT_EXECUTED])
def test_every_scripted_error_is_as_described(sandbox: Sandbox, wire: Wire, action: str) -> None:
    sandbox.fault(action)

    with pytest.raises(AmendsError):
        StripeRefunds(SECRET_KEY, api_base=wire.url).refund(a_request(sandbox.payment()))

    _is_an_error(wire)


@pytest.mark.parametrize(
    "code", ["balance_insufficient", "charge_disputed", "refund_disputed_payment", "card_declined"]
)
def test_every_scripted_refusal_is_as_described(sandbox: Sandbox, wire: Wire, code: str) -> None:
    sandbox.fault(REFUSED, code=code)

    with pytest.raises(RefundRefused):
        StripeRefunds(SECRET_KEY, api_base=wire.url).refund(a_request(sandbox.payment()))

    _is_an_error(wire)


def test_every_error_of_its_own_is_as_described(sandbox: Sandbox, wire: Wire) -> None:
    client, payment, key = a_client(wire.url), sandbox.payment(), secrets.token_hex(8)
    disputed, waiting = sandbox.payment(), sandbox.payment(behaviour="stays_pending")
    sandbox.dispute(disputed)
    held = client.v1.refunds.create({"payment_intent": waiting, "amount": 10}, {"idempotency_key": key})
    unpaid = client.v1.payment_intents.create({"amount": 700, "currency": "usd"})
    stranger = stripe.StripeClient("sk_live_of_somebody", base_addresses={"api": wire.url}, max_network_retries=0)
    older = stripe.StripeClient(
        SECRET_KEY, base_addresses={"api": wire.url}, stripe_version="2019-01-01", max_network_retries=0
    )
    create: Any = client.v1.refunds.create
    mistakes = [
        lambda: create({"payment_intent": disputed}),
        lambda: create({"payment_intent": payment, "amount": 5001}),
        lambda: create({"payment_intent": unpaid.id}),
        lambda: create({"payment_intent": waiting, "amount": 11}, {"idempotency_key": key}),
        lambda: create({"payment_intent": payment}, {"idempotency_key": "k" * 256}),
        lambda: create({"payment_intent": payment, "amount": "x"}),
        lambda: create({"payment_intent": payment, "colour": "red"}),
        lambda: create({"payment_intent": payment, "reason": "boredom"}),
        lambda: create({"amount": 5}),
        lambda: create({"payment_intent": "pi_nobody"}),
        lambda: create({"payment_intent": payment, "expand": ["colour"]}),
        lambda: client.v1.refunds.cancel(held.id),
        lambda: client.v1.refunds.list({"limit": 1000}),
        lambda: client.v1.events.retrieve("evt_nobody"),
        stranger.v1.refunds.list,
        older.v1.refunds.list,
    ]
    wire.exchanges.clear()

    for mistake in mistakes:
        with pytest.raises(stripe.StripeError):
            mistake()

    assert len(wire.exchanges) == len(mistakes)
    _is_an_error(wire)


def test_description_would_notice_a_wrong_shape(sandbox: Sandbox) -> None:
    refund = a_client(sandbox.url).v1.refunds.create({"payment_intent": sandbox.payment()}).to_dict()

    assert answer_errors("refund", refund) == []
    assert answer_errors("refund", refund | {"colour": "red"}) != []
    assert answer_errors("refund", refund | {"amount": "10"}) != []
    assert answer_errors("refund", {name: part for name, part in refund.items() if name != "currency"}) != []
    assert request_errors("post", "/v1/refunds", {"colour": "red"}) != []
    assert request_errors("post", "/v1/refunds", {"amount": "ten"}) != []


def _is_an_error(wire: Wire) -> None:
    """See that everything that passed is an error as described, with a code that Stripe has."""
    assert wire.mistakes() == []
    for exchange in wire.exchanges:
        assert exchange.status >= 400
        assert exchange.answer["error"].get("code") in {None, *_CODES}


def _refund_in_every_way(sandbox: Sandbox, client: stripe.StripeClient, paid: str) -> None:
    expand = ["charge", "balance_transaction"]
    refund = client.v1.refunds.create({"payment_intent": paid, "amount": 100, "expand": expand})
    client.v1.refunds.update(refund.id, {"metadata": {"note": "seen"}})
    client.v1.refunds.list({"payment_intent": paid})
    waiting = client.v1.refunds.create({"payment_intent": sandbox.payment(behaviour="requires_action")})
    client.v1.refunds.retrieve(waiting.id)
    client.v1.refunds.cancel(waiting.id)
    for behaviour, status in (
        ("stays_pending", "failed"),
        ("stays_pending", "canceled"),
        ("requires_action", "failed"),
    ):
        moved = client.v1.refunds.create({"payment_intent": sandbox.payment(behaviour=behaviour)})
        sandbox.move_refund(moved.id, status)
        client.v1.refunds.retrieve(moved.id)
    failed = client.v1.refunds.create({"payment_intent": sandbox.payment()})
    sandbox.move_refund(failed.id, "failed")
    client.v1.refunds.retrieve(failed.id, {"expand": ["failure_balance_transaction", "payment_intent.latest_charge"]})
    adopted = sandbox.dashboard_refund(sandbox.payment(behaviour="insufficient_funds"))
    client.v1.refunds.retrieve(adopted)


def _dispute_in_every_way(sandbox: Sandbox, client: stripe.StripeClient) -> None:
    inquiry = ("warning_under_review", "needs_response", "under_review", "won")
    for way in (("lost",), ("won",), ("under_review", "lost"), inquiry, ("warning_closed",)):
        dispute = sandbox.dispute(sandbox.payment(), inquiry=way[0].startswith("warning"))
        client.v1.disputes.retrieve(dispute, {"expand": ["charge"]})
        for status in way:
            sandbox.post(f"/sandbox/disputes/{dispute}", {"status": status})
            assert client.v1.disputes.retrieve(dispute).status == status
    client.v1.disputes.list({"limit": 9})
