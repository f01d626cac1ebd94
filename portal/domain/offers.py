"""Offers: the remedies we show, each with its exact amount, before one is taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.domain.money import Money


class RemedyKind(StrEnum):
    """The ways to put something right."""

    REPLACEMENT = "replacement"
    REFUND = "refund"
    STORE_CREDIT = "store_credit"


class PolicyClass(StrEnum):
    """Why we give it: owed by policy or law, beyond it, or not ours and mended anyway. Each has its own budget."""

    ENTITLED = "entitled"
    GOODWILL = "goodwill"
    NOT_OURS = "not_ours"


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """What one offer gives.

    ``amount`` is what is given back (for a replacement, the value of the goods that are sent); ``bonus`` is goodwill on
    top of it, on store credit only. ``arrives_in_days`` counts from acceptance, ``expires_in_days`` from the verdict.
    ``of_shipping`` and ``of_overpaid`` tell how much of the amount is for the shipping, and how much was overpaid; both
    None where nobody said what the amount is for.
    """

    kind: RemedyKind
    amount: Money
    bonus: Money
    policy_class: PolicyClass
    arrives_in_days: int | None
    expires_in_days: int
    of_shipping: Money | None = None
    of_overpaid: Money | None = None

    def to_document(self) -> dict[str, Any]:
        """Write as a document that JSON can hold."""
        document = {
            "kind": self.kind.value,
            "amount_minor": self.amount.minor,
            "bonus_minor": self.bonus.minor,
            "currency": self.amount.currency,
            "policy_class": self.policy_class.value,
            "arrives_in_days": self.arrives_in_days,
            "expires_in_days": self.expires_in_days,
        }
        if self.of_shipping is None or self.of_overpaid is None:
            return document
        return {
            **document,
            "of_shipping_minor": self.of_shipping.minor,
            "of_overpaid_minor": self.of_overpaid.minor,
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "OfferTerms":
        """Read what ``to_document`` wrote."""
        currency = document["currency"]
        return cls(
            kind=RemedyKind(document["kind"]),
            amount=Money(document["amount_minor"], currency),
            bonus=Money(document["bonus_minor"], currency),
            policy_class=PolicyClass(document["policy_class"]),
            arrives_in_days=document["arrives_in_days"],
            expires_in_days=document["expires_in_days"],
            of_shipping=_part(document, "of_shipping_minor"),
            of_overpaid=_part(document, "of_overpaid_minor"),
        )


def _part(document: Mapping[str, Any], name: str) -> Money | None:
    return Money(document[name], document["currency"]) if name in document else None
