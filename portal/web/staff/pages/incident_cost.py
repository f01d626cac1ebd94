"""What an incident cost, what of it came back, and what is left, for each currency."""

from collections.abc import Iterable
from dataclasses import dataclass

from portal.domain.money import Money, zero
from portal.records.incident_claims import Cost


@dataclass(frozen=True, slots=True)
class CostView:
    """One currency. taken_back: what was given in error and came back; it is out of the cost already."""

    cost: Money
    taken_back: Money
    recovered: Money

    @property
    def net(self) -> Money:
        """What it cost us in the end."""
        return self.cost - self.recovered


def costs_of(costs: Iterable[Cost], recovered: Iterable[Money]) -> tuple[CostView, ...]:
    """Put what came back beside what it cost; what came in a currency in which nothing was paid stands alone."""
    paid, came = {one.cost.currency: one for one in costs}, {one.currency: one for one in recovered}
    return tuple(_view(currency, paid.get(currency), came.get(currency)) for currency in sorted({*paid, *came}))


def _view(currency: str, paid: Cost | None, came: Money | None) -> CostView:
    nothing = zero(currency)
    return CostView(paid.cost if paid else nothing, paid.taken_back if paid else nothing, came or nothing)
