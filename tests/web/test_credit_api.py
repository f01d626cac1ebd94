"""The API of store credit, as a shop's own system meets it: strict, once for each intent, and each key apart."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.services.create_api_key import create_api_key, revoke_api_key
from portal.services.hold_credit import WRONG_CODES_A_MINUTE
from tests.support.credit_shop import CreditShop, credit_shop
from tests.support.web import app, client, clock, toolkit_of, web_app, web_clock

__all__ = ["app", "client", "clock", "web_app", "web_clock"]

HOLDS = "/api/v1/credit/holds"


@pytest.fixture
def shop(app: Flask, database_url: str) -> Iterator[CreditShop]:
    """Open the shop with the application's own clock and secret, and add its books up at the end."""
    with credit_shop(database_url, toolkit_of(app)) as opened:
        yield opened


class Checkout:
    """A shop's system with an API key; every call is a new intent unless it names its idempotency key."""

    def __init__(self, client: FlaskClient, secret: str) -> None:
        self.client, self.secret, self.calls = client, secret, 0

    def post(self, path: str, body: Any = None, *, key: str | None = None, **more: Any) -> TestResponse:
        self.calls += 1
        headers = {"Authorization": f"Bearer {self.secret}", "Idempotency-Key": key or f"call-{self.calls}"}
        return self.client.post(path, json=body if body is not None else {}, headers=headers, **more)

    def raw(self, body: bytes, content_type: str = "application/json") -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}", "Idempotency-Key": "raw"}
        return self.client.post(HOLDS, data=body, content_type=content_type, headers=headers)

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers={"Authorization": f"Bearer {self.secret}"})


@pytest.fixture
def checkout(app: Flask, shop: CreditShop) -> Checkout:
    return Checkout(app.test_client(), create_api_key(shop.toolkit, "checkout"))


@pytest.fixture
def wish(shop: CreditShop) -> dict[str, str]:
    """Ask for BRL 40.00 of a customer's 100.00."""
    customer = shop.customer()
    shop.grant(customer, 10_000)
    return {"code": shop.code(customer), "amount": "40.00", "currency": "BRL", "purpose": "order 17"}


def code_of(answer: TestResponse) -> str:
    """Give the code of an error, which always comes with a sentence."""
    error = answer.get_json()["error"]
    assert error["message"]
    return str(error["code"])


def test_credit_is_held_and_taken(checkout: Checkout, wish: dict[str, str]):
    held = checkout.post(HOLDS, wish)

    taken = checkout.post(f"{HOLDS}/{held.get_json()['hold']}/capture")

    assert (held.status_code, held.get_json()["state"], held.get_json()["amount"]) == (201, "held", "40.00")
    assert (taken.status_code, taken.get_json()["state"], taken.get_json()["captured"]) == (200, "captured", "40.00")
    assert checkout.get(f"{HOLDS}/{held.get_json()['hold']}").json == taken.json


def test_a_part_is_taken_and_the_rest_is_free(checkout: Checkout, wish: dict[str, str]):
    held = checkout.post(HOLDS, wish | {"amount": "100"})

    taken = checkout.post(f"{HOLDS}/{held.get_json()['hold']}/capture", {"amount": "12.5"})

    assert taken.get_json()["captured"] == "12.50"
    assert checkout.post(HOLDS, wish | {"amount": "87.50"}).status_code == 201


def test_credit_is_given_back(checkout: Checkout, wish: dict[str, str]):
    held = checkout.post(HOLDS, wish | {"amount": "100.00"})

    released = checkout.post(f"{HOLDS}/{held.get_json()['hold']}/release")

    assert (released.status_code, released.get_json()["state"]) == (200, "released")
    assert checkout.post(HOLDS, wish | {"amount": "100.00"}).status_code == 201


def test_capture_and_release_need_no_body_at_all(checkout: Checkout, wish: dict[str, str]):
    held = checkout.post(HOLDS, wish).get_json()["hold"]
    headers = {"Authorization": f"Bearer {checkout.secret}", "Idempotency-Key": "k"}

    assert checkout.client.post(f"{HOLDS}/{held}/release", headers=headers).status_code == 200


