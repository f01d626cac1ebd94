"""What the fault script does to events on their way to the portal: none of it touches the books."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stripe

from portal.gateways.stripe_refunds import StripeRefunds
from tests.gateways.listener import listening
from tests.support.refund_requests import a_request, brl
from tests.support.sandbox_server import SECRET_KEY, Sandbox, running_sandbox


@dataclass
class Portal:
    """A portal that only listens, and the sandbox that tells it of refunds."""

    sandbox: Sandbox
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def refunds(self) -> StripeRefunds:
        return StripeRefunds(SECRET_KEY, api_base=self.sandbox.url)

    def wait(self, count: int) -> list[str]:
        """Give what was heard of, once it is so many, and nothing more comes."""
        until = time.monotonic() + 8
        while len(self.heard) < count and time.monotonic() < until:
            time.sleep(0.05)
        time.sleep(0.4)
        return [event["data"]["object"]["id"] for event in self.heard]


@pytest.fixture(scope="module")
def listener(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    heard: list[dict[str, Any]] = []

    def hear(_method: str, _path: str, _headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        heard.append(json.loads(body))
        return 200, b""

    extra = ("--webhook-events", "refund.created")
    with listening(hear) as url, running_sandbox(tmp_path_factory.mktemp("told"), portal=url, extra=extra) as sandbox:
        yield Portal(sandbox, heard)


@pytest.fixture
def portal(listener: Portal) -> Iterator[Portal]:
    listener.heard.clear()
    yield listener
    listener.sandbox.no_faults()
    listener.sandbox.set_clock()
    assert listener.sandbox.books_are_equal()


def made(portal: Portal, count: int) -> list[str]:
    payment = portal.sandbox.payment()
    return [portal.refunds.refund(a_request(payment, brl(1))).provider_ref for _ in range(count)]


def test_dropped_event_is_never_delivered_and_listed_as_such(portal: Portal) -> None:
    portal.sandbox.fault("drop-event", event="refund.*")

    first, second = made(portal, 2)

    assert portal.wait(1) == [second]
    client = stripe.StripeClient(SECRET_KEY, base_addresses={"api": portal.sandbox.url}, max_network_retries=0)
    missed = client.v1.events.list({"type": "refund.created", "delivery_success": False}).data
    assert [event.data.object["id"] for event in missed] == [first]


def test_lost_event_is_not_even_listed_but_the_refund_is_there(portal: Portal) -> None:
    began = datetime.now(UTC) - timedelta(seconds=1)
    portal.sandbox.fault("lose-event", event="refund.created")

    (ref,) = made(portal, 1)

    assert portal.wait(0) == []
    assert ref not in [event.object_ref for event in portal.refunds.events_since(began)]
    assert portal.refunds.read(ref, None).provider_ref == ref


def test_forgotten_events_are_listed_no_more_but_the_refund_is_there(portal: Portal) -> None:
    began = datetime.now(UTC) - timedelta(seconds=1)
    (ref,) = made(portal, 1)
    heard = portal.wait(1)

    portal.sandbox.no_events()

    assert heard == [ref]
    assert portal.refunds.events_since(began) == []
    assert portal.refunds.read(ref, None).provider_ref == ref


def test_duplicated_event_comes_as_often_as_told_under_one_id(portal: Portal) -> None:
    portal.sandbox.fault("duplicate-event", copies=5)

    # The first event of a refund is the charge's, which this portal does not listen to.
    portal.sandbox.fault("duplicate-event", event="refund.created", copies=5)
    (ref,) = made(portal, 1)

    assert portal.wait(5) == [ref] * 5
    assert len({event["id"] for event in portal.heard}) == 1


def test_delayed_event_comes_when_its_time_has_come(portal: Portal) -> None:
    portal.sandbox.fault("delay-event", event="refund.created", milliseconds=86_400_000)
    (late, punctual) = made(portal, 2)
    before = portal.wait(1)

    portal.sandbox.let_pass(days=1, seconds=1)

    assert before == [punctual]
    assert portal.wait(2) == [punctual, late]


def test_shuffled_events_come_all_and_in_the_same_disorder_every_time(portal: Portal) -> None:
    orders = []
    for _ in range(2):
        portal.heard.clear()
        portal.sandbox.fault("shuffle-events", event="refund.created", times=8, milliseconds=60_000, seed=3)
        refs = made(portal, 8)
        portal.sandbox.let_pass(minutes=2)
        heard = portal.wait(8)
        orders.append([refs.index(ref) for ref in heard])

    assert sorted(orders[0]) == list(range(8))
    assert orders[0] == orders[1] != list(range(8))
