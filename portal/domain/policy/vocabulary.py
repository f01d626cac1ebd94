"""The vocabulary: every fact that a rule may ask about, and what kind of question it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.facts import LATER, Asker
from portal.domain.problems import ParcelState, Problem
from portal.domain.received import Place, Signer


class FactKind(StrEnum):
    """What a fact is, and so what may be asked of it."""

    DAYS = "days"
    """Whole days, negative ones too, or not known: a range, known, unknown."""
    TIMES = "times"
    """A count from nothing on: a range."""
    SHARE = "share"
    """A part of a whole in basis points: a range in percent."""
    YES_NO = "yes_no"
    WORD = "word"
    """One word, or with ``unknown`` none: a list, none of a list, known, unknown."""
    WORDS = "words"
    """Several words at once: any of a list, none of it, only words of it."""
    MONEY = "money"
    """An amount of the order's currency: a range between named amounts, some, none."""
    RECENT = "recent"
    """How long ago in days each of several things was: a range of how many lie within a window of days."""
    RECENT_MONEY = "recent_money"
    """The same with what each was worth: a range between named amounts of what they add up to within a window."""
    DATE = "date"
    """A day of the calendar, in UTC: a range of dates."""


LONGEST_WINDOW = 365
"""Days of a customer's history that are looked at; a window of facts that were added with it is never wider."""
MOST_COUNTED = 100
"""How many things of each kind are counted at most."""


@dataclass(frozen=True, slots=True)
class FactType:
    """One fact. ``choices`` are its only words, None where any word may come; ``unknown``: it may not be known.

    ``reads`` names the attribute of the facts that it is read from, ``kept`` the one that is kept, where it is another.
    """

    name: str
    kind: FactKind
    choices: frozenset[str] | None = None
    unknown: bool = False
    reads: str = ""
    kept: str = ""

    @property
    def may_lack(self) -> bool:
        """Tell whether facts that were kept earlier lack it; then it is asked of none of them."""
        return (self.kept or self.reads) in LATER


def _all(kind: FactKind, names: str, *, unknown: bool = False) -> tuple[FactType, ...]:
    return tuple(FactType(name, kind, None, unknown, name) for name in names.split())


_FACTS = (
    FactType("problem", FactKind.WORD, frozenset(Problem), reads="problem"),
    FactType("parcel_state", FactKind.WORD, frozenset(ParcelState), reads="parcel_state"),
    *_all(FactKind.WORD, "order_status market"),
    *_all(FactKind.WORD, "left_at ship_to_country ship_to_region vendor category sku carrier service", unknown=True),
    FactType("signed_for_by", FactKind.WORD, frozenset(Signer), unknown=True, reads="signed_for_by"),
    FactType("delivered_to", FactKind.WORD, frozenset(Place), unknown=True, reads="delivered_to"),
    FactType("asked_by", FactKind.WORD, frozenset(Asker), reads="asked_by"),
    *_all(
        FactKind.DAYS,
        "days_since_ordered days_since_promised days_since_handed_over days_since_last_scan days_since_delivered "
        "days_late",
        unknown=True,
    ),
    *_all(FactKind.DAYS, "days_since_first_order"),
    *_all(
        FactKind.MONEY,
        "line_value goods_value shipping_value claimed_value order_value given_back card_refundable overpaid",
    ),
    *_all(FactKind.SHARE, "claimed_share given_back_share"),
    *_all(FactKind.YES_NO, "signed_by paid evidence second_failure on_behalf out_of_stock incident_open"),
    *_all(FactKind.TIMES, "sent_again"),
    *_all(FactKind.WORDS, "payment_methods"),
    *_all(FactKind.DATE, "today"),
    FactType("earlier_claims", FactKind.RECENT, reads="earlier_claims_days"),
    FactType("earlier_orders", FactKind.RECENT, reads="earlier_orders_days"),
    FactType("failed_follow_ups", FactKind.RECENT, reads="failed_follow_ups_days"),
    FactType("earlier_remedies", FactKind.RECENT, reads="earlier_remedies_days", kept="earlier_remedies"),
    FactType("remedies_value", FactKind.RECENT_MONEY, reads="remedies_given", kept="earlier_remedies"),
    FactType("goodwill_value", FactKind.RECENT_MONEY, reads="goodwill_given", kept="earlier_remedies"),
)

VOCABULARY: Mapping[str, FactType] = {fact.name: fact for fact in _FACTS}
COUNTED = frozenset({FactKind.RECENT, FactKind.RECENT_MONEY})
"""Kinds that are asked about within a window of days."""
