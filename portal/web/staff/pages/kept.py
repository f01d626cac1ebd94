"""What the pages show of customers kept or lost: each group beside people alike, and what later orders are worth."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.domain.journey import EVERY, HORIZONS, Kept
from portal.domain.kept import enough
from portal.domain.money import Money
from portal.letters.journey import digits, verdict
from portal.letters.language import money, percent
from portal.records.tables.journey import JourneyKept
from portal.web.shared.language import current_locale
from portal.web.shared.language import gettext as _
from portal.web.shared.language import lazy_gettext as lazy
from portal.web.shared.names import PROBLEMS, REMEDIES, named

GROUPS: dict[Kept, Any] = {
    Kept.ALL: lazy("All of them"),
    Kept.REMEDY: lazy("By remedy"),
    Kept.SPEED: lazy("By how soon it was carried out"),
    Kept.OUTCOME: lazy("By what they said of it"),
    Kept.REACHED: lazy("By who spoke first"),
    Kept.SCOPE: lazy("By whose it was"),
    Kept.BEYOND: lazy("Not ours, by what it was"),
}
_VALUES: dict[Kept, dict[str, Any]] = {
    Kept.ALL: {"": lazy("Who reported a problem")},
    Kept.REMEDY: {**REMEDIES, "several": lazy("Several"), "none": lazy("None")},
    Kept.SPEED: {
        "quick": lazy("Within two days"),
        "slow": lazy("Later"),
        "none": lazy("Not carried out"),
    },
    Kept.OUTCOME: {
        "restored": lazy("Restored"),
        "failed_again": lazy("It was not right"),
        "not_known": lazy("Not known"),
    },
    Kept.REACHED: {"first": lazy("We told them first"), "told_us": lazy("They told us")},
    Kept.SCOPE: {"beyond": lazy("Not ours, mended anyway"), "ours": lazy("Anything else")},
    Kept.BEYOND: PROBLEMS,
}
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Worth:
    """What the later orders of one customer came to: theirs, of people alike, and the interval of the difference."""

    theirs: Money
    usual: Money
    between: str


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A group. Shares and difference are empty where they are too few to tell; alike: as how many people count."""

    name: str
    reported: int
    matched: int
    alike: int
    share: str
    usual: str
    difference: str
    verdict: str
    worths: tuple[Worth, ...]


@dataclass(frozen=True, slots=True)
class KeptTable:
    """One way to tell them apart."""

    code: str
    heading: str
    rows: tuple[KeptRow, ...]


@dataclass(frozen=True, slots=True)
class Horizon:
    """Everything within so many days."""

    days: int
    tables: tuple[KeptTable, ...]


def horizons(rows: Sequence[JourneyKept]) -> tuple[Horizon, ...]:
    """Show what was compared, the shorter time first; a time of which nobody has the days behind them is left out."""
    shown = []
    for days in HORIZONS:
        of_days = [one for one in rows if one.days == days]
        if of_days:
            shown.append(Horizon(days, tuple(_tables(of_days, days))))
    return tuple(shown)


def _tables(rows: Sequence[JourneyKept], days: int) -> Iterable[KeptTable]:
    for kind, heading in GROUPS.items():
        of_kind = {(one.value, one.currency): one for one in rows if one.grouped_by == kind.value}
        values = [value for value in _ordered(kind, of_kind) if (value, EVERY) in of_kind]
        if values:
            table = tuple(_row(kind, value, of_kind) for value in values)
            yield KeptTable(f"{kind.value}-{days}", str(heading), table)


def _ordered(kind: Kept, rows: Mapping[tuple[str, str], JourneyKept]) -> list[str]:
    """List the values of a kind in the order of their names here, any other behind them."""
    known = list(_VALUES[kind])
    return known + sorted({value for value, _ in rows} - set(known))


def _row(kind: Kept, value: str, rows: Mapping[tuple[str, str], JourneyKept]) -> KeptRow:
    one, locale = rows[value, EVERY], current_locale()
    name = named(_VALUES[kind], value) if value in _VALUES[kind] else value
    told = (one.share, one.usual, one.low, one.high)
    if None in told or not enough(one.matched, one.alike):
        return KeptRow(str(name), one.reported, one.matched, round(one.alike), "", "", "", "", ())
    share, usual, low, high = (number or 0.0 for number in told)
    return KeptRow(
        name=str(name),
        reported=one.reported,
        matched=one.matched,
        alike=round(one.alike),
        share=percent(share, locale),
        usual=percent(usual, locale),
        difference=_points(share - usual, low, high, locale),
        verdict=verdict(low, high, locale),
        worths=tuple(_worths(one for (of, currency), one in sorted(rows.items()) if of == value and currency != EVERY)),
    )


def _points(difference: float, low: float, high: float, locale: str) -> str:
    """Write a difference of shares in points of 100, with its interval."""
    said = [f"{'+' if number > 0 else ''}{digits(number * _HUNDRED, locale)}" for number in (difference, low, high)]
    return _("%(difference)s (%(low)s to %(high)s)", difference=said[0], low=said[1], high=said[2])


def _worths(rows: Iterable[JourneyKept]) -> Iterable[Worth]:
    locale = current_locale()
    for one in rows:
        ends = (one.worth_low_minor, one.worth_high_minor)
        if one.worth_minor is None or one.usual_worth_minor is None or None in ends:
            continue
        if enough(one.matched, one.alike):
            low, high = (money(Money(end or 0, one.currency), locale) for end in ends)
            theirs, usual = Money(one.worth_minor, one.currency), Money(one.usual_worth_minor, one.currency)
            yield Worth(theirs, usual, _("difference between %(low)s and %(high)s", low=low, high=high))
