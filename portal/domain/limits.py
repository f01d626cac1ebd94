"""Limits: how often, and how much, is given by itself to one customer, mailbox, card, address or device in a window.

A limit never says no. Over it a person answers, and why is for staff only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from portal.domain.budgets import BudgetPeriod
from portal.domain.offers import PolicyClass


class Subject(StrEnum):
    """Whose remedies are counted together."""

    CUSTOMER = "customer"
    MAILBOX = "mailbox"
    """The mailbox without its tag, because ana+shop@ and ana@ are read by one person."""
    CARD = "card"
    """The card by the provider's fingerprint of it; not known where the provider told none."""
    ADDRESS = "address"
    """Where the order was shipped; not known without a street."""
    DEVICE = "device"
    """The browser that reported, by a random id in its cookie; not known where staff report."""


class ListKind(StrEnum):
    """What an entry of a list does."""

    ALLOW = "allow"
    """Limits do not apply."""
    BLOCK = "block"
    """A person always answers."""


@dataclass(frozen=True, slots=True)
class Limit:
    """So many remedies, or so much of their value, in the last days; one of the two is given, or both.

    value: minor units by currency. Remedies of the same claim do not count against it, its own value does.
    """

    subject: Subject
    within_days: int
    remedies: int | None
    value: Mapping[str, int] | None
    answer_within_hours: int


@dataclass(frozen=True, slots=True)
class EarlierRemedy:
    """A remedy that stands: how many whole days ago it was promised, to whom of this claim, and its value.

    minor: in the claim's currency, None in another one. goodwill_minor: what of it nobody owed; it is asked only while
    an offer is taken, so no document keeps it.
    """

    days_ago: int
    minor: int | None
    subjects: frozenset[Subject]
    goodwill_minor: int | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry of a list that is in force for one of the claim's subjects. ref: its public name."""

    kind: ListKind
    subject: Subject
    ref: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What was known of a claim's subjects and of budgets when policy was asked; frozen beside the facts.

    known: the subjects that were known at all. used: minor units in the claim's currency.
    """

    known: frozenset[Subject]
    earlier: tuple[EarlierRemedy, ...] = ()
    listed: tuple[Listed, ...] = ()
    used: Mapping[tuple[PolicyClass, BudgetPeriod], int] | None = None

    def within(self, subject: Subject, days: int) -> list[EarlierRemedy]:
        """List the remedies of a subject in the last days."""
        return [one for one in self.earlier if subject in one.subjects and one.days_ago <= days]

    def given(self, days: int, *, of_goodwill: bool) -> int:
        """Tell what the customer was given in the last days, in minor units of the claim's currency."""
        found = self.within(Subject.CUSTOMER, days)
        return sum((one.goodwill_minor if of_goodwill else one.minor) or 0 for one in found)

    def used_of(self, policy_class: PolicyClass, period: BudgetPeriod) -> int:
        """Tell what of a budget was used, in minor units."""
        return (self.used or {}).get((policy_class, period), 0)

    def to_document(self) -> dict[str, Any]:
        """Write as a document that JSON can hold; ``from_document`` gives an equal standing."""
        used = sorted((str(name), str(period), minor) for (name, period), minor in (self.used or {}).items())
        document: dict[str, Any] = {"known": sorted(self.known)}
        if self.earlier:
            document["earlier"] = [[one.days_ago, one.minor, sorted(one.subjects)] for one in self.earlier]
        if self.listed:
            document["listed"] = [[one.kind, one.subject, one.ref] for one in self.listed]
        if used:
            document["used"] = [list(one) for one in used]
        return document

    @classmethod
    def from_document(cls, document: Mapping[str, Any] | None) -> "Standing":
        """Read what ``to_document`` wrote; nothing is known of a claim of before it was kept."""
        kept = document or {}
        return cls(
            known=_subjects(kept.get("known", ())),
            earlier=tuple(
                EarlierRemedy(days, minor, _subjects(subjects)) for days, minor, subjects in kept.get("earlier", ())
            ),
            listed=tuple(
                Listed(ListKind(kind), Subject(subject), ref) for kind, subject, ref in kept.get("listed", ())
            ),
            used={(PolicyClass(name), BudgetPeriod(period)): minor for name, period, minor in kept.get("used", ())}
            or None,
        )


def _subjects(names: Iterable[str]) -> frozenset[Subject]:
    return frozenset(Subject(name) for name in names)
