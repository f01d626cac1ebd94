"""Watch cells day by day: what is usual in each, by season and mix, and how much speaks for more than that.

Usual in a cell is what its mix of units brings in the whole shop (the rate of each unit's stratum), times the season
(the shop of the last days without the cell itself), times the cell's own history, which is held back towards its mix
(Gamma-Poisson shrinkage; Clayton and Kaldor 1987) and a month behind, so that a fault does not teach that it is usual.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from portal.analysis.patterns.evidence import FOUND, ODDS, Numbers, gains, grow, share_out

Keys = NDArray[np.int64]

# Columns of a cell's state. Sums fade by themselves, so a cell needs no history beside them.
SEASON_EVENTS, SEASON_USUAL, MONTH_EXPOSURE, NEW_EVENTS, NEW_USUAL, OWN_EVENTS, OWN_USUAL = range(7)
YEAR_EXPOSURE, YEAR_EVENTS, YEAR_USUAL, CUSUM, SINCE, SINCE_EXPOSURE, SINCE_EVENTS, SINCE_USUAL = range(7, 15)
EVIDENCE = slice(15, 15 + len(ODDS))
WIDTH = 15 + len(ODDS)
_SINCE = slice(SINCE_EXPOSURE, SINCE_USUAL + 1)
_ABOUT_TWICE = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """How cautious it is. Days are e-folding times; held_back counts events that are usual."""

    false_a_year: float = 1.0
    season_days: float = 7.0
    month_days: float = 28.0
    own_days: float = 180.0
    year_days: float = 365.0
    season_held_back: float = 10.0
    own_held_back: float = 10.0
    own_margin: float = 0.5
    fewest_a_month: float = 20.0
    fewest_exposed: float = 10.0
    fewest_events: float = 5.0
    least_times: float = 1.3
    days_to_learn: int = 56
    events_to_learn: float = 20.0


@dataclass(slots=True)
class Shop:
    """The whole shop in one measure: fading sums of the season, and how far counts spread beyond a binomial."""

    days: int = 0
    events: float = 0.0
    season_events: float = 0.0
    season_usual: float = 0.0
    spread: float = 0.0
    spread_of: float = 0.0

    @property
    def dispersion(self) -> float:
        """Give how many times a binomial's variance the counts have, 1 at least (Wedderburn 1974)."""
        return max(1.0, (self.spread + 50.0) / (self.spread_of + 50.0))


@dataclass(slots=True)
class Watch:
    """The cells of one measure, in the order of their keys, with their state."""

    keys: Keys = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    is_pair: NDArray[np.bool_] = field(default_factory=lambda: np.zeros(0, dtype=bool))
    state: Numbers = field(default_factory=lambda: np.zeros((0, WIDTH)))
    shop: Shop = field(default_factory=Shop)


@dataclass(frozen=True, slots=True)
class Day:
    """Counts of a day by cell: keys without repeats and in order. mixed: events that their mix makes usual."""

    number: int
    keys: Keys
    is_pair: NDArray[np.bool_]
    exposures: Numbers
    events: Numbers
    mixed: Numbers
    whole_events: float
    whole_mixed: float


@dataclass(frozen=True, slots=True)
class Found:
    """Cells that were found on a day, by place in the watch, the strongest first, with their counts since it began."""

    places: NDArray[np.int64]
    counts: Numbers
    since: NDArray[np.int64]


def add_day(watch: Watch, day: Day, settings: Settings) -> Found:
    """Take in a day, in place, and tell which cells were found; those begin anew."""
    _make_room(watch, day)
    at = np.searchsorted(watch.keys, day.keys)
    _fade(watch.state, settings)
    shop, state = watch.shop, watch.state
    usual, seasonal = _usual(watch, at, day, settings)
    learning = shop.days < settings.days_to_learn or shop.events < settings.events_to_learn
    nothing = np.zeros(0, dtype=np.int64)
    found = Found(nothing, np.zeros((0, 3)), nothing)
    if not learning:
        _gain(watch, at, day, usual, settings)
        found = _found(watch, settings)
    _learn(watch, at, day, (seasonal, usual, not learning), settings)
    state[found.places, EVIDENCE] = 0.0
    state[found.places, CUSUM] = 0.0
    return found


def _make_room(watch: Watch, day: Day) -> None:
    new = ~np.isin(day.keys, watch.keys, assume_unique=True)
    if not new.any():
        return
    keys = np.concatenate([watch.keys, day.keys[new]])
    order = np.argsort(keys, kind="stable")
    rows = np.zeros((np.count_nonzero(new), WIDTH))
    rows[:, SINCE] = day.number
    watch.keys = keys[order]
    watch.is_pair = np.concatenate([watch.is_pair, day.is_pair[new]])[order]
    watch.state = np.concatenate([watch.state, rows])[order]


