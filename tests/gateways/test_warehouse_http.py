"""The warehouse over real HTTP, both ways: orders out, signed messages back."""

import json
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.domain import signatures
from portal.domain.errors import BadSignature, Conflict
from portal.domain.ports import Address, ProviderBusy, ProviderLocked, ShipmentOrder, UnknownOutcome
from portal.gateways.warehouse_http import WarehouseHttp
from tests.gateways.listener import listening
from tests.support.sandbox_server import WAREHOUSE_SECRET, WEBHOOK_SECRET, Sandbox, running_sandbox

SLOW = ("--ship-seconds", "3600")


def a_shipment() -> ShipmentOrder:
    address = Address("João D'Água", "Rua das Flores 12", "São Paulo", "SP", "01310-100", "BR")
    return ShipmentOrder(f"RPL-{secrets.token_hex(5)}", "ORD-1", "SKU-1", "Caneca azul", 2, address)


@pytest.fixture
def warehouse(sandbox: Sandbox) -> WarehouseHttp:
    return WarehouseHttp(sandbox.url, WAREHOUSE_SECRET)


def test_order_is_accepted_with_a_ref_and_a_date(warehouse: WarehouseHttp) -> None:
    answer = warehouse.order(a_shipment())

    assert answer.accepted
    assert answer.warehouse_ref.startswith("WH-")
    assert answer.arrives_on is not None
    assert answer.reason is None


@pytest.mark.proves("F9", "bug 45")
def test_same_ref_twice_is_one_parcel(warehouse: WarehouseHttp) -> None:
    shipment = a_shipment()

    assert warehouse.order(shipment) == warehouse.order(shipment)


@pytest.mark.proves("bug 45")
def test_same_ref_for_another_parcel_is_a_conflict(warehouse: WarehouseHttp) -> None:
    shipment = a_shipment()
    warehouse.order(shipment)

    with pytest.raises(Conflict):
        warehouse.order(replace(shipment, quantity=3))


def test_sku_that_is_gone_is_refused_with_its_reason(sandbox: Sandbox, warehouse: WarehouseHttp) -> None:
    sandbox.post("/sandbox/out_of_stock", {"skus": ["SKU-GONE"]})

    answer = warehouse.order(replace(a_shipment(), sku="SKU-GONE"))

    assert not answer.accepted
    assert answer.reason == "out_of_stock"


def test_order_that_is_not_complete_is_a_no(warehouse: WarehouseHttp) -> None:
    answer = warehouse.order(replace(a_shipment(), title=""))

    assert (answer.accepted, answer.reason) == (False, "http_422")


def test_order_under_another_secret_is_locked(sandbox: Sandbox) -> None:
    with pytest.raises(ProviderLocked):
        WarehouseHttp(sandbox.url, "another").order(a_shipment())


def test_order_signed_too_long_ago_is_locked(sandbox: Sandbox) -> None:
    late = WarehouseHttp(sandbox.url, WAREHOUSE_SECRET, now=lambda: datetime.now(UTC) - timedelta(seconds=400))

    with pytest.raises(ProviderLocked):
        late.order(a_shipment())


def test_nobody_there_is_unknown() -> None:
    with pytest.raises(UnknownOutcome):
        WarehouseHttp("http://127.0.0.1:9", WAREHOUSE_SECRET).order(a_shipment())


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (500, b"{}", UnknownOutcome),
        (200, b"<html>", UnknownOutcome),
        (200, b"[]", UnknownOutcome),
        (200, b'{"accepted": true}', UnknownOutcome),
        (200, b'{"accepted": true, "warehouse_ref": "W", "arrives_on": "2026-02-31"}', UnknownOutcome),
        (200, b"[" * 100_000, UnknownOutcome),
        (429, b"{}", ProviderBusy),
    ],
)
def test_answers_that_make_no_sense_are_never_taken_for_a_yes(status: int, body: bytes, error: type[Exception]) -> None:
    with a_portal(status, body) as (url, _), pytest.raises(error):
        WarehouseHttp(url, WAREHOUSE_SECRET).order(a_shipment())


