"""Keys of the API: who may call, each intent once, and each shop's system apart from every other."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from portal.services.create_api_key import create_api_key, revoke_api_key
from tests.support.credit_checkout import HOLDS, Checkout, checkout, code_of, shop, wish
from tests.support.credit_shop import CreditShop

__all__ = ["checkout", "shop", "wish"]


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer ", "Bearer amk_wrong", "Basic YTpi", "amk_wrong"])
def test_without_a_key_nothing_is_answered(checkout: Checkout, wish: dict[str, str], given: str | None):
    headers = {"Idempotency-Key": "k"} | ({} if given is None else {"Authorization": given})

    answer = checkout.client.post(HOLDS, json=wish, headers=headers)

    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert code_of(answer) == "key_needed"


@pytest.mark.proves("P4")
def test_a_revoked_key_is_refused_at_once(checkout: Checkout, shop: CreditShop, wish: dict[str, str]):
    revoke_api_key(shop.toolkit, "checkout")

    assert checkout.post(HOLDS, wish).status_code == 401


@pytest.mark.proves("input 73")
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


@pytest.mark.proves("F8")
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


@pytest.mark.proves("input 73", "F8")
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


@pytest.mark.proves("input 73", "P5")
def test_the_keys_of_two_shops_are_apart(app: Flask, checkout: Checkout, shop: CreditShop, wish: dict[str, str]):
    other = Checkout(app.test_client(), create_api_key(shop.toolkit, "another"))
    mine = checkout.post(HOLDS, wish, key="same")

    theirs = other.post(HOLDS, wish, key="same")

    assert theirs.status_code == 201
    assert theirs.get_json()["hold"] != mine.get_json()["hold"]


@pytest.mark.proves("P5", "input 20")
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


@pytest.mark.proves("F8", "bug 15")
def test_parallel_calls_under_one_key_have_one_effect(app: Flask, checkout: Checkout, shop: CreditShop, wish: Any):
    def call(_: int) -> TestResponse:
        return Checkout(app.test_client(), checkout.secret).post(HOLDS, wish, key="race")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(call, range(16)))

    assert {(answer.status_code, answer.data) for answer in answers} == {(201, answers[0].data)}
    assert sum("Idempotent-Replayed" not in answer.headers for answer in answers) == 1
    assert shop.one("SELECT count(*) FROM credit_holds") == 1
