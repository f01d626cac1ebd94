"""News of a charge: it lists no refunds, so those of its payment are read, unless what went back of it is known."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask

from portal.domain import signatures
from portal.domain.ports import RefundAnswer, Unreadable
from portal.domain.refs import new_ref
from portal.gateways.stripe_refunds import StripeRefunds
from portal.services.apply_stripe_event import apply_stripe_event
from portal.services.hear_event import hear_event
from portal.services.poll_events import poll_events
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import AnOrder, Shop

OUTCOMES = "SELECT outcome FROM incoming_events WHERE kind = 'charge.refunded' ORDER BY id"
ADOPTED = "SELECT provider_ref, amount_minor, state FROM external_refunds"
APPLYING = "SELECT count(*) FROM jobs.procrastinate_jobs WHERE task_name = 'stripe_events.apply'"


def told_by_stripe(shop: Shop, order: AnOrder) -> dict[str, Any]:
    """Read the newest event that the double made of the charge of an order's payment."""
    headers = {"Authorization": f"Bearer {SECRET_KEY}"}
    _, content = shop.sandbox.raw("GET", "/v1/events?type=charge.refunded&limit=100", headers=headers)
    charge = shop.sandbox.charge_of(order.payments[0])
    events: list[dict[str, Any]] = json.loads(content)["data"]
    return next(event for event in events if event["data"]["object"]["id"] == charge)


def hear(shop: Shop, event: dict[str, Any]) -> None:
    hear_event(shop.toolkit, sender="stripe", event_id=event["id"], kind=event["type"], payload=event)


def outcomes(shop: Shop) -> list[str]:
    return [row[0] for row in shop.rows(OUTCOMES)]


@pytest.mark.proves("bug 30", "fault 31", "bug 31")
def test_a_charge_that_lists_no_refunds_leads_to_what_was_refunded_of_it_by_hand(shop: Shop, app: Flask):
    order = shop.lost_order()
    made = shop.sandbox.dashboard_refund(order.payments[0], 2_000)
    event = told_by_stripe(shop, order)
    body = json.dumps(event).encode()
    signed = {"Stripe-Signature": signatures.sign(body, "whsec_of_the_tests", datetime.now(UTC))}

    said = app.test_client().post("/hooks/stripe", data=body, headers=signed, content_type="application/json")
    shop.work()

    assert "refunds" not in event["data"]["object"]
    assert said.status_code == 200
    assert shop.rows(ADOPTED) == [(made, 2_000, "succeeded")]
    assert outcomes(shop) == ["1 refunds of its charge were read"]


@pytest.mark.proves("bug 30", "fault 35")
def test_the_poller_is_told_of_a_charge_too_and_it_may_be_all_that_is_told(shop: Shop):
    order = shop.lost_order()
    poll_events(shop.toolkit, shop.ports.refunds)
    shop.sandbox.fault("lose-event", event="refund.created")
    made = shop.sandbox.dashboard_refund(order.payments[0], 2_000)

    poll_events(shop.toolkit, shop.ports.refunds)
    shop.work()

    assert (made, 2_000, "succeeded") in [tuple(row) for row in shop.rows(ADOPTED)]


def test_what_is_known_to_have_gone_back_is_read_no_second_time(shop: Shop):
    order, _, _ = shop.promised_refund()
    shop.work()
    hear(shop, told_by_stripe(shop, order))

    assert outcomes(shop) == ["its refunds are known"]
    assert shop.rows(APPLYING)[0][0] == 0


def test_a_refund_by_hand_beside_ours_is_found_though_ours_is_known(shop: Shop):
    order, _, _ = shop.promised_refund(lines=(("Blue kettle", "50.00", 1), ("Red bowl", "30.00", 1)))
    shop.work()
    made = shop.sandbox.dashboard_refund(order.payments[0], 500)

    hear(shop, told_by_stripe(shop, order))
    shop.work()

    assert [tuple(row)[:2] for row in shop.rows(ADOPTED)] == [(made, 500)]


@pytest.mark.parametrize("said", [None, "2000", True])
def test_a_charge_that_does_not_say_how_much_went_back_is_read(shop: Shop, said: object):
    order = shop.lost_order()
    made = shop.sandbox.dashboard_refund(order.payments[0], 2_000)
    event = told_by_stripe(shop, order)
    event["data"]["object"]["amount_refunded"] = said

    hear(shop, event)
    shop.work()

    assert [row[0] for row in shop.rows(ADOPTED)] == [made]


def test_a_charge_of_nobody_here_is_left(shop: Shop):
    told = {"object": "charge", "id": "ch_of_nobody", "payment_intent": "pi_of_nobody", "amount_refunded": 100}

    hear(shop, {"id": new_ref("evt", 12), "type": "charge.refunded", "data": {"object": told}})

    assert outcomes(shop) == ["a charge that is not ours"]
    assert shop.rows(APPLYING)[0][0] == 0


def test_other_news_of_a_charge_is_not_for_us(shop: Shop):
    told = {"object": "charge", "id": "ch_1", "payment_intent": "pi_1"}
    hear(shop, {"id": "evt_1", "type": "charge.captured", "data": {"object": told}})

    assert shop.rows("SELECT outcome FROM incoming_events") == [("not for us: charge.captured",)]


def test_while_the_lane_is_shut_the_charge_waits_and_no_try_is_used_up(shop: Shop):
    order = shop.lost_order()
    made = shop.sandbox.dashboard_refund(order.payments[0], 2_000)
    shop.sandbox.fault("429", method="GET", path="/v1/refunds")

    hear(shop, told_by_stripe(shop, order))
    shop.work()
    waits = shop.rows("SELECT applied_at FROM incoming_events WHERE kind = 'charge.refunded'")
    tried = shop.failed_jobs()
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE jobs.procrastinate_jobs SET scheduled_at = now()")
        session.connection().exec_driver_sql("UPDATE refund_lanes SET paused_until = NULL")
    shop.work()

    assert (waits, tried) == ([(None,)], [])
    assert [row[0] for row in shop.rows(ADOPTED)] == [made]


@pytest.mark.proves("bug 31", "fault 26")
def test_one_of_a_charge_that_cannot_be_read_hides_no_other_and_is_asked_for_again(shop: Shop):
    order = shop.lost_order()
    made = shop.sandbox.dashboard_refund(order.payments[0], 2_000)
    event = told_by_stripe(shop, order)
    hear(shop, event)

    class Listing(StripeRefunds):
        def of_payment(self, payment_ref: str, account: str | None) -> list[RefundAnswer]:
            raise Unreadable("words of tomorrow", super().of_payment(payment_ref, account))

    with pytest.raises(Unreadable):
        apply_stripe_event(shop.toolkit, Listing(SECRET_KEY, api_base=shop.sandbox.url), event_id=event["id"])

    assert [row[0] for row in shop.rows(ADOPTED)] == [made]
    assert outcomes(shop) == [None]
    shop.work()
    assert outcomes(shop) == ["its refunds are known"]