def test_portal_hears_of_the_parcel_signed_and_in_order(tmp_path: Path) -> None:
    shipment = a_shipment()
    with a_portal(200, b"") as (url, heard), running_sandbox(tmp_path, portal=url) as sandbox:
        answer = WarehouseHttp(sandbox.url, WAREHOUSE_SECRET).order(shipment)
        wait_until(lambda: len(heard) >= 2)

    messages = [json.loads(body) for _, _, body in heard]
    assert [message["state"] for message in messages] == ["shipped", "delivered"]
    assert {message["ref"] for message in messages} == {shipment.ref}
    assert all(message["tracking_number"] for message in messages)
    assert messages[0]["arrives_on"] == str(answer.arrives_on)
    for path, headers, body in heard:
        assert path == "/hooks/warehouse"
        signatures.verify(headers[signatures.HEADER], body, [WAREHOUSE_SECRET], datetime.now(UTC))


def test_webhooks_are_signed_retried_and_survive_a_restart(tmp_path: Path) -> None:
    with running_sandbox(tmp_path, portal="http://127.0.0.1:9") as sandbox:
        payment = sandbox.payment(5000)
        sandbox.dispute(payment)
        time.sleep(0.6)

    with a_portal(200, b"") as (url, heard), running_sandbox(tmp_path, portal=url):
        wait_until(lambda: len(heard) >= 1)

    path, headers, body = heard[0]
    assert path == "/hooks/stripe"
    assert json.loads(body)["type"] == "charge.dispute.created"
    signatures.verify(headers[signatures.STRIPE_HEADER], body, ["old", WEBHOOK_SECRET], datetime.now(UTC))
    with pytest.raises(BadSignature):
        signatures.verify(headers[signatures.STRIPE_HEADER], body + b" ", [WEBHOOK_SECRET], datetime.now(UTC))


def test_what_is_refused_later_is_accepted_first_and_shown_as_refused(
    sandbox: Sandbox, warehouse: WarehouseHttp
) -> None:
    shipment = replace(a_shipment(), sku="SKU-LATE")
    sandbox.post("/sandbox/refused_late", {"skus": ["SKU-LATE"]})

    answer = warehouse.order(shipment)
    wait_until(lambda: "out_of_stock" in refused_part(sandbox, shipment.ref))
    still = sandbox.post("/sandbox/refused_late", {"back": ["SKU-LATE"]})

    assert answer.accepted
    assert still == {"refused_late": []}


def test_a_parcel_that_was_accepted_is_refused_by_hand_and_stays_so(tmp_path: Path) -> None:
    shipment = a_shipment()
    with a_portal(200, b"") as (url, heard), running_sandbox(tmp_path, portal=url, extra=SLOW) as slow:
        WarehouseHttp(slow.url, WAREHOUSE_SECRET).order(shipment)

        told = [slow.post(f"/warehouse/orders/{shipment.ref}/refuse", {"reason": "broken"})["state"] for _ in range(2)]
        wait_until(lambda: len(heard) >= 1)
        unknown, _ = slow.raw("POST", "/warehouse/orders/RPL-NOBODY/refuse", b"{}")

    assert (told, unknown) == (["refused", "refused"], 404)
    assert [json.loads(body)["reason"] for _, _, body in heard] == ["broken"]


def refused_part(sandbox: Sandbox, ref: str) -> str:
    page = sandbox.raw("GET", "/warehouse")[1].decode()
    refused = page.split('id="refused"', 1)[1]
    return refused.split(ref, 1)[1].split("</tr>", 1)[0] if ref in refused else ""


Heard = list[tuple[str, dict[str, str], bytes]]


@contextmanager
def a_portal(status: int, answer: bytes) -> Iterator[tuple[str, Heard]]:
    """Listen as the portal would, answering the same to everything, and keep what came."""
    heard: Heard = []

    def hear(_: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        heard.append((path, headers, body))
        return status, answer

    with listening(hear) as url:
        yield url, heard


def wait_until(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 10
    while not done() and time.monotonic() < until:
        time.sleep(0.05)
