"""What was really paid for each unit of each line, part by part: the ground of every entitlement.

The payments decide, not the price list. Where they are more than the lines add up to, the surplus belongs to the
lines in proportion; where they are less, every part is less in proportion. So refunding every unit of every line
gives exactly what was paid, and no tax, shipping or price is ever given back above what was asked for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.money import Money, share_minor
from portal.domain.parts import NOTHING, Parts, add_up

_PAYABLE = len(NOTHING.payable)


@dataclass(frozen=True, slots=True)
class LinePrice:
    """What one line should have cost, in minor units for the whole line.

    Tax stands on top of the prices, or inside them where ``tax_included``; ``tax`` is that of the discounted goods.
    """

    quantity: int
    unit_price: int
    discount: int
    tax: int
    shipping: int
    shipping_tax: int
    tax_included: bool = False

    @property
    def parts(self) -> Parts:
        """The parts of the price. A discount above the goods' price comes off the shipping, and then off the taxes."""
        listed = self.quantity * self.unit_price
        discount = min(self.discount, listed)
        shipping, rest = _less(self.shipping, self.discount - discount)
        if self.tax_included:
            tax, shipping_tax = min(self.tax, listed - discount), min(self.shipping_tax, shipping)
            return Parts(listed - tax, discount, tax, 0, shipping - shipping_tax, shipping_tax)
        tax, rest = _less(self.tax, rest)
        return Parts(listed, discount, tax, 0, shipping, _less(self.shipping_tax, rest)[0])

    @property
    def goods(self) -> int:
        """The goods with their tax, less their discount."""
        return self.parts.of_goods

    @property
    def carriage(self) -> int:
        """The shipping with its tax."""
        return self.parts.of_shipping


@dataclass(frozen=True, slots=True)
class LinePaid:
    """What was paid for a line, shared evenly over its units."""

    quantity: int
    parts: Parts

    def of_units(self, numbers: Sequence[int]) -> list[Parts]:
        """Tell what was paid for some units, named by their numbers from 1.

        Where a part does not divide evenly, its odd minor units are dealt on from where those of the part before it
        ended, so that no two units differ by more than one in all.
        """
        shares, start = [], 0
        for whole in (*self.parts.payable, self.parts.discount):
            each, odd = divmod(whole, self.quantity)
            shares.append((each, odd, start))
            start = (start + odd) % self.quantity
        return [self._of_unit(number, shares) for number in numbers]

    def _of_unit(self, number: int, shares: Sequence[tuple[int, int, int]]) -> Parts:
        paid, *rest, discount = (
            each + ((number - 1 - start) % self.quantity < odd) for each, odd, start in shares
        )  # fmt: skip
        return Parts(paid + discount, discount, *rest)


def lines_total(prices: Sequence[LinePrice]) -> int:
    """Add up what the lines should have cost, in minor units."""
    return sum(price.parts.total for price in prices)


def paid_for_lines(prices: Sequence[LinePrice], captured: Money) -> list[LinePaid]:
    """Share what was captured over the parts of all lines; it adds up to exactly that."""
    asked = [price.parts for price in prices]
    surplus = captured.minor - add_up(asked).total
    paid = _with_surplus(asked, surplus) if surplus >= 0 else _scaled_down(asked, captured.minor)
    return [LinePaid(price.quantity, parts) for price, parts in zip(prices, paid, strict=True)]


def _with_surplus(asked: Sequence[Parts], surplus: int) -> list[Parts]:
    if not surplus or not asked:
        return list(asked)
    weights = [side for parts in asked for side in (parts.of_goods, parts.of_shipping)]
    # Where nothing was asked for, whatever was paid was paid for the goods.
    shares = share_minor(surplus, weights if any(weights) else [1, 0] * len(asked))
    return [
        parts._replace(goods_surplus=goods, shipping_surplus=shipping)
        for parts, goods, shipping in zip(asked, shares[::2], shares[1::2], strict=True)
    ]


def _scaled_down(asked: Sequence[Parts], captured: int) -> list[Parts]:
    shares = share_minor(captured, [cell for parts in asked for cell in parts.payable])
    rows = (shares[at : at + _PAYABLE] for at in range(0, len(shares), _PAYABLE))
    return [Parts(row[0] + parts.discount, parts.discount, *row[1:]) for parts, row in zip(asked, rows, strict=True)]


def _less(amount: int, off: int) -> tuple[int, int]:
    """Take something off, never below zero; give what stays, and what of it is still to come off elsewhere."""
    taken = min(amount, off)
    return amount - taken, off - taken


def free_units(quantity: int, taken: frozenset[int]) -> list[int]:
    """List the unit numbers (from 1) of a line that no live claim speaks for."""
    return [unit for unit in range(1, quantity + 1) if unit not in taken]
