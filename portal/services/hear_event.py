"""Hear a signed message from outside: stored under its id and answered; a job applies it, where there is something."""

from typing import Any

import structlog

from portal.domain.money import stripe_factor
from portal.domain.refunds import RefundState
from portal.records import events, provider_money, remedies
from portal.records.sessions import Session
from portal.services.toolkit import Toolkit, tried_again

log = structlog.get_logger(__name__)
# An event of Stripe's is a hint to read its object again; the warehouse's message is all that it tells.
_OF_A_SUBJECT = ("object", "id", "status", "payment_intent")
# Of a charge: how much has gone back of it, in Stripe's own minor units.
_GONE_BACK = "amount_refunded"
_CHARGE_REFUNDED = "charge.refunded"
_OF_A_PARCEL = ("ref", "state", "carrier", "tracking_number", "arrives_on", "reason")


@tried_again
def hear_event(toolkit: Toolkit, *, sender: str, event_id: str, kind: str, payload: dict[str, Any]) -> bool:
    """Store what is read of an event, once, with the job that applies it; tell whether it is new.

    sender: stripe or warehouse.
    """
    outcome, succeeded = _to_do(kind, payload) if sender == "stripe" else (None, None)
    with toolkit.transaction() as session:
        if sender == "stripe" and _is_refunded_charge(kind, payload):
            outcome = _known_of_charge(session, payload)
        return events.store(
            session,
            sender=sender,
            event_id=event_id,
            kind=kind,
            payload=_what_is_read(sender, payload),
            outcome=outcome,
            succeeded=succeeded,
            now=toolkit.now(),
        )


def _what_is_read(sender: str, payload: dict[str, Any]) -> dict[str, Any]:
    """Keep of a message only what is read of it, because the rest may name people and would stay for ever."""
    if sender != "stripe":
        return _texts(payload, _OF_A_PARCEL)
    subject = subject_of(payload)
    gone_back = {_GONE_BACK: subject[_GONE_BACK]} if type(subject.get(_GONE_BACK)) is int else {}
    return {**_texts(payload, ("account",)), "data": {"object": {**_texts(subject, _OF_A_SUBJECT), **gone_back}}}


def _texts(message: dict[str, Any], names: tuple[str, ...]) -> dict[str, str]:
    return {name: message[name] for name in names if isinstance(message.get(name), str)}


def nothing_to_do(session: Session, kind: str, payload: dict[str, Any]) -> str | None:
    """Say why an event of Stripe's needs no job: it is about nothing we use, or tells of a success that is known here.

    Only that: news of anything else is read again at Stripe before a refund moves.
    """
    outcome, succeeded = _to_do(kind, payload)
    if outcome is None and succeeded is not None and remedies.has_succeeded(session, succeeded):
        return f"refund is {RefundState.SUCCEEDED.value}"
    if outcome is None and _is_refunded_charge(kind, payload):
        return _known_of_charge(session, payload)
    return outcome


def _to_do(kind: str, payload: dict[str, Any]) -> tuple[str | None, str | None]:
    """Say why an event is not for us, or name the refund whose success it tells, which may be known here."""
    subject = subject_of(payload)
    name = subject.get("id")
    if _is_refunded_charge(kind, payload) and isinstance(name, str):
        return None, None
    if subject.get("object") not in ("refund", "dispute") or not isinstance(name, str):
        log.info("an event of a kind that we do not use", kind=kind)
        return f"not for us: {kind}"[:80], None
    return None, name if subject.get("status") == RefundState.SUCCEEDED else None


def _is_refunded_charge(kind: str, payload: dict[str, Any]) -> bool:
    """Tell whether a message says that something of a charge went back, but not which refund it was."""
    return kind == _CHARGE_REFUNDED and subject_of(payload).get("object") == "charge"


def _known_of_charge(session: Session, payload: dict[str, Any]) -> str | None:
    """Say why the refunds of a charge need not be read: it is not ours, or what went back of it is known here.

    A charge lists no refunds, so what is told of it is how much. Where it does not say that, its refunds are read.
    """
    payment = provider_money.payment_of(session, names_of_charge(payload))
    if payment is None:
        return "a charge that is not ours"
    said = subject_of(payload).get(_GONE_BACK)
    known = provider_money.gone_back(session, payment.id) * stripe_factor(payment.currency)
    return "its refunds are known" if isinstance(said, int) and said <= known else None


def names_of_charge(payload: dict[str, Any]) -> list[str]:
    """Give the names of the payment of a charge that an event speaks of."""
    subject = subject_of(payload)
    return [name for name in (subject.get("payment_intent"), subject.get("id")) if isinstance(name, str)]


def subject_of(payload: dict[str, Any]) -> dict[str, Any]:
    """Give the object that an event of Stripe's speaks of; an empty one where there is none."""
    data = payload.get("data")
    subject = data.get("object") if isinstance(data, dict) else None
    return subject if isinstance(subject, dict) else {}
