"""Count what the watch finds in many made years, beside the most that any test could."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from portal.analysis.patterns.bounds import best_power
from portal.analysis.patterns.counting import Words
from portal.analysis.patterns.daily import settings_of
from portal.analysis.patterns.trial import Drawn, Injected, Plan, days_to_find, live_through, told_apart
from portal.domain.patterns import DIMENSIONS, STAKES, Measure

_YEAR = 365
_LEARNING = 180
# Faults are waited for that long after they begin.
_WAITED = 84
_LOOKS_A_YEAR = 26
# About so many cells are watched in a shop of the tested size; the bound shares its false alarms over them.
_CELLS = 400
# Real orders tell of lateness alone, so that is what is tried, with what is staked on it.
_AS_LATE = settings_of(Measure.LATE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many runs found it in time, the middle run's day (none where that one did not), and how many cells."""

    in_time: int
    middle_day: int | None
    watched: int


def drawn_from(units: Iterable[tuple[Mapping[str, str], bool]]) -> Drawn:
    """Put real units into arrays."""
    words, codes, failed = Words(), [], []
    for told, late in units:
        codes.append([words.code(place, told[name]) for place, name in enumerate(DIMENSIONS)])
        failed.append(late)
    return Drawn(np.array(codes, dtype=np.int64), np.array(failed, dtype=np.float64))


def found_within(drawn: Drawn, fault: Injected, *, runs: int, units_a_year: int, days: int) -> Outcome:
    """Put a fault into so many made shops."""
    plan = Plan(units_a_year, fault.from_day + _WAITED, injected=fault)
    found = [days_to_find(live_through(drawn, plan, seed, _AS_LATE), fault) for seed in range(runs)]
    ranked = sorted(float("inf") if day is None else day for day in found)
    middle = ranked[(runs - 1) // 2]
    in_time = sum(day is not None and day <= days for day in found)
    return Outcome(in_time, None if middle == float("inf") else int(middle), _CELLS)


def false_alarms(drawn: Drawn, *, years: int, units_a_year: int, real_outcomes: bool) -> tuple[float, float]:
    """Give the alarms a year of shops in which nothing changes, after half a year: cells, and told apart."""
    plan = Plan(units_a_year, _LEARNING + _YEAR, real_outcomes=real_outcomes)
    cells = apart = 0
    for seed in range(years):
        alarms = live_through(drawn, plan, 10_000 + seed, _AS_LATE)
        cells += sum(alarm.day >= _LEARNING for alarm in alarms)
        apart += told_apart(alarms, after=_LEARNING)
    return cells / years, apart / years


def bound_of(fault: Injected, *, days: int, cells: int) -> float:
    """Give the most power of any test within so many days, where what is staked is shared by so many cells."""
    exposure = round(fault.a_week * days / 7)
    return best_power(
        exposure, fault.usual, fault.usual * fault.times, false_alarms=STAKES[Measure.LATE] / _LOOKS_A_YEAR / cells
    )
