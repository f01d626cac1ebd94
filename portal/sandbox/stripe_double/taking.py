"""Take money: a PaymentIntent with its charge and its balance transaction, one at a time or thousands at once."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.sandbox.store import new_id
from portal.sandbox.stripe_double import ledger
from portal.sandbox.stripe_double.cards import Card


@dataclass(frozen=True, slots=True)
class Payment:
    """What is paid, by which card, when (Unix seconds); amount in Stripe's minor units, currency in small letters."""

    amount: int
    currency: str
    created: int
    card: Card
    payment_method: str
    account: str = ""
    description: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    payment_intent: str | None = None
    feed_reference: str | None = None


def take(db: sqlite3.Connection, payment: Payment) -> tuple[str, str]:
    """Take a payment, or record that the bank declined it; give the ids of PaymentIntent and charge."""
    intent_id, charge_id = payment.payment_intent or new_id("pi"), new_id("ch")
    _keep_intent(db, payment, intent_id, charge_id)
    _keep_charge(db, payment, intent_id, charge_id)
    return intent_id, charge_id


def promise(db: sqlite3.Connection, payment: Payment) -> str:
    """Keep a PaymentIntent that is not confirmed yet, and give its id."""
    intent_id = new_id("pi")
    db.execute(
        "INSERT INTO payment_intents (id, account, amount, currency, status, created, description, metadata)"
        " VALUES (?, ?, ?, ?, 'requires_payment_method', ?, ?, ?)",
        (
            intent_id,
            payment.account,
            payment.amount,
            payment.currency,
            payment.created,
            payment.description,
            json.dumps(dict(payment.metadata)),
        ),
    )
    return intent_id


def decline_of(charge_id: str, code: str) -> dict[str, str]:
    """Say as Stripe says that the bank declined."""
    return {
        "charge": charge_id,
        "code": code,
        "decline_code": "generic_decline",
        "message": "Your card was declined.",
        "type": "card_error",
    }


def _capture(db: sqlite3.Connection, payment: Payment, charge_id: str) -> str:
    subject: dict[str, object] = {"id": charge_id, "account": payment.account, "currency": payment.currency}
    return ledger.move(
        db,
        subject,
        kind="charge",
        category="charge",
        amount=payment.amount,
        fee=ledger.charge_fee(payment.amount),
        created=payment.created,
    )


def _keep_intent(db: sqlite3.Connection, payment: Payment, intent_id: str, charge_id: str) -> None:
    declined = payment.card.declined
    db.execute(
        "INSERT INTO payment_intents (id, account, amount, currency, status, created, payment_method, description,"
        " metadata, latest_charge, feed_reference, last_payment_error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            intent_id,
            payment.account,
            payment.amount,
            payment.currency,
            "requires_payment_method" if declined else "succeeded",
            payment.created,
            None if declined else payment.payment_method,
            payment.description,
            json.dumps(dict(payment.metadata)),
            charge_id,
            payment.feed_reference,
            json.dumps(decline_of(charge_id, declined)) if declined else None,
        ),
    )


def _keep_charge(db: sqlite3.Connection, payment: Payment, intent_id: str, charge_id: str) -> None:
    declined = payment.card.declined
    db.execute(
        "INSERT INTO charges (id, account, payment_intent, amount, currency, status, created, payment_method, brand,"
        " last4, description, metadata, failure_code, balance_transaction, behaviour)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            charge_id,
            payment.account,
            intent_id,
            payment.amount,
            payment.currency,
            "failed" if declined else "succeeded",
            payment.created,
            payment.payment_method,
            payment.card.brand,
            payment.card.last4,
            payment.description,
            json.dumps(dict(payment.metadata)),
            declined,
            None if declined else _capture(db, payment, charge_id),
            payment.card.behaviour,
        ),
    )