def test_too_little_credit_tells_how_much_there_is(checkout: Checkout, wish: dict[str, str]):
    answer = checkout.post(HOLDS, wish | {"amount": "100.01"})

    assert (answer.status_code, code_of(answer)) == (402, "not_enough_credit")
    assert (answer.get_json()["error"]["available"], answer.get_json()["error"]["currency"]) == ("100.00", "BRL")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"code": "ACDE-FGHJ-KMNP"}, 404, "not_found"),
        ({"code": "%' OR 1=1 --"}, 404, "not_found"),
        ({"code": ""}, 404, "not_found"),
        ({"currency": "EUR"}, 422, "wrong_currency"),
        ({"currency": "XXX"}, 422, "wrong_currency"),
        ({"currency": "brl"}, 400, "bad_field"),
        ({"currency": "R$"}, 400, "bad_field"),
        ({"amount": "-5"}, 400, "bad_field"),
        ({"amount": "0"}, 400, "bad_field"),
        ({"amount": "0.00"}, 400, "bad_field"),
        ({"amount": "0.001"}, 400, "bad_field"),
        ({"amount": "10.999"}, 400, "bad_field"),
        ({"amount": "10.50", "currency": "JPY"}, 400, "bad_field"),
        ({"amount": "1e2"}, 400, "bad_field"),
        ({"amount": "NaN"}, 400, "bad_field"),
        ({"amount": "Infinity"}, 400, "bad_field"),
        ({"amount": "1_0"}, 400, "bad_field"),
        ({"amount": "10,00"}, 400, "bad_field"),
        ({"amount": "1.000,00"}, 400, "bad_field"),
        ({"amount": " 10.00 "}, 400, "bad_field"),
        ({"amount": "+10.00"}, 400, "bad_field"),
        ({"amount": "1" * 40}, 400, "bad_field"),
        ({"amount": "999999999999.99"}, 402, "not_enough_credit"),
        ({"amount": 40}, 400, "bad_field"),
        ({"amount": True}, 400, "bad_field"),
        ({"amount": None}, 400, "bad_field"),
        ({"amount": {"value": "40"}}, 400, "bad_field"),
        ({"code": ["x"]}, 400, "bad_field"),
        ({"code": "A" * 41}, 400, "bad_field"),
        ({"purpose": ""}, 400, "bad_field"),
        ({"purpose": "  "}, 400, "bad_field"),
        ({"purpose": "x" * 121}, 400, "bad_field"),
        ({"purpose": "one\x1bline"}, 400, "bad_field"),
        ({"purpose": "NUL\x00"}, 400, "bad_request"),
        ({"unknown": "field"}, 400, "bad_field"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_with_a_reason(
    checkout: Checkout, shop: CreditShop, wish: dict[str, Any], change: dict[str, Any], status: int, code: str
):
    answer = checkout.post(HOLDS, wish | change)

    assert (answer.status_code, code_of(answer)) == (status, code)
    assert shop.one("SELECT count(*) FROM credit_holds") == 0


@pytest.mark.parametrize("missing", ["code", "amount", "currency", "purpose"])
def test_every_field_is_needed(checkout: Checkout, wish: dict[str, str], missing: str):
    del wish[missing]

    answer = checkout.post(HOLDS, wish)

    assert (answer.status_code, answer.get_json()["error"]["field"]) == (400, missing)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b'{"amount": NaN}',
        b'{"amount": 1.5}',
        b'{"amount": "1.00", "amount": "2.00"}',
        b'{"code": "\\ud800"}',
        b'{"a":' * 1000 + b"1" + b"}" * 1000,
        b"[" * 100_000,
        b'{"amount": ' + b"9" * 5000 + b"}",
    ],
)
def test_a_body_that_is_not_strict_json_is_a_400(checkout: Checkout, body: bytes):
    answer = checkout.raw(body)

    assert answer.status_code == 400
    assert code_of(answer) == "bad_request"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_a_415(checkout: Checkout, content_type: str):
    assert checkout.raw(b'{"code": "x"}', content_type).status_code == 415


def test_a_body_that_is_too_large_is_a_413(checkout: Checkout):
    assert checkout.raw(b'{"code": "' + b"x" * 2_000_000 + b'"}').status_code == 413


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer ", "Bearer amk_wrong", "Basic YTpi", "amk_wrong"])
def test_without_a_key_nothing_is_answered(checkout: Checkout, wish: dict[str, str], given: str | None):
    headers = {"Idempotency-Key": "k"} | ({} if given is None else {"Authorization": given})

    answer = checkout.client.post(HOLDS, json=wish, headers=headers)

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert code_of(answer) == "key_needed"