def _fade(state: Numbers, settings: Settings) -> None:
    """Let every sum fade by a day; what is new becomes a cell's own history with a delay of a month."""
    for days, columns in (
        (settings.season_days, slice(SEASON_EVENTS, SEASON_USUAL + 1)),
        (settings.month_days, slice(MONTH_EXPOSURE, MONTH_EXPOSURE + 1)),
        (settings.own_days, slice(OWN_EVENTS, OWN_USUAL + 1)),
        (settings.year_days, slice(YEAR_EXPOSURE, YEAR_USUAL + 1)),
    ):
        state[:, columns] *= np.exp(-1.0 / days)
    moved = state[:, NEW_EVENTS : NEW_USUAL + 1] / settings.month_days
    state[:, NEW_EVENTS : NEW_USUAL + 1] -= moved
    state[:, OWN_EVENTS : OWN_USUAL + 1] += moved


def _usual(watch: Watch, at: Keys, day: Day, settings: Settings) -> tuple[Numbers, Numbers]:
    """Give the usual rate of each cell of the day, and the events that season and mix alone make usual."""
    rows, shop, held = watch.state[at], watch.shop, settings.season_held_back
    fading = np.exp(-1.0 / settings.season_days)
    shop.season_events = shop.season_events * fading + day.whole_events
    shop.season_usual = shop.season_usual * fading + day.whole_mixed
    others = np.maximum(shop.season_events - rows[:, SEASON_EVENTS] - day.events, 0.0)
    of_them = np.maximum(shop.season_usual - rows[:, SEASON_USUAL] - day.mixed, 0.0)
    seasonal = day.mixed * (others + held) / (of_them + held)
    known = rows[:, OWN_USUAL] + settings.own_held_back
    own = (rows[:, OWN_EVENTS] + settings.own_held_back) / known
    own = own + settings.own_margin * np.sqrt(own / known)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(day.exposures > 0, seasonal * own / day.exposures, 0.0)
    return np.clip(rate, 1e-5, 0.9), seasonal


def _gain(watch: Watch, at: Keys, day: Day, usual: Numbers, settings: Settings) -> None:
    """Let evidence grow, and keep since when it speaks for a raised rate (Page 1954)."""
    state, gained = watch.state, np.zeros((len(watch.keys), len(ODDS)))
    gained[at] = gains(day.exposures, day.events, usual, watch.shop.dispersion)
    watched = state[:, MONTH_EXPOSURE] >= settings.fewest_a_month
    stakes = share_out(settings.false_a_year / 365.0, watched, watch.is_pair)
    gained[~watched] = 0.0
    state[:, EVIDENCE] = grow(state[:, EVIDENCE], gained, stakes)
    cusum = state[:, CUSUM] + gained[:, _ABOUT_TWICE]
    over = (cusum <= 0.0) | ~watched
    state[:, CUSUM] = np.where(over, 0.0, cusum)
    state[at, SINCE_EXPOSURE] += day.exposures
    state[at, SINCE_EVENTS] += day.events
    state[at, SINCE_USUAL] += day.exposures * usual
    state[over, _SINCE] = 0.0
    state[over, SINCE] = day.number + 1


def _found(watch: Watch, settings: Settings) -> Found:
    state = watch.state
    total = state[:, EVIDENCE].sum(axis=1)
    enough = (
        (total >= FOUND)
        & (state[:, SINCE_EXPOSURE] >= settings.fewest_exposed)
        & (state[:, SINCE_EVENTS] >= settings.fewest_events)
        & (state[:, SINCE_EVENTS] >= settings.least_times * state[:, SINCE_USUAL])
    )
    places = np.flatnonzero(enough)
    places = places[np.argsort(-total[places], kind="stable")]
    return Found(places, state[places, _SINCE].copy(), state[places, SINCE].astype(np.int64))


def _learn(watch: Watch, at: Keys, day: Day, known: tuple[Numbers, Numbers, bool], settings: Settings) -> None:
    """Add the day to every sum, after it was judged by what was known before it."""
    state, shop = watch.state, watch.shop
    seasonal, usual, judged = known
    for column, values in (
        (SEASON_EVENTS, day.events),
        (SEASON_USUAL, day.mixed),
        (MONTH_EXPOSURE, day.exposures),
        (NEW_EVENTS, day.events),
        (NEW_USUAL, seasonal),
        (YEAR_EXPOSURE, day.exposures),
        (YEAR_EVENTS, day.events),
        (YEAR_USUAL, seasonal),
    ):
        state[at, column] += values
    shop.days += 1
    shop.events += day.whole_events
    if judged:
        ours = ~day.is_pair & (state[at, MONTH_EXPOSURE] >= settings.fewest_a_month)
        expected = day.exposures[ours] * usual[ours] * (1.0 - usual[ours])
        shop.spread = shop.spread * 0.99 + float(np.sum((day.events[ours] - day.exposures[ours] * usual[ours]) ** 2))
        shop.spread_of = shop.spread_of * 0.99 + float(np.sum(expected))
