"""Entitlement: what of an order was paid, what of it has gone back, and what the next remedy may still take.

Everything is kept by unit and part, so partial remedies may come in any split and order, fail and be freed again:
no part of any unit ever gives more than was paid for it, and giving back all that is left gives exactly the rest.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.domain.errors import AboveEntitlement
from portal.domain.money import share_minor
from portal.domain.paid import LinePaid
from portal.domain.parts import (
    GOODS,
    GOODS_PRICE,
    NOTHING,
    SHIPPING,
    SHIPPING_PRICE,
    SURPLUS,
    Parts,
    add_up,
    take_out,
)

# A line's key and the number of one of its units, from 1.
Unit = tuple[int, int]
# What goes back, or has gone back, by unit.
Given = dict[Unit, Parts]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a remedy is to give, in minor units: for the goods, for the shipping, and of what was overpaid.

    ``prices_only``, which follows where something was overpaid, leaves the surplus of the units alone: a report of a
    wrong charge names it apart.
    """

    goods: int
    shipping: int
    overpaid: int = 0
    prices_only: bool = False

    @property
    def total(self) -> int:
        """All of it."""
        return self.goods + self.shipping + self.overpaid


class Entitlement:
    """What the units of one order can still give back.

    paid: by the line's key. given: what has gone back or is on its way, a remedy at a time. elsewhere: minor units
    that went back without a remedy of ours, whatever they were for; they lower what the order as a whole can give.
    """

    def __init__(self, paid: Mapping[int, LinePaid], given: Iterable[Given] = (), *, elsewhere: int = 0) -> None:
        """Start with what was paid, less what has gone back."""
        self._paid = dict(paid)
        self._given: Given = {}
        self._can_give = sum(line.parts.total for line in self._paid.values()) - elsewhere
        for one in given:
            self._count(one)

    @property
    def can_give(self) -> int:
        """The most that the order as a whole can still give back, in minor units."""
        return max(self._can_give, 0)

    def left(self, line: int, units: Sequence[int]) -> list[Parts]:
        """Tell what is left of some units of a line, one by one."""
        paid = self._paid[line].of_units(units)
        return [parts.left_after(self.given_for(line, unit)) for unit, parts in zip(units, paid, strict=True)]

    def given_for(self, line: int, unit: int) -> Parts:
        """Tell what has gone back of one unit."""
        return self._given.get((line, unit), NOTHING)

    def surplus_left(self, *, spoken_for: frozenset[Unit] = frozenset()) -> int:
        """Add up what was paid beyond the prices and is left, without the units that somebody else speaks for."""
        return sum(parts.surplus for unit, parts in self._with_surplus() if unit not in spoken_for)

    def take(
        self, line: int, units: Sequence[int], wanted: Wanted, *, spoken_for: frozenset[Unit] = frozenset()
    ) -> Given:
        """Take what a remedy gives, in proportion to what is left of its units, and say of which parts it is.

        spoken_for: units whose surplus is not taken for an overpaid amount. Raises AboveEntitlement, and then nothing
        is taken.
        """
        if wanted.total > self.can_give:
            raise AboveEntitlement(wanted.total, self.can_give)
        left = self.left(line, units)
        prices_only = wanted.prices_only or wanted.overpaid > 0
        goods = take_out(left, wanted.goods, GOODS_PRICE if prices_only else GOODS)
        shipping = take_out(left, wanted.shipping, SHIPPING_PRICE if prices_only else SHIPPING)
        both = map(Parts.plus, goods, shipping)
        taken: Given = {(line, unit): parts for unit, parts in zip(units, both, strict=True) if parts.total}
        taken = add_given([taken, self._overpaid(wanted.overpaid, spoken_for)])
        self._count(taken)
        return taken

    def free(self, given: Given) -> None:
        """Count something as not gone back after all."""
        for unit, parts in given.items():
            self._given[unit] = self._given.get(unit, NOTHING).minus(parts)
            self._can_give += parts.total

    def _overpaid(self, amount: int, spoken_for: frozenset[Unit]) -> Given:
        if not amount:
            return {}
        held = {unit: parts for unit, parts in self._with_surplus() if unit not in spoken_for}
        return dict(zip(held, take_out(list(held.values()), amount, SURPLUS), strict=True))

    def _with_surplus(self) -> Iterable[tuple[Unit, Parts]]:
        for line, paid in self._paid.items():
            if paid.parts.surplus:
                numbers = range(1, paid.quantity + 1)
                yield from (
                    ((line, unit), parts) for unit, parts in zip(numbers, self.left(line, numbers), strict=True)
                )

    def _count(self, given: Given) -> None:
        for unit, parts in given.items():
            self._given[unit] = self._given.get(unit, NOTHING).plus(parts)
            self._can_give -= parts.total


def in_proportion(left: Sequence[Parts], amount: int, *, overpaid: int | None = None) -> Wanted:
    """Want an amount of units without saying what for: each side gives in proportion to what it still holds.

    overpaid: what of the order's surplus is left, where it is named apart from the prices. Raises AboveEntitlement.
    """
    held = add_up(left) if overpaid is None else add_up(left).without_surplus()
    sides = [held.of_goods, held.of_shipping, overpaid or 0]
    if not 0 <= amount <= sum(sides):
        raise AboveEntitlement(amount, sum(sides))
    goods, shipping, surplus = share_minor(amount, sides)
    return Wanted(goods, shipping, surplus, prices_only=overpaid is not None)


def add_given(many: Iterable[Given]) -> Given:
    """Add up what goes back, unit by unit."""
    whole: Given = {}
    for given in many:
        for unit, parts in given.items():
            whole[unit] = whole.get(unit, NOTHING).plus(parts)
    return whole


def split_given(given: Given, amounts: Sequence[int]) -> list[Given]:
    """Split what a remedy gives over its effects, whose amounts add up to it: each gets its own parts."""
    split, left = [], dict(given)
    for amount in amounts:
        taken = dict(zip(left, take_out(list(left.values()), amount, (*GOODS, *SHIPPING)), strict=True))
        left = {unit: parts.minus(taken[unit]) for unit, parts in left.items()}
        split.append({unit: parts for unit, parts in taken.items() if parts.total})
    return split


def sum_of(given: Given) -> Parts:
    """Add up what goes back, part by part."""
    return add_up(list(given.values()))


def to_document(given: Given) -> dict[str, Any]:
    """Write as a document that JSON can hold: by line its units, and of each part what each of them gives."""
    by_line: dict[int, list[int]] = {}
    for line, unit in sorted(given):
        by_line.setdefault(line, []).append(unit)
    return {
        str(line): {"units": units, **_columns([given[line, unit] for unit in units])}
        for line, units in by_line.items()
    }


def from_document(document: Mapping[str, Any]) -> Given:
    """Read what ``to_document`` wrote."""
    given: Given = {}
    for line, columns in document.items():
        for at, unit in enumerate(columns["units"]):
            named = {name: columns[name][at] for name in Parts._fields if name in columns}
            given[int(line), unit] = Parts(**named)
    return given


def _columns(rows: Sequence[Parts]) -> dict[str, list[int]]:
    columns = {name: list(column) for name, column in zip(Parts._fields, zip(*rows, strict=True), strict=True)}
    return {name: column for name, column in columns.items() if any(column)}