def test_a_revoked_key_is_refused_at_once(checkout: Checkout, shop: CreditShop, wish: dict[str, str]):
    revoke_api_key(shop.toolkit, "checkout")

    assert checkout.post(HOLDS, wish).status_code == 401


@pytest.mark.parametrize(
    ("given", "code"),
    [(None, "idempotency_key_missing"), ("", "bad_idempotency_key"), ("k" * 256, "bad_idempotency_key"),
     ("a b", "bad_idempotency_key"), ("clé", "bad_idempotency_key")],
)  # fmt: skip
def test_an_idempotency_key_is_needed_and_is_short_plain_text(
    checkout: Checkout, wish: dict[str, str], given: str | None, code: str
):
    headers = {"Authorization": f"Bearer {checkout.secret}"} | ({} if given is None else {"Idempotency-Key": given})

    answer = checkout.client.post(HOLDS, json=wish, headers=headers)

    assert (answer.status_code, code_of(answer)) == (400, code)


def test_a_key_of_255_characters_is_taken(checkout: Checkout, wish: dict[str, str]):
    assert checkout.post(HOLDS, wish, key="k" * 255).status_code == 201


def test_the_same_key_and_body_give_the_same_answer(checkout: Checkout, shop: CreditShop, wish: dict[str, str]):
    first = checkout.post(HOLDS, wish, key="once")

    again = checkout.post(HOLDS, dict(reversed(wish.items())), key="once")

    assert (again.status_code, again.data) == (first.status_code, first.data)
    assert ("Idempotent-Replayed" in first.headers, again.headers["Idempotent-Replayed"]) == (False, "true")
    assert shop.one("SELECT count(*) FROM credit_holds") == 1


def test_a_refusal_stands_under_its_key_too(checkout: Checkout, wish: dict[str, str]):
    first = checkout.post(HOLDS, wish | {"amount": "500.00"}, key="once")

    again = checkout.post(HOLDS, wish | {"amount": "500.00"}, key="once")

    assert (again.status_code, again.data) == (402, first.data)
    assert again.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("change", [{"amount": "40.01"}, {"amount": "40.0"}, {"purpose": "order 18"}])
def test_another_body_under_the_same_key_is_refused(
    checkout: Checkout, shop: CreditShop, wish: dict[str, str], change: dict[str, str]
):
    checkout.post(HOLDS, wish, key="once")

    answer = checkout.post(HOLDS, wish | change, key="once")

    assert (answer.status_code, code_of(answer)) == (409, "idempotency_key_reused")
    assert shop.one("SELECT count(*) FROM credit_holds") == 1


def test_another_call_under_the_same_key_is_refused(checkout: Checkout, wish: dict[str, str]):
    held = checkout.post(HOLDS, wish, key="a").get_json()["hold"]
    checkout.post(f"{HOLDS}/{held}/capture", key="b")

    assert checkout.post(f"{HOLDS}/{held}/release", key="b").status_code == 409
    assert checkout.get(f"{HOLDS}/{held}").get_json()["state"] == "captured"


def test_a_call_that_was_not_well_formed_leaves_its_key_free(checkout: Checkout, wish: dict[str, str]):
    checkout.post(HOLDS, wish | {"amount": "x"}, key="once")

    assert checkout.post(HOLDS, wish, key="once").status_code == 201


def test_the_keys_of_two_shops_are_apart(app: Flask, checkout: Checkout, shop: CreditShop, wish: dict[str, str]):
    other = Checkout(app.test_client(), create_api_key(shop.toolkit, "another"))
    mine = checkout.post(HOLDS, wish, key="same")

    theirs = other.post(HOLDS, wish, key="same")

    assert theirs.status_code == 201
    assert theirs.get_json()["hold"] != mine.get_json()["hold"]


