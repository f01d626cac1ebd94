"""Facts with sensible defaults: a delivered line of R$ 100 (80 goods, 20 shipping), five days ago, in time, by card."""

from datetime import UTC, datetime
from typing import Any

from portal.domain.facts import Asker, Facts
from portal.domain.money import Money
from portal.domain.problems import ParcelState, Problem

NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)


_NO_HISTORY: dict[str, Any] = {
    "service": None,
    "signed_for_by": None,
    "delivered_to": None,
    "days_since_last_scan": None,
    "days_since_first_order": 15,
    "earlier_orders_days": (),
    "earlier_remedies": (),
    "failed_follow_ups_days": (),
    "incident_open": False,
    "asked_by": Asker.CUSTOMER,
}


def brl(minor: int) -> Money:
    return Money(minor, "BRL")


def some_facts(*, goods: int = 8000, shipping: int = 2000, currency: str = "BRL", **changes: Any) -> Facts:
    """Make facts; goods and shipping in minor units set every value that follows from them."""
    worth = Money(goods + shipping, currency)
    values: dict[str, Any] = {
        "problem": Problem.DAMAGED,
        "parcel_state": ParcelState.DELIVERED,
        "order_status": "delivered",
        "days_since_ordered": 15,
        "days_since_promised": 8,
        "days_since_handed_over": 12,
        "days_since_delivered": 5,
        "days_late": -3,
        "signed_by": False,
        "left_at": None,
        "line_value": worth,
        "goods_value": Money(goods, currency),
        "shipping_value": Money(shipping, currency),
        "claimed_value": worth,
        "order_value": worth,
        "given_back": Money(0, currency),
        "shipping_given_back": Money(0, currency),
        "card_refundable": worth,
        "overpaid": Money(0, currency),
        "payment_methods": frozenset({"card"}),
        "paid": True,
        "ship_to_country": "BR",
        "ship_to_region": "SP",
        "market": "BR",
        "vendor": "a-vendor",
        "category": "toys",
        "sku": "toy-1",
        "carrier": None,
        "earlier_claims_days": (),
        "evidence": False,
        "second_failure": False,
        "on_behalf": False,
        "now": NOW,
    }
    return Facts(**{**values, **_NO_HISTORY, **changes})


def not_delivered(state: ParcelState, **changes: Any) -> Facts:
    """Make facts of a parcel that has not come, or never will."""
    nothing = {"days_since_delivered": None, "days_late": None, "order_status": "shipped"}
    if state in (ParcelState.NOT_SHIPPED, ParcelState.CANCELLED):
        nothing |= {"days_since_handed_over": None, "order_status": "processing"}
    return some_facts(parcel_state=state, **{**nothing, **changes})
