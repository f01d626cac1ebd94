"""Plans: how the amount of one remedy is found, and what bounds it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.domain.offers import RemedyKind

Amount = Mapping[str, int]
"""Minor units by currency."""


class RoundWay(StrEnum):
    """Which way an amount is rounded."""

    UP = "up"
    DOWN = "down"
    NEAREST = "nearest"
    """To the nearer multiple, from the middle on upwards."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """Round to multiples of a step."""

    step: Amount
    way: RoundWay

    def of(self, minor: int, currency: str) -> int:
        """Round an amount that is not negative."""
        step = self.step[currency]
        more = {RoundWay.UP: step - 1, RoundWay.DOWN: 0, RoundWay.NEAREST: step // 2}[self.way]
        return (minor + more) // step * step


@dataclass(frozen=True, slots=True)
class CustomerCap:
    """The most that one customer gets in a window of days, with what earlier claims gave.

    of_goodwill: only what was goodwill of that counts.
    """

    most: Amount
    window: int
    of_goodwill: bool

    def left(self, had: int, currency: str) -> int:
        """Tell what of it is left, in minor units, for a customer who had so much."""
        return max(self.most[currency] - had, 0)

    @property
    def counts(self) -> str:
        """Name the fact that tells what earlier claims gave."""
        return "goodwill_value" if self.of_goodwill else "remedies_value"


def part_of_claim(minor: int, line: int, claimed: int) -> int:
    """Give a line its part of an amount for the whole claim, rounded down: the part that was paid for it.

    line and claimed: what was paid for the line and for everything that the claim is about.
    """
    return minor * line // claimed if claimed > line else minor


@dataclass(frozen=True, slots=True)
class OfferPlan:
    """How the amount of one remedy is found: parts in basis points, amounts by currency (None: there is none).

    ``fixed`` stands in place of a share of the goods. What the parts add up to is rounded, and never above what is left
    of them. Then the caps hold: ``cap`` for a line, ``claim_cap`` for all lines of a claim and ``customer_cap`` for all
    claims of a customer; of the last two each line has the part that was paid for it of all that is claimed.
    """

    kind: RemedyKind
    goods: int
    shipping: int
    overpaid: int
    bonus: int
    cap: Amount | None
    bonus_cap: Amount | None
    arrives_in_days: int | None
    expires_in_days: int
    fixed: Amount | None = None
    rounding: Rounding | None = None
    claim_cap: Amount | None = None
    customer_cap: CustomerCap | None = None

    @property
    def reads(self) -> frozenset[str]:
        """Name the facts that its caps ask, beside the amounts that every plan is found from."""
        if self.customer_cap is not None:
            return frozenset({"claimed_value", self.customer_cap.counts})
        return frozenset({"claimed_value"}) if self.claim_cap is not None else frozenset()