def test_a_hold_of_another_shop_looks_like_none(app: Flask, checkout: Checkout, shop: CreditShop, wish: dict[str, str]):
    other = Checkout(app.test_client(), create_api_key(shop.toolkit, "another"))
    held = checkout.post(HOLDS, wish).get_json()["hold"]
    acts: list[Callable[[str], TestResponse]] = [
        lambda ref: other.get(f"{HOLDS}/{ref}"),
        lambda ref: other.post(f"{HOLDS}/{ref}/capture"),
        lambda ref: other.post(f"{HOLDS}/{ref}/release"),
    ]

    for act in acts:
        foreign, random = act(held), act("HLD-ACDEFGHJKMNP")
        assert (foreign.status_code, foreign.data) == (404, random.data)
    assert checkout.get(f"{HOLDS}/{held}").get_json()["state"] == "held"


def test_parallel_calls_under_one_key_have_one_effect(app: Flask, checkout: Checkout, shop: CreditShop, wish: Any):
    def call(_: int) -> TestResponse:
        return Checkout(app.test_client(), checkout.secret).post(HOLDS, wish, key="race")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(call, range(16)))

    assert {(answer.status_code, answer.data) for answer in answers} == {(201, answers[0].data)}
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert shop.one("SELECT count(*) FROM credit_holds") == 1


@pytest.mark.parametrize(("first", "then"), [("capture", "release"), ("release", "capture")])
def test_a_settled_hold_does_not_change(checkout: Checkout, wish: dict[str, str], first: str, then: str):
    held = checkout.post(HOLDS, wish).get_json()["hold"]
    settled = checkout.post(f"{HOLDS}/{held}/{first}")

    answer = checkout.post(f"{HOLDS}/{held}/{then}")

    assert (answer.status_code, code_of(answer)) == (409, "hold_settled")
    assert answer.get_json()["error"]["state"] == settled.get_json()["state"]
    assert checkout.post(f"{HOLDS}/{held}/{first}").json == settled.json


@pytest.mark.parametrize(("amount", "status"), [("40.01", 422), ("0", 422), ("10.001", 422), ("-1", 400), (1, 400)])
def test_a_capture_of_a_wrong_amount_is_refused(checkout: Checkout, wish: dict[str, str], amount: Any, status: int):
    held = checkout.post(HOLDS, wish).get_json()["hold"]

    answer = checkout.post(f"{HOLDS}/{held}/capture", {"amount": amount})

    assert answer.status_code == status
    assert checkout.get(f"{HOLDS}/{held}").get_json()["state"] == "held"


def test_guessing_codes_is_stopped(checkout: Checkout, wish: dict[str, str], clock: Any):
    clock.pass_(seconds=60 - clock().second)
    for _ in range(WRONG_CODES_A_MINUTE + 1):
        last = checkout.post(HOLDS, wish | {"code": "ACDE-FGHJ-KMNP"})
        assert last.status_code in {404, 429}

    stopped = checkout.post(HOLDS, wish, key="free-again")

    assert (stopped.status_code, code_of(stopped)) == (429, "too_many_wrong_codes")
    assert 0 < int(stopped.headers["Retry-After"]) <= 60
    clock.pass_(minutes=1)
    assert checkout.post(HOLDS, wish, key="free-again").status_code == 201


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "TRACE"])
def test_another_method_is_a_405_in_json(checkout: Checkout, method: str):
    answer = checkout.client.open(HOLDS, method=method, headers={"Authorization": f"Bearer {checkout.secret}"})

    assert answer.status_code == 405
    assert code_of(answer) == "method_not_allowed"


def test_an_answer_is_kept_by_nobody_and_sets_no_cookie(checkout: Checkout, wish: dict[str, str]):
    answer = checkout.post(HOLDS, wish)

    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    assert answer.mimetype == "application/json"


def test_no_code_is_kept_in_the_clear(checkout: Checkout, shop: CreditShop, wish: dict[str, str]):
    checkout.post(HOLDS, wish)
    questions = (
        "SELECT json_agg(t) FROM credit_accounts t",
        "SELECT json_agg(t) FROM credit_holds t",
        "SELECT json_agg(t) FROM api_answers t",
        "SELECT json_agg(t) FROM api_keys t",
        "SELECT json_agg(t) FROM rate_counts t",
        "SELECT json_agg(t) FROM journal_entries t",
    )
    kept = " ".join(str(shop.one(question)) for question in questions)

    assert wish["code"] not in kept
    assert wish["code"].replace("-", "") not in kept
    assert checkout.secret not in kept
