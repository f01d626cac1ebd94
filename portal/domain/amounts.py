"""What was really paid for each unit of each line: the ground of every entitlement.

The payments decide, not the price list: what was captured is shared over the lines by what each should have cost,
so that a cent of difference or an instalment's interest belongs to the lines in proportion, and refunding every
unit of every line gives exactly what was paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.money import Money, total


@dataclass(frozen=True, slots=True)
class LinePrice:
    """What one line should have cost, in minor units for the whole line. Tax stands on top of prices."""

    quantity: int
    unit_price: int
    discount: int
    tax: int
    shipping: int
    shipping_tax: int

    @property
    def goods(self) -> int:
        """The goods with their tax, less their discount; never below zero."""
        return max(self.quantity * self.unit_price - self.discount + self.tax, 0)

    @property
    def carriage(self) -> int:
        """The shipping with its tax."""
        return self.shipping + self.shipping_tax


@dataclass(frozen=True, slots=True)
class UnitPaid:
    """What was paid for one unit: the goods, and its share of the shipping."""

    goods: Money
    shipping: Money

    @property
    def whole(self) -> Money:
        """Goods and shipping together."""
        return self.goods + self.shipping


def lines_total(prices: Sequence[LinePrice]) -> int:
    """Add up what the lines should have cost, in minor units."""
    return sum(price.goods + price.carriage for price in prices)


def paid_per_unit(prices: Sequence[LinePrice], captured: Money) -> list[list[UnitPaid]]:
    """Share what was captured over lines, then goods and shipping, then units. Returns one list of units per line."""
    if not prices:
        return []
    per_line = captured.share([price.goods + price.carriage for price in prices])
    return [_units(price, paid) for price, paid in zip(prices, per_line, strict=True)]


def _units(price: LinePrice, paid: Money) -> list[UnitPaid]:
    weights = [price.goods, price.carriage] if price.goods + price.carriage else [1, 0]
    goods, shipping = paid.share(weights)
    even = [1] * price.quantity
    return [UnitPaid(g, s) for g, s in zip(goods.share(even), shipping.share(even), strict=True)]


def free_units(quantity: int, taken: frozenset[int]) -> list[int]:
    """List the unit numbers (from 1) of a line that no live claim speaks for."""
    return [unit for unit in range(1, quantity + 1) if unit not in taken]


def paid_for(units: Sequence[UnitPaid], numbers: Sequence[int], currency: str) -> UnitPaid:
    """Add up what was paid for some units, named by their numbers from 1."""
    chosen = [units[number - 1] for number in numbers]
    return UnitPaid(total([u.goods for u in chosen], currency), total([u.shipping for u in chosen], currency))
