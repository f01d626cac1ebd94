"""The vocabulary: every fact that a rule may ask about, and what kind of question it takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.problems import ParcelState, Problem


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


@dataclass(frozen=True, slots=True)
class FactType:
    """One fact. ``choices`` are its only words, None where any word may come; ``unknown``: it may not be known.

    ``reads`` names the attribute of the facts that it is read from.
    """

    name: str
    kind: FactKind
    choices: frozenset[str] | None = None
    unknown: bool = False
    reads: str = ""


def _all(kind: FactKind, names: str, *, unknown: bool = False) -> tuple[FactType, ...]:
    return tuple(FactType(name, kind, None, unknown, name) for name in names.split())


_FACTS = (
    FactType("problem", FactKind.WORD, frozenset(Problem), reads="problem"),
    FactType("parcel_state", FactKind.WORD, frozenset(ParcelState), reads="parcel_state"),
    *_all(FactKind.WORD, "order_status market"),
    *_all(FactKind.WORD, "left_at ship_to_country ship_to_region vendor category sku carrier", unknown=True),
    *_all(
        FactKind.DAYS,
        "days_since_ordered days_since_promised days_since_handed_over days_since_delivered days_late",
        unknown=True,
    ),
    *_all(
        FactKind.MONEY,
        "line_value goods_value shipping_value claimed_value order_value given_back card_refundable overpaid",
    ),
    *_all(FactKind.SHARE, "claimed_share given_back_share"),
    *_all(FactKind.YES_NO, "signed_by paid evidence second_failure on_behalf out_of_stock"),
    *_all(FactKind.TIMES, "sent_again"),
    *_all(FactKind.WORDS, "payment_methods"),
    FactType("earlier_claims", FactKind.RECENT, reads="earlier_claims_days"),
)

VOCABULARY: Mapping[str, FactType] = {fact.name: fact for fact in _FACTS}
