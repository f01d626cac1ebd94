"""Kept or lost: whether those who reported a problem bought again as often as people alike who had not.

Coarsened exact matching (Iacus, King and Porro 2012): both are put into cells of what is alike about them, a cell with
only one kind is left out, and the others are weighed so that they lie over the cells as those who reported do. What
weights cost is told by the effective number of people (Kish 1965), in which the orders of one person count as one. The
interval of the difference of two shares is Newcombe's (1998). Nothing is drawn by chance, so that the same orders give
the same numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from portal.domain.intervals import Z, difference_interval, share_interval
from portal.domain.journey import EVERY, Kept
from portal.domain.kept import Alike, Compared


@dataclass(slots=True)
class _Sums:
    """Orders of one cell, added up."""

    count: int = 0
    persons: float = 0.0
    bought: int = 0
    worth: float = 0.0
    squares: float = 0.0

    def add(self, some: Alike) -> None:
        """Add some more."""
        self.count += some.count
        self.persons += some.persons
        self.bought += some.bought
        self.worth += some.worth
        self.squares += some.worth_squared


_Cells = Mapping[str, _Sums]
_Key = tuple[int, Kept, str, str]


def compare(people: Iterable[Alike]) -> list[Compared]:
    """Compare each group of those who reported with people alike, by what each of HORIZONS tells.

    Shares are told for all currencies together and for each; what later orders are worth only for each.
    """
    others: dict[int, dict[str, _Sums]] = defaultdict(lambda: defaultdict(_Sums))
    groups: dict[_Key, dict[str, _Sums]] = defaultdict(lambda: defaultdict(_Sums))
    for some in people:
        if some.told_by is None:
            others[some.days][some.cell].add(some)
            continue
        for kind, value in some.told_by.items():
            for currency in (EVERY, some.currency):
                groups[some.days, kind, value, currency][some.cell].add(some)
    return [_compared(key, cells, others[key[0]]) for key, cells in sorted(groups.items())]


def _compared(key: _Key, cells: _Cells, others: _Cells) -> Compared:
    days, kind, value, currency = key
    reported = sum(one.count for one in cells.values())
    pairs = [(one, others[cell]) for cell, one in cells.items() if cell in others]
    matched = sum(one.count for one, _ in pairs)
    if not matched:
        return Compared(days, kind, value, currency, reported, 0, 0.0)
    weights = [one.count / matched for one, _ in pairs]
    # So many people without weights would tell as much.
    alike = 1 / sum(weight**2 / other.persons for weight, (_, other) in zip(weights, pairs, strict=True))
    share = sum(one.bought for one, _ in pairs) / matched
    usual = sum(weight * other.bought / other.count for weight, (_, other) in zip(weights, pairs, strict=True))
    usual = min(max(usual, 0.0), 1.0)
    difference = difference_interval(share_interval(share, matched), share_interval(usual, alike))
    worths = (None,) * 4 if currency == EVERY else _worth(pairs, weights, matched, alike)
    return Compared(
        days, kind, value, currency, reported, matched, alike, share, usual, difference.low, difference.high, *worths
    )


def _worth(
    pairs: list[tuple[_Sums, _Sums]], weights: list[float], matched: int, alike: float
) -> tuple[int, int, int, int]:
    """Give what later orders are worth for each customer, that of people alike, and the difference's interval."""
    mean = sum(one.worth for one, _ in pairs) / matched
    spread = max(sum(one.squares for one, _ in pairs) / matched - mean**2, 0.0) / matched
    weighed = list(zip(weights, (other for _, other in pairs), strict=True))
    usual = sum(weight * other.worth / other.count for weight, other in weighed)
    squares = sum(weight * other.squares / other.count for weight, other in weighed)
    width = Z * sqrt(spread + max(squares - usual**2, 0.0) / alike)
    difference = mean - usual
    return round(mean), round(usual), round(difference - width), round(difference + width)
