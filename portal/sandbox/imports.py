"""Take the payments of a whole order feed at once, as if they had been taken when they were."""

import re
import sqlite3
from dataclasses import replace
from datetime import datetime
from typing import Any

from portal.sandbox.stripe_double.cards import BEHAVIOURS, CARDS, NORMAL, Card
from portal.sandbox.stripe_double.errors import bad_request
from portal.sandbox.stripe_double.taking import Payment, take

_CURRENCY = re.compile(r"[a-z]{3}")
_INTENT = re.compile(r"pi_[A-Za-z0-9_]{6,60}")
_DEFAULT_CARD = CARDS["pm_card_visa"]
LARGEST_BATCH = 20_000


def import_payments(db: sqlite3.Connection, wanted: object, now: int) -> list[dict[str, str]]:
    """Take every payment that is not there yet, in the caller's transaction; give ids in the order asked.

    An item is {feed_reference, amount, currency, id?, card_brand?, card_last4?, order_number?, captured_at?,
    behaviour?}; amount in Stripe's minor units, captured_at ISO 8601. No events are told: thousands of them would
    tell the portal nothing that its feed does not say.
    """
    if not isinstance(wanted, list) or len(wanted) > LARGEST_BATCH:
        raise bad_request(f"Send a list of at most {LARGEST_BATCH} payments.")
    return [_take_once(db, item, now) for item in wanted]


def _take_once(db: sqlite3.Connection, item: dict[str, Any], now: int) -> dict[str, str]:
    reference = str(item["feed_reference"])
    known = db.execute(
        "SELECT id, latest_charge FROM payment_intents WHERE feed_reference = ?", (reference,)
    ).fetchone()
    if known is not None:
        intent_id, charge_id = known["id"], known["latest_charge"]
    else:
        intent_id, charge_id = take(db, _payment(item, reference, now))
    return {"feed_reference": reference, "id": intent_id, "charge": charge_id}


def _payment(item: dict[str, Any], reference: str, now: int) -> Payment:
    currency, amount = str(item["currency"]).lower(), item["amount"]
    if not _CURRENCY.fullmatch(currency) or type(amount) is not int or amount < 1:
        raise bad_request(f"{reference}: a payment has a whole positive amount and a currency.", param="amount")
    order_number = str(item.get("order_number") or "")
    return Payment(
        amount=amount,
        currency=currency,
        created=_moment(item.get("captured_at"), now),
        card=_card(item),
        payment_method=f"pm_feed_{reference}"[:60],
        account=str(item.get("account") or ""),
        description=f"Order {order_number}" if order_number else None,
        metadata={"order_number": order_number} if order_number else {},
        payment_intent=_intent_id(item.get("id")),
        feed_reference=reference,
    )


def _card(item: dict[str, Any]) -> Card:
    behaviour = item.get("behaviour") or NORMAL
    if behaviour not in BEHAVIOURS:
        raise bad_request(f"behaviour is one of {', '.join(BEHAVIOURS)}", param="behaviour")
    brand = str(item.get("card_brand") or _DEFAULT_CARD.brand)
    return replace(
        _DEFAULT_CARD, brand=brand, last4=str(item.get("card_last4") or _DEFAULT_CARD.last4), behaviour=behaviour
    )


def _intent_id(given: str | None) -> str | None:
    if given and not _INTENT.fullmatch(given):
        raise bad_request(f"{given} is not a PaymentIntent's id.", param="id")
    return given or None


def _moment(given: str | None, now: int) -> int:
    if not given:
        return now
    moment = datetime.fromisoformat(given)
    if moment.tzinfo is None:
        raise bad_request("captured_at needs a time zone.", param="captured_at")
    return int(moment.timestamp())
