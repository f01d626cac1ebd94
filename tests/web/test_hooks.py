"""Signed messages: taken when they are whole and ours, refused without a trace when they are anything else."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from portal.domain import signatures
from tests.support.builders import Shop, a_payment
from tests.support.web import Clock, build_app, close_app, rows, toolkit_of

STRIPE_SECRET = "whsec_of_the_tests"
WAREHOUSE_SECRET = "the secret between warehouse and tests"
STORED = "SELECT sender, event_id, kind FROM incoming_events"


def an_event(**changes: Any) -> dict[str, Any]:
    event = {
        "id": "evt_1",
        "object": "event",
        "type": "refund.updated",
        "livemode": False,
        "data": {"object": {"id": "re_1", "object": "refund"}},
    }
    return event | changes


def a_message(**changes: Any) -> dict[str, Any]:
    message = {"id": "whm_1", "ref": "RPL-A", "state": "shipped", "at": "2026-11-22T10:00:00+00:00"}
    return message | {"carrier": "Sandbox Post", "tracking_number": "SP1", "arrives_on": "2026-11-26"} | changes


def to_stripe_hook(client: FlaskClient, body: bytes, **more: Any) -> TestResponse:
    secret, at = more.get("secret", STRIPE_SECRET), more.get("at") or datetime.now(UTC)
    header = more.get("header", signatures.sign(body, secret, at))
    headers = {} if header is None else {"Stripe-Signature": header}
    return client.post("/hooks/stripe", data=body, headers=headers, content_type="application/json")


def to_warehouse_hook(client: FlaskClient, message: object, **more: Any) -> TestResponse:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    header = signatures.sign(body, more.get("secret", WAREHOUSE_SECRET), datetime.now(UTC))
    return client.post(
        "/hooks/warehouse", data=body, headers={"Amends-Signature": header}, content_type="application/json"
    )


@pytest.mark.proves("F4")
def test_a_signed_event_is_stored_and_answered(app: Flask, client: FlaskClient):
    answer = to_stripe_hook(client, json.dumps(an_event()).encode())

    assert answer.status_code == 200
    assert rows(app, STORED) == [("stripe", "evt_1", "refund.updated")]
    assert rows(app, "SELECT count(*) FROM jobs.procrastinate_jobs") == [(1,)]


@pytest.mark.proves("bug 23", "F3")
def test_the_same_event_again_is_stored_once(app: Flask, client: FlaskClient):
    body = json.dumps(an_event()).encode()

    answers = [to_stripe_hook(client, body) for _ in range(3)]

    assert [answer.get_json()["new"] for answer in answers] == [True, False, False]
    assert len(rows(app, STORED)) == 1


@pytest.mark.proves("fault 29", "F3")
def test_the_same_event_five_times_at_once_is_stored_once_and_each_is_answered(app: Flask):
    body = json.dumps(an_event()).encode()
    together = threading.Barrier(5)

    def post(_: int) -> TestResponse:
        client = app.test_client()
        together.wait(10)
        return to_stripe_hook(client, body)

    with ThreadPoolExecutor(5) as threads:
        answers = list(threads.map(post, range(5)))

    assert [answer.status_code for answer in answers] == [200] * 5
    assert sorted(answer.get_json()["new"] for answer in answers) == [False] * 4 + [True]
    assert len(rows(app, STORED)) == 1
    assert rows(app, "SELECT count(*) FROM jobs.procrastinate_jobs") == [(1,)]


@pytest.mark.proves("bug 28")
def test_an_event_of_a_kind_nobody_knows_is_stored_too(app: Flask, client: FlaskClient):
    body = json.dumps(an_event(type="fx_quote.expired", data={"object": {"rate": 1.0825}})).encode()

    assert to_stripe_hook(client, body).status_code == 200
    assert rows(app, STORED) == [("stripe", "evt_1", "fx_quote.expired")]


@pytest.mark.proves("fault 39")
def test_both_secrets_are_good_while_one_is_being_changed(worker_database_url: str, database_url: str, clock: Clock):
    changing = build_app(worker_database_url, clock, STRIPE_WEBHOOK_SECRET="whsec_new,whsec_old")
    body = json.dumps(an_event()).encode()

    answers = [to_stripe_hook(changing.test_client(), body, secret=secret) for secret in ("whsec_new", "whsec_old")]

    close_app(changing)
    assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.proves("fault 32", "input 67")
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "t=abc",
        "t=1700000000",
        "t=1700000000,v0=00",
        "t=1700000000,v1=",
        "v1=00",
        "t=1,t=2,v1=00",
        "t=１７０００００００0,v1=00".encode().decode("latin-1"),
        "t=1700000000,v1=é",
        "t=99999999999999999999,v1=00",
        "x" * 5000,
    ],
)
def test_a_signature_that_is_none_is_refused_rel_67(app: Flask, client: FlaskClient, header: str | None):
    answer = to_stripe_hook(client, json.dumps(an_event()).encode(), header=header)

    assert answer.status_code == 400
    assert rows(app, STORED) == []


@pytest.mark.proves("fault 33")
@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_signature_from_too_long_ago_or_ahead_is_refused(app: Flask, client: FlaskClient, minutes: int):
    at = datetime.now(UTC) + timedelta(minutes=minutes)

    assert to_stripe_hook(client, json.dumps(an_event()).encode(), at=at).status_code == 400
    assert rows(app, STORED) == []


@pytest.mark.proves("fault 32")
def test_another_secret_is_refused(app: Flask, client: FlaskClient):
    assert to_stripe_hook(client, json.dumps(an_event()).encode(), secret="whsec_of_nobody").status_code == 400
    assert rows(app, STORED) == []


@pytest.mark.proves("input 68")
def test_an_unsigned_body_that_is_no_text_is_refused_rel_68(app: Flask, client: FlaskClient):
    answer = to_stripe_hook(client, b"\xff\xfe\x00", header="t=1700000000,v1=00")

    assert answer.status_code == 400


@pytest.mark.proves("input 48", "input 49", "input 68")
@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe\x00",
        b"",
        b"no json",
        b"[]",
        b"7",
        b'{"id": NaN}',
        b'{"id": "evt_1", "id": "evt_2", "type": "x"}',
        b"[" * 5000 + b"]" * 5000,
        json.dumps(an_event(id=7)).encode(),
        json.dumps(an_event(id="")).encode(),
        json.dumps(an_event(id="e" * 300)).encode(),
        json.dumps(an_event(type="k" * 81)).encode(),
        json.dumps(an_event(type=None)).encode(),
        json.dumps(an_event(id="evt\x00")).encode(),
    ],
)
def test_signed_rubbish_is_refused_and_leaves_nothing_rel_48_49(app: Flask, client: FlaskClient, body: bytes):
    assert to_stripe_hook(client, body).status_code == 400
    assert rows(app, STORED) == []


@pytest.mark.proves("input 71")
def test_a_body_of_ten_megabytes_is_refused_unread_rel_71(app: Flask, client: FlaskClient):
    assert to_stripe_hook(client, b"x" * 10_000_000).status_code == 413
    assert rows(app, STORED) == []


@pytest.mark.proves("fault 32", "input 72", "M14")
@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("livemode", (True, None, "false", 0), "another environment"),
        ("account", ("acct_of_somebody", 7, ["acct"], ""), "another account"),
    ],
)
def test_an_event_of_elsewhere_is_left_and_each_counted_rel_72(
    app: Flask, client: FlaskClient, name: str, values: tuple[object, ...], why: str
):
    with capture_logs() as logged:
        answers = [to_stripe_hook(client, json.dumps(an_event(**{name: value})).encode()) for value in values]

    assert [(answer.status_code, answer.json) for answer in answers] == [(200, {"ignored": why})] * 4
    assert rows(app, STORED) == []
    told = [line for line in logged if line["event"] == "a signed event is not for us"]
    assert [(line["log_level"], line["event_id"], line["reason"]) for line in told] == [("warning", "evt_1", why)] * 4


def test_an_event_of_a_connected_account_of_ours_is_stored(app: Flask, client: FlaskClient):
    Shop(toolkit_of(app)).an_order(payments=[a_payment(6_000, provider_account="acct_ours")])

    assert to_stripe_hook(client, json.dumps(an_event(account="acct_ours")).encode()).status_code == 200
    assert len(rows(app, STORED)) == 1


@pytest.mark.proves("input 65")
@pytest.mark.parametrize("path", ["/hooks/stripe", "/hooks/warehouse"])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "TRACE"])
def test_other_methods_are_refused_rel_65(client: FlaskClient, path: str, method: str):
    assert client.open(path, method=method).status_code == 405


@pytest.mark.parametrize("state", ["shipped", "delivered", "refused"])
def test_a_message_of_the_warehouse_is_stored(app: Flask, client: FlaskClient, state: str):
    answer = to_warehouse_hook(client, a_message(state=state))

    assert answer.status_code == 200
    assert rows(app, STORED) == [("warehouse", "whm_1", f"parcel.{state}")]


def test_what_is_not_known_may_be_null(app: Flask, client: FlaskClient):
    answer = to_warehouse_hook(client, a_message(carrier=None, tracking_number=None, arrives_on=None, reason=None))

    assert answer.status_code == 200


@pytest.mark.proves("input 51")
@pytest.mark.parametrize(
    "changes",
    [
        {"state": "lost"},
        {"state": None},
        {"id": ""},
        {"id": 7},
        {"ref": "R" * 81},
        {"ref": ["RPL"]},
        {"at": "yesterday"},
        {"at": "2026-11-22T10:00:00"},
        {"arrives_on": "2026-02-31"},
        {"arrives_on": "2026-W01"},
        {"arrives_on": "20261126"},
        {"arrives_on": "0000-01-01"},
        {"arrives_on": 20261126},
        {"carrier": "c" * 81},
        {"carrier": {"name": "Sedex"}},
        {"tracking_number": 7},
        {"amount": 100},
    ],
)
def test_a_message_of_another_shape_is_refused_rel_51(app: Flask, client: FlaskClient, changes: dict[str, Any]):
    assert to_warehouse_hook(client, a_message(**changes)).status_code == 400
    assert rows(app, STORED) == []


@pytest.mark.parametrize("missing", ["id", "ref", "state", "at"])
def test_a_message_that_lacks_something_is_refused(app: Flask, client: FlaskClient, missing: str):
    message = {name: value for name, value in a_message().items() if name != missing}

    assert to_warehouse_hook(client, message).status_code == 400
    assert rows(app, STORED) == []


@pytest.mark.proves("input 27")
def test_stripes_secret_is_not_good_for_the_warehouse(app: Flask, client: FlaskClient):
    assert to_warehouse_hook(client, a_message(), secret=STRIPE_SECRET).status_code == 400
    assert rows(app, STORED) == []
