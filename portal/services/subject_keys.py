"""Keyed hashes of whose claim it is: equal for equal subjects, and worth nothing without the secret key."""

import hashlib
import hmac
from collections.abc import Iterable

from portal.domain.limits import Subject
from portal.domain.subjects import subjects_of
from portal.records.limits import SubjectKey
from portal.records.tables.orders import Order, Payment

_BYTES = 16


def key_of(secret_key: str, subject: Subject, said: str) -> SubjectKey:
    """Hash one subject in its one form."""
    told = b"\0".join((b"limit subject", subject.encode(), said.encode()))
    return SubjectKey(subject, hmac.new(secret_key.encode(), told, hashlib.sha256).digest()[:_BYTES])


def keys_of(
    secret_key: str, order: Order, payments: Iterable[Payment], *, device: str | None
) -> tuple[SubjectKey, ...]:
    """Hash every subject that is known of a report about an order. device: the id that the reporting browser holds."""
    found = subjects_of(
        mailbox=order.customer.mailbox,
        cards=[one.card_fingerprint for one in payments if one.captured_at and one.card_fingerprint],
        street=order.ship_to_line1,
        postcode=order.ship_to_postcode,
        country=order.ship_to_country,
        device=device,
    )
    return tuple(key_of(secret_key, subject, said) for subject, said in found)
