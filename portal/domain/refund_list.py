"""What a person knows of a refund of unknown outcome: the provider's list, when it was read, and what may follow."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from portal.domain.errors import AmendsError, MovedOn
from portal.domain.money import Money
from portal.domain.ports import ProviderState, RefundAnswer

# What a person decides on was read as long ago at most.
FRESH_FOR = timedelta(minutes=15)
_ALIVE = frozenset({ProviderState.PENDING, ProviderState.REQUIRES_ACTION, ProviderState.SUCCEEDED})


class ListIsOld(AmendsError):
    """The provider's list was not read just before; it is to be read again first."""


class Way(StrEnum):
    """How a person ends the doubt."""

    ADOPT = "adopt"
    """It is there: this one of the list is ours."""
    GIVE_UP = "give_up"
    """It is not there: it is owed again, and goes another way."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One refund of a payment in the provider's list. ours: the ref of our refund, where it carries one."""

    provider_ref: str
    amount_minor: int
    currency: str
    state: str
    ours: str | None

    @classmethod
    def of(cls, answer: RefundAnswer) -> "Listed":
        """Keep what the provider said."""
        return cls(
            answer.provider_ref, answer.amount.minor, answer.amount.currency, answer.state.value, answer.refund_ref
        )

    def fits(self, amount: Money) -> bool:
        """Tell whether this may be a refund of ours that lost its name: alive, nobody's, and of exactly that sum."""
        return self.ours is None and self.state in _ALIVE and Money(self.amount_minor, self.currency) == amount


@dataclass(frozen=True, slots=True)
class ListRead:
    """The list as it was read for a trouble."""

    read_at: datetime
    listed: tuple[Listed, ...]

    def to_detail(self) -> dict[str, Any]:
        """Write as the trouble keeps it."""
        return {"read_at": self.read_at.isoformat(), "listed": [asdict(one) for one in self.listed]}

    @classmethod
    def from_detail(cls, detail: Mapping[str, Any]) -> "ListRead | None":
        """Read what a trouble keeps; nothing where no list was read."""
        if not detail.get("read_at"):
            return None
        return cls(datetime.fromisoformat(detail["read_at"]), tuple(Listed(**one) for one in detail["listed"]))

    def is_fresh(self, now: datetime) -> bool:
        """Tell whether it was read just before."""
        return now - self.read_at <= FRESH_FOR

    def named(self, provider_ref: str, amount: Money) -> Listed:
        """Find the one that a person chose; raise MovedOn where it is not there or cannot be ours."""
        for one in self.listed:
            if one.provider_ref == provider_ref and one.fits(amount):
                return one
        raise MovedOn(provider_ref)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What one person wants and a second one confirms. It holds for this list alone, whenever that was read."""

    way: Way
    provider_ref: str
    by_staff_id: int

    def to_detail(self) -> dict[str, Any]:
        """Write as the trouble keeps it."""
        return {"way": self.way.value, "provider_ref": self.provider_ref, "by": self.by_staff_id}

    @classmethod
    def from_detail(cls, detail: Mapping[str, Any]) -> "Proposal | None":
        """Read what a trouble keeps; nothing where nothing was proposed."""
        kept = detail.get("proposal")
        return cls(Way(kept["way"]), kept["provider_ref"], kept["by"]) if kept else None
