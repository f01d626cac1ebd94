"""What we send and what the double answers, held to Stripe's published description."""

import http.client
import json
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import stripe

from portal.domain.errors import NotFound
from portal.domain.money import Money
from portal.domain.ports import RefundRefused, RefundRequest
from portal.gateways.stripe_refunds import API_VERSION, StripeRefunds
from portal.sandbox.stripe_double.parameters import read_form
from tests.gateways.listener import listening
from tests.gateways.stripe_description import answer_errors, list_errors, request_errors
from tests.support.sandbox_server import SECRET_KEY, Sandbox

_IDS = re.compile(r"/(re|pi|ch|txn|evt|dp)_[A-Za-z0-9_]+")
_NAMES = {"re": "refund", "pi": "intent", "ch": "charge", "txn": "id", "evt": "id", "dp": "dispute"}

pytestmark = pytest.mark.usefixtures("books_add_up")


@dataclass
class Exchange:
    """One request and its answer."""

    method: str
    path: str
    form: dict[str, Any]
    headers: dict[str, str]
    status: int
    answer: Any

    @property
    def described_path(self) -> str:
        return _IDS.sub(lambda match: f"/{{{_NAMES[match.group(1)]}}}", self.path)


@dataclass
class Wire:
    """A listener between client and double, which keeps what passes."""

    url: str = ""
    exchanges: list[Exchange] = field(default_factory=list)


