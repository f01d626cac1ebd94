"""Facts: everything that a rule may ask about one claim line, gathered once and kept as it was."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from portal.domain.money import Money
from portal.domain.problems import ParcelState, Problem

_DAY_SECONDS = 86_400
_WHOLE = 10_000


def days_between(earlier: datetime | None, later: datetime | None) -> int | None:
    """Count whole days from one moment to a later one, rounded down: negative before, None where one is unknown."""
    if earlier is None or later is None:
        return None
    return int((later - earlier).total_seconds() // _DAY_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one claim line when policy is asked.

    Every ``days_since_…`` is ``days_between(that moment, now)``: None where it has not happened or is not known.
    A promised date counts to its end, so ``days_since_promised`` of 1 is the first day past it.

    - ``days_late``: ``days_between(promised, delivered)``; 1 or more means that it came after the promised date.
    - ``signed_by``: somebody signed; ``left_at``: the place that the carrier names, such as ``neighbour``.
    - ``line_value``: paid for the claimed quantity with shipping and tax; ``goods_value`` and ``shipping_value`` are
      its two parts, tax included, and add up to it.
    - ``claimed_value``: the line values of every line of this claim, this one included.
    - ``order_value``: paid for the whole order.
    - ``given_back``: already given back for the claimed quantity; ``shipping_given_back``: its part for the shipping,
      None in facts of before the parts were kept.
    - ``card_refundable``: what the order's card payments can still take back.
    - ``overpaid``: this line's part of what was captured beyond the order's total and not yet given back. The caller
      shares it over the lines reported as charged wrongly, so that it is given back once.
    - ``payment_methods``: ``card``, ``boleto``, ``voucher``, ``credit``; ``paid``: any payment was captured.
    - ``earlier_claims_days``: how many days ago each earlier claim of this customer was made.
    - ``second_failure``: a remedy for the same units did not make it right; ``on_behalf``: staff report it.
    - ``sent_again``: how often these units were sent again already; 0 for the order's own parcel.
    - ``out_of_stock``: the shop keeps stock of it, and fewer are there than would be sent again.
    """

    problem: Problem
    parcel_state: ParcelState
    order_status: str
    days_since_ordered: int | None
    days_since_promised: int | None
    days_since_handed_over: int | None
    days_since_delivered: int | None
    days_late: int | None
    signed_by: bool
    left_at: str | None
    line_value: Money
    goods_value: Money
    shipping_value: Money
    claimed_value: Money
    order_value: Money
    given_back: Money
    shipping_given_back: Money | None
    card_refundable: Money
    overpaid: Money
    payment_methods: frozenset[str]
    paid: bool
    ship_to_country: str | None
    ship_to_region: str | None
    market: str
    vendor: str | None
    category: str | None
    sku: str | None
    carrier: str | None
    earlier_claims_days: tuple[int, ...]
    evidence: bool
    second_failure: bool
    on_behalf: bool
    now: datetime
    # Facts of before these were kept have neither.
    sent_again: int = 0
    out_of_stock: bool = False

    @property
    def claimed_share(self) -> int:
        """Tell what part of the order's value this claim is about, in basis points; 10,000 where nothing was paid."""
        return _share(self.claimed_value, self.order_value, when_nothing=_WHOLE)

    @property
    def given_back_share(self) -> int:
        """Tell what part of the line's value was already given back, in basis points; 0 where nothing was paid."""
        return _share(self.given_back, self.line_value, when_nothing=0)

    def to_document(self) -> dict[str, Any]:
        """Write as a document that JSON can hold; ``from_document`` gives equal facts."""
        return {field.name: _written(getattr(self, field.name)) for field in fields(self)}

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Facts":
        """Read what ``to_document`` wrote."""
        values: dict[str, Any] = {
            name: _money(value) if isinstance(value, dict) else value for name, value in document.items()
        }
        values.setdefault("shipping_given_back", None)
        values["problem"] = Problem(document["problem"])
        values["parcel_state"] = ParcelState(document["parcel_state"])
        values["payment_methods"] = frozenset(document["payment_methods"])
        values["earlier_claims_days"] = tuple(document["earlier_claims_days"])
        values["now"] = datetime.fromisoformat(document["now"])
        return cls(**values)


def _share(part: Money, whole: Money, *, when_nothing: int) -> int:
    if part.currency != whole.currency or whole.minor <= 0:
        return when_nothing
    return part.minor * _WHOLE // whole.minor


def _written(value: object) -> object:
    if isinstance(value, Money):
        return {"amount_minor": value.minor, "currency": value.currency}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return list(value)
    return value.value if isinstance(value, Problem | ParcelState) else value


def _money(document: Mapping[str, Any]) -> Money:
    return Money(document["amount_minor"], document["currency"])
