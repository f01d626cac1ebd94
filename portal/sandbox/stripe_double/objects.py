"""Rows as Stripe's objects. Every answer and every event is drawn here."""

import json
import sqlite3
from typing import Any

_TWO_DAYS = 2 * 86400
_EVIDENCE_FIELDS = (
    "access_activity_log billing_address cancellation_policy cancellation_policy_disclosure cancellation_rebuttal "
    "customer_communication customer_email_address customer_name customer_purchase_ip customer_signature "
    "duplicate_charge_documentation duplicate_charge_explanation duplicate_charge_id product_description receipt "
    "refund_policy refund_policy_disclosure refund_refusal_explanation service_date service_documentation "
    "shipping_address shipping_carrier shipping_date shipping_documentation shipping_tracking_number "
    "uncategorized_file uncategorized_text"
).split()

Shape = dict[str, Any]


def payment_intent(row: sqlite3.Row) -> Shape:
    """Draw a PaymentIntent."""
    paid = row["status"] == "succeeded"
    failure = row["last_payment_error"]
    return {
        "id": row["id"],
        "object": "payment_intent",
        "amount": row["amount"],
        "amount_capturable": 0,
        "amount_received": row["amount"] if paid else 0,
        "automatic_payment_methods": None,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": "automatic_async",
        "client_secret": f"{row['id']}_secret_sandbox",
        "confirmation_method": "automatic",
        "created": row["created"],
        "currency": row["currency"],
        "customer": None,
        "description": row["description"],
        "last_payment_error": json.loads(failure) if failure else None,
        "latest_charge": row["latest_charge"],
        "livemode": False,
        "metadata": json.loads(row["metadata"]),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": row["payment_method"],
        "payment_method_types": ["card"],
        "receipt_email": None,
        "shipping": None,
        "statement_descriptor": None,
        "status": row["status"],
        "transfer_group": None,
    }


def charge(row: sqlite3.Row) -> Shape:
    """Draw a Charge; since 2022-11-15 it carries no list of refunds."""
    paid = row["status"] == "succeeded"
    return {
        "id": row["id"],
        "object": "charge",
        **_charge_amounts(row, paid=paid),
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": row["balance_transaction"],
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "calculated_statement_descriptor": "SANDBOX",
        "created": row["created"],
        "currency": row["currency"],
        "customer": None,
        "description": row["description"],
        "disputed": bool(row["disputed"]),
        "failure_balance_transaction": None,
        "failure_code": row["failure_code"],
        "failure_message": "Your card was declined." if row["failure_code"] else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": json.loads(row["metadata"]),
        "on_behalf_of": None,
        "outcome": _outcome(paid=paid),
        "payment_intent": row["payment_intent"],
        "payment_method": row["payment_method"],
        "payment_method_details": _card(row),
        "receipt_email": None,
        "receipt_number": None,
        "receipt_url": None,
        "review": None,
        "shipping": None,
        "source_transfer": None,
        "statement_descriptor": None,
        "status": row["status"],
        "transfer_data": None,
        "transfer_group": None,
    }


def refund(row: sqlite3.Row) -> Shape:
    """Draw a Refund; optional parts are left out as Stripe leaves them out."""
    drawn: Shape = {
        "id": row["id"],
        "object": "refund",
        "amount": row["amount"],
        "balance_transaction": row["balance_transaction"],
        "charge": row["charge"],
        "created": row["created"],
        "currency": row["currency"],
        "destination_details": {"card": _bank_reference(row), "type": "card"},
        "metadata": json.loads(row["metadata"]),
        "payment_intent": row["payment_intent"],
        "reason": row["reason"],
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": row["status"],
        "transfer_reversal": None,
    }
    for name in ("failure_reason", "failure_balance_transaction", "pending_reason"):
        if row[name] is not None:
            drawn[name] = row[name]
    if row["status"] == "requires_action":
        drawn["next_action"] = {
            "display_details": {
                "email_sent": {"email_sent_at": row["created"], "email_sent_to": "customer@example.com"},
                "expires_at": row["created"] + _TWO_DAYS,
            },
            "type": "display_details",
        }
    return drawn


def balance_transaction(row: sqlite3.Row) -> Shape:
    """Draw a BalanceTransaction, in the currency of the balance."""
    rate = row["exchange_rate"]
    amount, fee = (round(row[name] * rate) if rate else row[name] for name in ("amount", "fee"))
    currency = row["settled_in"] or row["currency"]
    fees = [{"amount": fee, "application": None, "currency": currency, "type": "stripe_fee"}]
    fees[0]["description"] = "Stripe processing fees" if row["type"] == "charge" else "Dispute fee"
    return {
        "id": row["id"],
        "object": "balance_transaction",
        "amount": amount,
        "available_on": row["created"] + _TWO_DAYS,
        "balance_type": "payments",
        "created": row["created"],
        "currency": currency,
        "description": row["description"],
        "exchange_rate": rate,
        "fee": fee,
        "fee_details": fees if fee else [],
        "net": amount - fee,
        "reporting_category": row["reporting_category"],
        "source": row["source"],
        "status": "available",
        "type": row["type"],
    }


def dispute(row: sqlite3.Row, movements: list[sqlite3.Row]) -> Shape:
    """Draw a Dispute with its balance transactions."""
    return {
        "id": row["id"],
        "object": "dispute",
        "amount": row["amount"],
        "balance_transactions": [balance_transaction(movement) for movement in movements],
        "charge": row["charge"],
        "created": row["created"],
        "currency": row["currency"],
        "enhanced_eligibility_types": [],
        "evidence": dict.fromkeys(_EVIDENCE_FIELDS) | {"enhanced_evidence": {}},
        "evidence_details": {
            "due_by": row["due_by"],
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
        },
        "is_charge_refundable": row["status"].startswith("warning") or row["status"] == "won",
        "livemode": False,
        "metadata": json.loads(row["metadata"]),
        "payment_intent": row["payment_intent"],
        "reason": row["reason"],
        "status": row["status"],
    }


def _charge_amounts(row: sqlite3.Row, *, paid: bool) -> Shape:
    return {
        "amount": row["amount"],
        "amount_captured": row["amount"] if paid else 0,
        "amount_refunded": row["amount_refunded"],
        "captured": paid,
        "paid": paid,
        "refunded": paid and row["amount_refunded"] == row["amount"],
    }


def _outcome(*, paid: bool) -> Shape:
    return {
        "network_status": "approved_by_network" if paid else "declined_by_network",
        "reason": None if paid else "generic_decline",
        "risk_level": "normal",
        "seller_message": "Payment complete." if paid else "The bank did not return any further details.",
        "type": "authorized" if paid else "issuer_declined",
    }


def _card(row: sqlite3.Row) -> Shape:
    card = {
        "amount_authorized": row["amount"],
        "brand": row["brand"],
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "US",
        "exp_month": 12,
        "exp_year": 2034,
        "fingerprint": f"sandbox{row['brand']}{row['last4']}",
        "funding": "credit",
        "installments": None,
        "last4": row["last4"],
        "mandate": None,
        "network": row["brand"],
        "network_token": {"used": False},
        "three_d_secure": None,
        "wallet": None,
    }
    return {"card": card, "type": "card"}


def _bank_reference(row: sqlite3.Row) -> Shape:
    if row["reference"] is None:
        return {"reference_status": "pending", "reference_type": "acquirer_reference_number", "type": "refund"}
    return {
        "reference": row["reference"],
        "reference_status": "available",
        "reference_type": "acquirer_reference_number",
        "type": "refund",
    }
