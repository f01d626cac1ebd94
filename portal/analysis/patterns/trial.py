"""Try the watch on made years: orders drawn from real ones, known faults put in, and what is found counted.

A unit is drawn from the real ones with all its words, and fails by the rate of its stratum (nothing but the mix is to
be found then, so whatever is found is false) or, to ``real_outcomes``, mostly as the real one did, so that vendors and
lanes differ as they really do. Seasons raise and lower all rates together.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from portal.analysis.patterns.counting import Strata, Units, day_of, parts_of
from portal.analysis.patterns.evidence import Numbers
from portal.analysis.patterns.watching import Settings, Watch, add_day
from portal.domain.patterns import DIMENSIONS

REGION = DIMENSIONS.index("region")
# Findings that share a word with one of the last four weeks are one alarm: a person looks once.
_ONE_ALARM_DAYS = 28
_MIX_OF_REAL = 0.9
# The middle of the fortnight in which faults are looked for: rates are rising then, and usual on average.
_USUAL_SEASON = 257


@dataclass(frozen=True, slots=True)
class Drawn:
    """Real units: codes of their words by dimension, and whether each failed."""

    codes: NDArray[np.int64]
    failed: Numbers

    def mix_rates(self) -> Numbers:
        """Give how often each unit's region fails in the whole."""
        strata = Strata(year_days=float("inf"))
        strata.learn(Units(self.codes, self.codes[:, REGION], np.ones(len(self.codes)), self.failed))
        return strata.rates(self.codes[:, REGION])


@dataclass(frozen=True, slots=True)
class Injected:
    """A cell that is put in: a vendor or lane of its own, its units a week, usual rate, and how often then."""

    dimension: str
    a_week: float
    usual: float
    times: float
    from_day: int

    @property
    def code(self) -> int:
        """Give a code that no real word has."""
        return 1_000_000


@dataclass(frozen=True, slots=True)
class Plan:
    """One made shop: how many units a year, for how many days, and whether real outcomes are kept."""

    units_a_year: int
    days: int
    real_outcomes: bool = False
    injected: Injected | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """A finding: on which day, and the cell by dimension and code."""

    day: int
    cell: tuple[tuple[int, int], ...]


def live_through(drawn: Drawn, plan: Plan, seed: int, settings: Settings) -> list[Alarm]:
    """Live through a made shop day by day, and give what was found; the same seed gives the same."""
    random, watch, strata = np.random.default_rng(seed), Watch(), Strata()
    mixed = drawn.mix_rates()
    rates = _MIX_OF_REAL * drawn.failed + (1 - _MIX_OF_REAL) * mixed if plan.real_outcomes else mixed
    alarms: list[Alarm] = []
    for number in range(plan.days):
        units = _units(drawn, rates, plan, number, random)
        usual = strata.rates(units.strata)
        day = day_of(units, usual, number, watch, fewest=settings.fewest_a_month / 2)
        found = add_day(watch, day, settings)
        strata.learn(units)
        alarms += [Alarm(number, parts_of(int(watch.keys[place]))) for place in found.places]
    return alarms


def _units(drawn: Drawn, rates: Numbers, plan: Plan, day: int, random: np.random.Generator) -> Units:
    phase = 2 * np.pi * (day - _USUAL_SEASON)
    season = np.exp(0.3 * np.sin(phase / 365) + 0.15 * np.sin(phase / 29))
    picked = random.integers(0, len(drawn.codes), random.poisson(plan.units_a_year / 365))
    codes, chances = drawn.codes[picked], rates[picked]
    fault = plan.injected
    if fault is not None:
        count = random.poisson(fault.a_week / 7)
        theirs = drawn.codes[random.integers(0, len(drawn.codes), count)].copy()
        theirs[:, DIMENSIONS.index(fault.dimension)] = fault.code
        codes = np.concatenate([codes, theirs])
        chances = np.concatenate([chances, np.full(count, fault.usual)])
    odds = chances / np.maximum(1 - chances, 1e-9) * season
    chances = odds / (1 + odds)
    if fault is not None and day >= fault.from_day and count:
        chances[-count:] = np.minimum(chances[-count:] * fault.times, 0.95)
    events = (random.random(len(chances)) < chances).astype(np.float64)
    return Units(codes, codes[:, REGION], np.ones(len(codes)), events)


def days_to_find(alarms: list[Alarm], fault: Injected) -> int | None:
    """Tell on which day of the fault it was found by name, alone or with another word; none where it was not."""
    name = (DIMENSIONS.index(fault.dimension), fault.code)
    days = [alarm.day - fault.from_day + 1 for alarm in alarms if alarm.day >= fault.from_day and name in alarm.cell]
    return min(days) if days else None


def told_apart(alarms: list[Alarm], *, after: int) -> int:
    """Count the alarms after a day, those that share a word with one of the last four weeks counted once."""
    told: list[Alarm] = []
    count = 0
    for alarm in alarms:
        recent = [one for one in told if alarm.day - one.day <= _ONE_ALARM_DAYS]
        if not any(set(one.cell) & set(alarm.cell) for one in recent) and alarm.day >= after:
            count += 1
        told.append(alarm)
    return count
