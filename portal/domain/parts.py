"""Parts: what an amount that was paid, or goes back, is made of.

A unit was paid for in parts: the goods, less their discount, their tax, the shipping, its tax, and whatever was paid
beyond the prices. An amount that goes back is taken out of the parts that are left, in proportion, so that no part
ever gives more than it holds and taking all that is left leaves nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple

from portal.domain.errors import AboveEntitlement
from portal.domain.money import share_minor

# Positions among what ``Parts.payable`` gives.
GOODS = (0, 1, 2)
SHIPPING = (3, 4, 5)
GOODS_PRICE = (0, 1)
SHIPPING_PRICE = (3, 4)
SURPLUS = (2, 5)
_CELLS = 6


class Parts(NamedTuple):
    """The parts of an amount, in minor units, none below zero. They add up to ``total``.

    ``goods`` is their price without tax, ``discount`` came off it and is taken away; a surplus is what was paid beyond
    the prices: the interest of an instalment plan, or a difference between a feed's totals and its payments.
    """

    goods: int = 0
    discount: int = 0
    tax: int = 0
    goods_surplus: int = 0
    shipping: int = 0
    shipping_tax: int = 0
    shipping_surplus: int = 0

    @property
    def payable(self) -> tuple[int, int, int, int, int, int]:
        """The parts that money was paid for, the goods less their discount; they add up to the total."""
        return (self.goods - self.discount, *self[2:])

    @property
    def of_goods(self) -> int:
        """What was paid for the goods, tax and surplus included."""
        return self.goods - self.discount + self.tax + self.goods_surplus

    @property
    def of_shipping(self) -> int:
        """What was paid for the shipping, tax and surplus included."""
        return self.shipping + self.shipping_tax + self.shipping_surplus

    @property
    def total(self) -> int:
        """All of it."""
        return self.of_goods + self.of_shipping

    @property
    def taxes(self) -> int:
        """Both taxes."""
        return self.tax + self.shipping_tax

    @property
    def surplus(self) -> int:
        """What was paid beyond the prices."""
        return self.goods_surplus + self.shipping_surplus

    def plus(self, other: "Parts") -> "Parts":
        """Add part by part."""
        return Parts(*map(int.__add__, self, other))

    def minus(self, other: "Parts") -> "Parts":
        """Take away part by part."""
        return Parts(*map(int.__sub__, self, other))

    def left_after(self, given: "Parts") -> "Parts":
        """Tell what is left, never below zero: a feed may lower what was paid after something has gone back."""
        left = [max(held - gone, 0) for held, gone in zip(self, given, strict=True)]
        return Parts(left[0], min(left[1], left[0]), *left[2:])

    def without_surplus(self) -> "Parts":
        """Give the same without what was paid beyond the prices."""
        return self._replace(goods_surplus=0, shipping_surplus=0)


NOTHING = Parts()


def add_up(many: Sequence[Parts]) -> Parts:
    """Add parts."""
    return Parts(*map(sum, zip(*many, strict=True))) if many else NOTHING


def take_out(left: Sequence[Parts], amount: int, cells: Sequence[int]) -> list[Parts]:
    """Take an amount out of some parts of several units, in proportion to what each still holds.

    Largest remainder first, then order. cells: positions among ``Parts.payable``. Raises AboveEntitlement where they
    do not hold as much.
    """
    held = [parts.payable[cell] for parts in left for cell in cells]
    if not 0 <= amount <= sum(held):
        raise AboveEntitlement(amount, sum(held))
    if not amount:
        return [NOTHING] * len(left)
    shares = iter(share_minor(amount, held))
    return [_taken(parts, {cell: next(shares) for cell in cells}) for parts in left]


def _taken(left: Parts, by_cell: dict[int, int]) -> Parts:
    """Name what was taken; with the goods goes as much of their discount as of their price."""
    goods, *rest = (by_cell.get(cell, 0) for cell in range(_CELLS))
    discount = left.discount * goods // (left.goods - left.discount) if goods else 0
    return Parts(goods + discount, discount, *rest)
