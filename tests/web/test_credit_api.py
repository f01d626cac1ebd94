"""The API of store credit, as a shop's own system meets it: strict, and plain about every refusal."""

from typing import Any

import pytest

from portal.services.hold_credit import WRONG_CODES_A_MINUTE
from tests.support.credit_checkout import HOLDS, Checkout, checkout, code_of, shop, wish
from tests.support.credit_shop import CreditShop

__all__ = ["checkout", "shop", "wish"]


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


def test_credit_that_is_not_needed_is_free_again(checkout: Checkout, wish: dict[str, str]):
    held = checkout.post(HOLDS, wish | {"amount": "100.00"})

    released = checkout.post(f"{HOLDS}/{held.get_json()['hold']}/release")

    assert (released.status_code, released.get_json()["state"]) == (200, "released")
    assert checkout.post(HOLDS, wish | {"amount": "100.00"}).status_code == 201


@pytest.mark.proves("L10", "bug 43")
def test_a_cancelled_order_gives_back_what_was_taken_once(checkout: Checkout, wish: dict[str, str]):
    hold = f"{HOLDS}/{checkout.post(HOLDS, wish).get_json()['hold']}"
    early = checkout.post(f"{hold}/give-back", {"source": "CXL-1"})
    checkout.post(f"{hold}/capture")

    part = checkout.post(f"{hold}/give-back", {"source": "CXL-1", "amount": "15.00"})
    again = checkout.post(f"{hold}/give-back", {"source": "CXL-1", "amount": "15.00"})
    other = checkout.post(f"{hold}/give-back", {"source": "CXL-1", "amount": "16.00"})
    too_much = checkout.post(f"{hold}/give-back", {"source": "CXL-2", "amount": "25.01"})
    rest = checkout.post(f"{hold}/give-back", {"source": "CXL-3"})

    assert (early.status_code, code_of(early), early.get_json()["error"]["state"]) == (409, "hold_settled", "held")
    assert (part.status_code, part.get_json()["state"], part.get_json()["given_back"]) == (200, "captured", "15.00")
    assert again.json == part.json
    assert (other.status_code, code_of(other)) == (409, "source_reused")
    assert (too_much.status_code, code_of(too_much)) == (409, "more_than_captured")
    assert (too_much.get_json()["error"]["left"], too_much.get_json()["error"]["currency"]) == ("25.00", "BRL")
    assert rest.get_json()["given_back"] == "40.00"
    assert checkout.post(HOLDS, wish | {"amount": "100.00"}).status_code == 201


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "bad_field"),
        ({"source": ""}, "bad_field"),
        ({"source": "x" * 121}, "bad_field"),
        ({"source": "two\nlines"}, "bad_field"),
        ({"source": 17}, "bad_field"),
        ({"source": "x", "amount": 5}, "bad_field"),
        ({"source": "x", "amount": "5,00"}, "bad_field"),
        ({"source": "x", "amount": "0"}, "bad_amount"),
        ({"source": "x", "amount": "0.001"}, "bad_amount"),
        ({"source": "x", "currency": "BRL"}, "bad_field"),
    ],
)
def test_a_give_back_that_is_not_clear_moves_nothing(
    checkout: Checkout, shop: CreditShop, wish: dict[str, str], body: dict[str, Any], code: str
):
    hold = f"{HOLDS}/{checkout.post(HOLDS, wish).get_json()['hold']}"
    checkout.post(f"{hold}/capture")

    answer = checkout.post(f"{hold}/give-back", body)

    assert code_of(answer) == code
    assert shop.one("SELECT count(*) FROM credit_give_backs") == 0


def test_capture_and_release_need_no_body_at_all(checkout: Checkout, wish: dict[str, str]):
    held = checkout.post(HOLDS, wish).get_json()["hold"]
    headers = {"Authorization": f"Bearer {checkout.secret}", "Idempotency-Key": "k"}

    assert checkout.client.post(f"{HOLDS}/{held}/release", headers=headers).status_code == 200


def test_too_little_credit_tells_how_much_there_is(checkout: Checkout, wish: dict[str, str]):
    answer = checkout.post(HOLDS, wish | {"amount": "100.01"})

    assert (answer.status_code, code_of(answer)) == (402, "not_enough_credit")
    assert (answer.get_json()["error"]["available"], answer.get_json()["error"]["currency"]) == ("100.00", "BRL")


@pytest.mark.proves(
    "input 1", "input 2", "input 3", "input 4", "input 5", "input 7", "input 8", "input 11", "input 12", "input 16"
)
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


@pytest.mark.proves("input 48", "input 49")
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


@pytest.mark.proves("input 50")
@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_another_content_type_is_a_415(checkout: Checkout, content_type: str):
    assert checkout.raw(b'{"code": "x"}', content_type).status_code == 415


def test_a_body_that_is_too_large_is_a_413(checkout: Checkout):
    assert checkout.raw(b'{"code": "' + b"x" * 2_000_000 + b'"}').status_code == 413


@pytest.mark.proves("input 35")
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


@pytest.mark.proves("input 65")
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


@pytest.mark.proves("P9")
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
