"""A shop's own system with an API key, for tests of the API; import its fixtures with those of `tests.support.web`."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.services.create_api_key import create_api_key
from tests.support.credit_shop import CreditShop, credit_shop
from tests.support.web import toolkit_of

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
