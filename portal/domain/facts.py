"""Facts: everything that a rule may ask about one claim line, gathered once and kept as it was."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from portal.domain.money import Money
from portal.domain.problems import ParcelState, Problem
from portal.domain.received import Place, Signer

_DAY_SECONDS = 86_400
_WHOLE = 10_000


class Asker(StrEnum):
    """Who tells of the problem first."""

    CUSTOMER = "customer"
    STAFF = "staff"
    US = "us"
    """We do, before anybody complains."""


class EarlierRemedy(NamedTuple):
    """A remedy that this customer got: how many days ago, its worth, and how much of that was goodwill.

    Both in minor units of the order's currency; 0 where it was given in another one. Goodwill is what nobody owed: a
    bonus, and all of a remedy that is not of the class ``entitled``.
    """

    days: int
    minor: int
    goodwill_minor: int


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
    - ``second_failure``: a remedy for the same units did not make it right, or the customer said so of a claim on the
      same line; ``on_behalf``: staff report it.
    - ``sent_again``: how often these units were sent again already; 0 for the order's own parcel.
    - ``out_of_stock``: the shop keeps stock of it, and fewer are there than would be sent again.
    - ``service``: the carrier's product. ``signed_for_by``, ``delivered_to``: see ``portal.domain.received``.
    - ``days_since_last_scan``: since the carrier last told of the parcel.
    - ``days_since_first_order``: since this customer's first order, this one included.
    - ``earlier_orders_days``: how many days ago each other order of this customer was placed.
    - ``earlier_remedies``: what this customer was promised on earlier claims and what did not fail since.
    - ``failed_follow_ups_days``: how many days ago this customer told us each time that what we did was not right.
    - ``incident_open``: staff declared an incident, it is not over, and this line is one of those that it is about.
    - ``unrecorded``: names of the facts that were kept before they were gathered. They hold nothing that may be asked.

    Of the customer's history a year is looked at, and 100 of each at most, the newest.
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
    service: str | None
    signed_for_by: Signer | None
    delivered_to: Place | None
    days_since_last_scan: int | None
    days_since_first_order: int | None
    earlier_orders_days: tuple[int, ...]
    earlier_remedies: tuple[EarlierRemedy, ...]
    failed_follow_ups_days: tuple[int, ...]
    incident_open: bool
    asked_by: Asker | None
    # Facts of before these were kept have neither.
    sent_again: int = 0
    out_of_stock: bool = False
    unrecorded: frozenset[str] = frozenset()

    @property
    def claimed_share(self) -> int:
        """Tell what part of the order's value this claim is about, in basis points; 10,000 where nothing was paid."""
        return _share(self.claimed_value, self.order_value, when_nothing=_WHOLE)

    @property
    def given_back_share(self) -> int:
        """Tell what part of the line's value was already given back, in basis points; 0 where nothing was paid."""
        return _share(self.given_back, self.line_value, when_nothing=0)

    @property
    def today(self) -> int:
        """Give the day on which policy is asked, in UTC, as ``date.toordinal`` numbers it."""
        return self.now.astimezone(UTC).toordinal()

    @property
    def earlier_remedies_days(self) -> tuple[int, ...]:
        """Tell how many days ago each earlier remedy was promised."""
        return tuple(one.days for one in self.earlier_remedies)

    @property
    def remedies_given(self) -> tuple[tuple[int, int], ...]:
        """Give the days and the worth in minor units of each earlier remedy."""
        return tuple((one.days, one.minor) for one in self.earlier_remedies)

    @property
    def goodwill_given(self) -> tuple[tuple[int, int], ...]:
        """Give the days and the goodwill in minor units of each earlier remedy."""
        return tuple((one.days, one.goodwill_minor) for one in self.earlier_remedies)

    def to_document(self) -> dict[str, Any]:
        """Write as a document that JSON can hold; ``from_document`` gives equal facts."""
        return {
            field.name: _written(getattr(self, field.name))
            for field in fields(self)
            if field.name != "unrecorded" and field.name not in self.unrecorded
        }

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
        unrecorded = frozenset(LATER - document.keys())
        for name in unrecorded:
            values[name] = _PLACEHOLDERS[name]
        for name, read in _READ_LATER.items():
            if name not in unrecorded and values[name] is not None:
                values[name] = read(values[name])
        return cls(**values, unrecorded=unrecorded)


# What stands in place of a fact that was not recorded. Nobody asks it: a condition on it passes nothing.
_PLACEHOLDERS: Mapping[str, object] = {
    "service": None,
    "signed_for_by": None,
    "delivered_to": None,
    "days_since_last_scan": None,
    "days_since_first_order": None,
    "earlier_orders_days": (),
    "earlier_remedies": (),
    "failed_follow_ups_days": (),
    "incident_open": False,
    "asked_by": None,
}
LATER = _PLACEHOLDERS.keys()
"""Names of what facts that were kept earlier lack."""


def _remedies(found: Sequence[Sequence[int]]) -> tuple[EarlierRemedy, ...]:
    return tuple(EarlierRemedy(*one) for one in found)


_READ_LATER: Mapping[str, Callable[[Any], object]] = {
    "signed_for_by": Signer,
    "delivered_to": Place,
    "earlier_orders_days": tuple,
    "earlier_remedies": _remedies,
    "failed_follow_ups_days": tuple,
    "asked_by": Asker,
}


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
        return [list(one) if isinstance(one, tuple) else one for one in value]
    return value.value if isinstance(value, StrEnum) else value


def _money(document: Mapping[str, Any]) -> Money:
    return Money(document["amount_minor"], document["currency"])