@pytest.fixture
def wire(sandbox: Sandbox) -> Iterator[Wire]:
    found = Wire()

    def forward(method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        status, content = sandbox.raw(method, path, body or None, headers)
        asked = urlsplit(path)
        form = read_form(asked.query or body.decode())
        found.exchanges.append(Exchange(method, asked.path, form, headers, status, json.loads(content)))
        return status, content

    with listening(forward) as found.url:
        yield found


def test_every_request_of_ours_and_every_answer_is_as_described(sandbox: Sandbox, wire: Wire) -> None:
    refunds = StripeRefunds(SECRET_KEY, api_base=wire.url)
    began = datetime.now(UTC) - timedelta(seconds=5)
    payments = [sandbox.payment(9000, behaviour=behaviour) for behaviour in _BEHAVIOURS]
    for payment in payments:
        answer = refunds.refund(a_request(payment))
        refunds.read(answer.provider_ref, None)
        refunds.of_payment(payment, None)
    with pytest.raises(RefundRefused):
        refunds.refund(a_request(payments[0], 9000))
    with pytest.raises(NotFound):
        refunds.read("re_unknown", None)
    time.sleep(0.8)
    for payment in payments:
        refunds.of_payment(payment, None)
    list(refunds.events_since(began))

    assert len(wire.exchanges) > 20
    for exchange in wire.exchanges:
        method = exchange.method.lower()
        assert request_errors(method, exchange.described_path, exchange.form) == []
        assert exchange.headers["Stripe-Version"] == API_VERSION
        if exchange.status == 200:
            assert list_errors(method, exchange.described_path, exchange.answer) == []
        else:
            assert answer_errors("error", exchange.answer) == []


def test_everything_that_the_double_holds_is_as_described(sandbox: Sandbox, wire: Wire) -> None:
    client = a_client(wire.url)
    paid = client.v1.payment_intents.create(_PAID | {"expand": ["latest_charge.balance_transaction"]})
    client.v1.payment_intents.create({"amount": 700, "currency": "usd"})
    with pytest.raises(stripe.CardError):
        client.v1.payment_intents.create(_PAID | {"payment_method": "pm_card_chargeDeclined"})
    refund = client.v1.refunds.create(
        {"payment_intent": paid.id, "amount": 100, "expand": ["charge", "balance_transaction"]}
    )
    client.v1.refunds.update(refund.id, {"metadata": {"note": "seen"}})
    waiting = client.v1.refunds.create({"payment_intent": sandbox.payment(behaviour="requires_action")})
    client.v1.refunds.cancel(waiting.id)
    failed = client.v1.refunds.create({"payment_intent": sandbox.payment()})
    sandbox.move_refund(failed.id, "failed")
    client.v1.refunds.retrieve(failed.id, {"expand": ["failure_balance_transaction", "payment_intent.latest_charge"]})
    dispute = sandbox.dispute(sandbox.payment())
    client.v1.disputes.retrieve(dispute, {"expand": ["charge"]})
    sandbox.post(f"/sandbox/disputes/{dispute}", {"status": "won"})
    client.v1.disputes.retrieve(sandbox.dispute(sandbox.payment(), inquiry=True))
    client.v1.charges.list({"payment_intent": paid.id, "expand": ["data.balance_transaction"]})
    client.v1.payment_intents.list({"limit": 3, "created": {"gte": 1}})
    client.v1.disputes.list({"limit": 3})
    client.v1.balance_transactions.list({"limit": 50, "type": "refund", "expand": ["data.source"]})
    client.v1.balance_transactions.list({"limit": 100})
    event = client.v1.events.list({"limit": 100}).data[0]
    client.v1.events.retrieve(event.id)

    for exchange in wire.exchanges:
        method, path = exchange.method.lower(), exchange.described_path
        assert request_errors(method, path, exchange.form) == []
        if exchange.status == 200:
            assert list_errors(method, path, exchange.answer) == []
        else:
            assert answer_errors("error", exchange.answer) == []
    (events,) = [e.answer for e in wire.exchanges if e.path == "/v1/events" and e.method == "GET"]
    for told in events["data"]:
        thing = told["data"]["object"]
        assert answer_errors(thing["object"], thing) == []


def test_paging_goes_both_ways(sandbox: Sandbox) -> None:
    client = a_client(sandbox.url)
    payment = sandbox.payment(5000)
    made = [client.v1.refunds.create({"payment_intent": payment, "amount": 1}).id for _ in range(5)]
    newest_first = made[::-1]

    first = client.v1.refunds.list({"payment_intent": payment, "limit": 2})
    second = client.v1.refunds.list({"payment_intent": payment, "limit": 2, "starting_after": first.data[-1].id})
    back = client.v1.refunds.list({"payment_intent": payment, "limit": 2, "ending_before": second.data[-1].id})

    assert [refund.id for refund in first.data] == newest_first[:2]
    assert [refund.id for refund in second.data] == newest_first[2:4]
    assert [refund.id for refund in back.data] == newest_first[1:3]
    assert (first.has_more, second.has_more, back.has_more) == (True, True, True)


@pytest.mark.parametrize(
    ("params", "code", "param"),
    [
        ({"payment_intent": "pi_x", "colour": "red"}, "parameter_unknown", "colour"),
        ({"payment_intent": "pi_x", "amount": "ten"}, "parameter_invalid_integer", "amount"),
        ({"payment_intent": "pi_x", "amount": "10.5"}, "parameter_invalid_integer", "amount"),
        ({"payment_intent": "pi_x", "amount": -5}, "parameter_invalid_integer", "amount"),
        ({"payment_intent": "pi_x", "amount": 0}, "parameter_invalid_integer", "amount"),
        ({"amount": 5}, "parameter_missing", "payment_intent"),
        ({"payment_intent": "pi_x"}, "resource_missing", "payment_intent"),
        ({"charge": "ch_x"}, "resource_missing", "charge"),
    ],
)
def test_parameters_are_refused_as_stripe_refuses_them_and_nothing_is_kept(
    sandbox: Sandbox, params: dict[str, Any], code: str, param: str
) -> None:
    client, key = a_client(sandbox.url), secrets.token_hex(8)

    with pytest.raises(stripe.InvalidRequestError) as refusal:
        client.raw_request("post", "/v1/refunds", idempotency_key=key, **params)

    assert (refusal.value.code, refusal.value.param) == (code, param)
    good = client.v1.refunds.create({"payment_intent": sandbox.payment()}, {"idempotency_key": key})
    assert good.status == "succeeded"


def test_replayed_answer_says_so_and_is_the_same_to_the_byte(sandbox: Sandbox) -> None:
    headers = {
        "Authorization": f"Bearer {SECRET_KEY}",
        "Idempotency-Key": secrets.token_hex(8),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    body = f"payment_intent={sandbox.payment()}&amount=100".encode()

    answers = []
    for _ in range(2):
        connection = http.client.HTTPConnection(sandbox.host, sandbox.port, timeout=10)
        connection.request("POST", "/v1/refunds", body, headers)
        answer = connection.getresponse()
        answers.append((answer.status, answer.read(), answer.headers.get("Idempotent-Replayed")))
        connection.close()

    assert answers[0][:2] == answers[1][:2]
    assert [answer[2] for answer in answers] == [None, "true"]


def test_refusal_after_the_work_began_stays_under_its_key(sandbox: Sandbox) -> None:
    client, key = a_client(sandbox.url), secrets.token_hex(8)
    payment = sandbox.payment(5000)
    whole = client.v1.refunds.create({"payment_intent": payment})

    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.refunds.create({"payment_intent": payment}, {"idempotency_key": key})
        assert refusal.value.code == "charge_already_refunded"
        if whole.status == "succeeded":
            sandbox.move_refund(whole.id, "failed")
            whole = client.v1.refunds.retrieve(whole.id)


def test_feed_imported_twice_gives_the_same_payments_and_keeps_their_dates(sandbox: Sandbox) -> None:
    prefix = secrets.token_hex(4)
    feed = [
        {
            "feed_reference": f"{prefix}-{number}",
            "amount": 1000 + number,
            "currency": "BRL",
            "card_brand": "elo",
            "card_last4": "1234",
            "order_number": f"ORD-{number}",
            "captured_at": "2018-03-04T05:06:07+00:00",
        }
        for number in range(3000)
    ]

    first = sandbox.post("/sandbox/payment_intents", feed)["payment_intents"]
    again = sandbox.post("/sandbox/payment_intents", feed)["payment_intents"]

    assert first == again
    assert len({made["id"] for made in first}) == 3000
    charge = a_client(sandbox.url).v1.charges.retrieve(first[7]["charge"])
    assert charge.payment_intent == first[7]["id"]
    assert (charge.amount, charge.metadata["order_number"]) == (1007, "ORD-7")
    assert charge.created == int(datetime(2018, 3, 4, 5, 6, 7, tzinfo=UTC).timestamp())


def test_bad_feed_is_refused_whole(sandbox: Sandbox) -> None:
    reference = secrets.token_hex(6)
    good, bad = (
        {"feed_reference": reference + end, "amount": amount, "currency": "brl"} for end, amount in (("a", 5), ("b", 0))
    )

    status, _ = sandbox.raw("POST", "/sandbox/payment_intents", json.dumps([good, bad]).encode())

    assert status == 400
    assert reference not in sandbox.raw("GET", f"/stripe?q={reference}a")[1].decode().replace(
        f'value="{reference}a"', ""
    )


def a_client(url: str) -> stripe.StripeClient:
    return stripe.StripeClient(SECRET_KEY, base_addresses={"api": url}, max_network_retries=0)


def a_request(payment: str, minor: int = 1000) -> RefundRequest:
    return RefundRequest(f"RFD-{secrets.token_hex(6)}", payment, Money(minor, "BRL"), None, (("claim_ref", "CLM-1"),))


_BEHAVIOURS = ("normal", "pending", "insufficient_funds", "pending_then_fails", "fails_later", "requires_action")
_PAID: Any = {
    "amount": 5000,
    "currency": "brl",
    "confirm": True,
    "payment_method": "pm_card_visa",
    "metadata": {"a": "b"},
}


def test_description_would_notice_a_wrong_shape(sandbox: Sandbox) -> None:
    a_client(sandbox.url).v1.refunds.create({"payment_intent": sandbox.payment()})
    headers = {"Authorization": f"Bearer {SECRET_KEY}"}
    refund = json.loads(sandbox.raw("GET", "/v1/refunds?limit=1", None, headers)[1])["data"][0]

    assert answer_errors("refund", refund) == []
    assert answer_errors("refund", refund | {"colour": "red"}) != []
    assert answer_errors("refund", refund | {"amount": "10"}) != []
    assert answer_errors("refund", {name: part for name, part in refund.items() if name != "currency"}) != []
    assert request_errors("post", "/v1/refunds", {"colour": "red"}) != []
    assert request_errors("post", "/v1/refunds", {"amount": "ten"}) != []
