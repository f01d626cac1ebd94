"""The mapped classes, by subject. Importing this package maps them all, which migrations and the drift test need."""

from portal.records.tables import (
    book,
    claims,
    closing,
    credit,
    deeds,
    inbox,
    incidents,
    orders,
    people,
    policies,
    provider,
    reconciling,
    remedies,
    replays,
    stock,
    troubles,
    withdrawals,
)
from portal.records.tables.base import Base

__all__ = [
    "Base",
    "book",
    "claims",
    "closing",
    "credit",
    "deeds",
    "inbox",
    "incidents",
    "orders",
    "people",
    "policies",
    "provider",
    "reconciling",
    "remedies",
    "replays",
    "stock",
    "troubles",
    "withdrawals",
]
