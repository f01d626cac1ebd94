"""How the double takes parameters, pages, replays and imports."""

import http.client
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import pytest
import stripe

from tests.gateways.stripe_wire import a_client
from tests.support.sandbox_server import SECRET_KEY, Sandbox

pytestmark = pytest.mark.usefixtures("books_add_up")


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
