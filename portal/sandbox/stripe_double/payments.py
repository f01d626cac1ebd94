"""PaymentIntents and charges: take, read, list."""

import json
import re

from portal.sandbox.stripe_double import shelf, taking
from portal.sandbox.stripe_double.calls import Answer, Call, Endpoint, filters
from portal.sandbox.stripe_double.cards import CARDS, Card
from portal.sandbox.stripe_double.errors import bad_request, missing
from portal.sandbox.stripe_double.parameters import LISTING

_CURRENCY = re.compile(r"[a-z]{3}")
# What Stripe takes and the sandbox has no use for is still taken (from the published description).
_UNUSED = (
    "amount_details application_fee_amount automatic_payment_methods capture_method confirmation_method "
    "customer error_on_requires_action excluded_payment_method_types mandate_data off_session on_behalf_of "
    "payment_details payment_method_data payment_method_options payment_method_types receipt_email return_url "
    "setup_future_usage shipping statement_descriptor statement_descriptor_suffix transfer_data transfer_group "
    "use_stripe_sdk"
).split()
_CREATE = {
    **dict.fromkeys(_UNUSED, "any"),
    "amount": "positive",
    "currency": "string",
    "confirm": "boolean",
    "payment_method": "string",
    "description": "string",
    "metadata": "metadata",
    "expand": "strings",
}
_READ = {"expand": "strings"}


def create(call: Call) -> Answer:
    """Make a PaymentIntent, and take the money where it is confirmed in the same call."""
    params = call.params
    confirmed = params.get("confirm", False)
    payment = taking.Payment(
        amount=params["amount"],
        currency=_currency(params["currency"]),
        created=call.lives.clock.seconds(),
        card=_card(params.get("payment_method"), confirmed=confirmed),
        payment_method=params.get("payment_method", ""),
        account=call.account,
        description=params.get("description"),
        metadata=params.get("metadata", {}),
    )
    if not confirmed:
        return Answer(_intent(call, taking.promise(call.db, payment)))
    intent_id, charge_id = taking.take(call.db, payment)
    shape = _intent(call, intent_id)
    charge = shelf.needed(call.db, "charge", call.account, charge_id, "charge")
    if payment.card.declined:
        error = taking.decline_of(charge_id, payment.card.declined) | {"payment_intent": shape}
        return Answer({"error": error}, 402)
    tell, account = call.lives.events.tell, call.account
    tell(call.db, "charge.succeeded", shelf.draw(call.db, "charge", charge), account=account, cause=call.cause)
    tell(call.db, "payment_intent.succeeded", shape, account=account, cause=call.cause)
    if payment.card.disputes:
        call.lives.disputes.open(call.db, charge, reason="fraudulent")
    return Answer(shape)


def read_intent(call: Call) -> Answer:
    """Read a PaymentIntent."""
    return Answer(_intent(call, call.object_id))


def list_intents(call: Call) -> Answer:
    """List PaymentIntents."""
    return Answer(shelf.page(call.db, "payment_intent", call.account, call.params, where={}, url=call.path))


def read_charge(call: Call) -> Answer:
    """Read a charge."""
    row = shelf.needed(call.db, "charge", call.account, call.object_id, "id")
    return Answer(shelf.draw(call.db, "charge", row))


def list_charges(call: Call) -> Answer:
    """List charges, all or of one PaymentIntent."""
    where = filters(call.params, payment_intent="payment_intent")
    return Answer(shelf.page(call.db, "charge", call.account, call.params, where=where, url=call.path))


def update_intent_metadata(call: Call) -> Answer:
    """Change the description or the metadata of a PaymentIntent."""
    row = shelf.needed(call.db, "payment_intent", call.account, call.object_id, "intent")
    metadata = json.loads(row["metadata"]) | call.params.get("metadata", {})
    call.db.execute(
        "UPDATE payment_intents SET metadata = ?, description = ? WHERE id = ?",
        (json.dumps(metadata), call.params.get("description", row["description"]), row["id"]),
    )
    return Answer(_intent(call, row["id"]))


def _intent(call: Call, intent_id: str) -> dict[str, object]:
    row = shelf.needed(call.db, "payment_intent", call.account, intent_id, "intent")
    return shelf.draw(call.db, "payment_intent", row)


def _currency(text: str) -> str:
    currency = text.lower()
    if not _CURRENCY.fullmatch(currency):
        raise bad_request(f"Invalid currency: {text}.", param="currency")
    return currency


def _card(name: str | None, *, confirmed: bool) -> Card:
    if name is None:
        if confirmed:
            message = "You cannot confirm this PaymentIntent because it's missing a payment method."
            raise bad_request(message, code="payment_intent_unexpected_state")
        return CARDS["pm_card_visa"]
    if name not in CARDS:
        raise missing("PaymentMethod", name, "payment_method")
    return CARDS[name]


ENDPOINTS = (
    Endpoint("POST", "/v1/payment_intents", create, _CREATE, ("amount", "currency")),
    Endpoint("GET", "/v1/payment_intents", list_intents, LISTING),
    Endpoint("GET", "/v1/payment_intents/<object_id>", read_intent, _READ),
    Endpoint(
        "POST",
        "/v1/payment_intents/<object_id>",
        update_intent_metadata,
        {"metadata": "metadata", "description": "string", "expand": "strings"},
    ),
    Endpoint("GET", "/v1/charges", list_charges, LISTING | {"payment_intent": "string"}),
    Endpoint("GET", "/v1/charges/<object_id>", read_charge, _READ),
)
