"""Search day by day: rows of words and counts in, findings out; what must be kept between two days is kept as lists."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from portal.analysis.patterns.bounds import at_least, discovered, rate_interval
from portal.analysis.patterns.counting import Strata, Units, Words, day_of, is_pair, parts_of
from portal.analysis.patterns.watching import (
    MONTH_EXPOSURE,
    WIDTH,
    YEAR_EVENTS,
    YEAR_EXPOSURE,
    YEAR_USUAL,
    Found,
    Settings,
    Shop,
    Watch,
    add_day,
)
from portal.domain.patterns import DIMENSIONS, MEASURES, STAKES, Family, Measure

Cell = dict[str, str]
_LATE_BY_LANE = tuple(DIMENSIONS.index(name) for name in ("service", "region"))
_BY_CATEGORY = (DIMENSIONS.index("category"),)
# A cell that was hardly exposed within a month is let go, a pair sooner; it begins anew where it comes back.
_LET_GO_BELOW, _LET_GO_PAIRS_BELOW, _LET_GO_EVERY = 0.7, 3.0, 7
_KEY_BYTES, _COUNT_BYTES = 8, 4
_BY_CHANCE = 0.01


@dataclass(frozen=True, slots=True)
class Finding:
    """A cell that was found, with its counts since it began; since is a day's number. low and high: of its rate."""

    measure: Measure
    cell: Cell
    exposure: int
    events: int
    usual: float
    low: float
    high: float
    since: int


@dataclass(frozen=True, slots=True)
class Ranked:
    """A cell that failed more often within the last year than season and mix explain, with its interval in times."""

    cell: Cell
    exposure: float
    events: float
    usual: float
    low: float
    high: float


@dataclass(slots=True)
class Measured:
    """The search in one measure."""

    watch: Watch = field(default_factory=Watch)
    strata: Strata = field(default_factory=Strata)


@dataclass(slots=True)
class Search:
    """The search in one family of measures, which share their words and exposures."""

    family: Family
    words: Words = field(default_factory=Words)
    strata: dict[str, int] = field(default_factory=dict)
    measured: dict[Measure, Measured] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with nothing where nothing was kept."""
        for measure in MEASURES[self.family]:
            self.measured.setdefault(measure, Measured())


def settings_of(measure: Measure) -> Settings:
    """Give how cautious the search is in a measure: all of them together may cry wolf once a year."""
    return Settings(false_a_year=STAKES[measure])


def search_day(search: Search, rows: Sequence[Sequence[Any]], number: int) -> list[Finding]:
    """Take in a day. rows: a word of each dimension, how many units, and how many events of each measure."""
    if number % _LET_GO_EVERY == 0:
        for one in search.measured.values():
            _let_go(one.watch)
    if not rows:
        return []
    width = len(DIMENSIONS)
    codes = np.array(
        [[search.words.code(place, row[place]) for place in range(width)] for row in rows], dtype=np.int64
    ).reshape(len(rows), width)
    strata = _strata(search, rows)
    counted = np.array([row[width:] for row in rows], dtype=np.float64)
    findings: list[Finding] = []
    for place, measure in enumerate(MEASURES[search.family], start=1):
        one, settings = search.measured[measure], settings_of(measure)
        units = Units(codes, strata, counted[:, 0], counted[:, place])
        mixed = units.exposures * one.strata.rates(strata)
        day = day_of(units, mixed, number, one.watch, fewest=settings.fewest_a_month / 2)
        found = add_day(one.watch, day, settings)
        one.strata.learn(units)
        findings += _findings(search, measure, found)
    return findings


def _strata(search: Search, rows: Sequence[Sequence[Any]]) -> NDArray[np.int64]:
    places = _BY_CATEGORY if search.family is Family.USED else _LATE_BY_LANE
    known = search.strata
    names = ("|".join(row[place] for place in places) for row in rows)
    return np.array([known.setdefault(name, len(known)) for name in names], dtype=np.int64)


def _findings(search: Search, measure: Measure, found: Found) -> Iterator[Finding]:
    watch = search.measured[measure].watch
    low, high = rate_interval(found.counts[:, 1], found.counts[:, 0]) if len(found.places) else ((), ())
    for row, place in enumerate(found.places):
        exposure, events, usual = found.counts[row]
        yield Finding(
            measure,
            _cell(search, int(watch.keys[place])),
            round(exposure),
            round(events),
            float(usual),
            float(low[row]),
            float(high[row]),
            int(found.since[row]),
        )


def _cell(search: Search, key: int) -> Cell:
    return {DIMENSIONS[place]: search.words.words[place][code] for place, code in parts_of(key)}


def _let_go(watch: Watch) -> None:
    """Forget cells that are hardly exposed: memory goes with what a month ships (Manku and Motwani 2002).

    Their words stay, because what is kept names them by their numbers.
    """
    kept = watch.state[:, MONTH_EXPOSURE] >= np.where(watch.is_pair, _LET_GO_PAIRS_BELOW, _LET_GO_BELOW)
    watch.keys, watch.is_pair, watch.state = watch.keys[kept], watch.is_pair[kept], watch.state[kept]


def is_explained(exposure: int, events: int, finding: Finding) -> bool:
    """Tell whether what other patterns leave of a finding is what is usual: 1 in 100 by chance or more."""
    usual = finding.usual * exposure / max(finding.exposure, 1)
    return bool(at_least(np.array([float(events)]), np.array([usual]))[0] > _BY_CHANCE)


def ranking(search: Search, measure: Measure, *, fewest: float = 100.0) -> list[Ranked]:
    """List the cells whose last year cannot be explained by season and mix, the worst lower end of interval first.

    Of what is listed at most 5 in 100 is expected to be there by chance, however cells depend on each other.
    """
    watch = search.measured[measure].watch
    chosen = np.flatnonzero(watch.state[:, YEAR_EXPOSURE] >= fewest)
    exposure, events, usual = watch.state[chosen][:, [YEAR_EXPOSURE, YEAR_EVENTS, YEAR_USUAL]].T
    spread = watch.shop.dispersion
    if chosen.size == 0:
        return []
    found = np.flatnonzero(discovered(at_least(events / spread, usual / spread)))
    low, high = rate_interval(events[found] / spread, exposure[found] / spread)
    times = exposure[found] / np.maximum(usual[found], 1e-9)
    order = np.argsort(-low * times, kind="stable")
    return [
        Ranked(
            _cell(search, int(watch.keys[chosen[found[row]]])),
            float(exposure[found[row]]),
            float(events[found[row]]),
            float(usual[found[row]]),
            float(low[row] * times[row]),
            float(high[row] * times[row]),
        )
        for row in order
    ]


def kept_of(search: Search) -> tuple[dict[str, Any], dict[Measure, bytes]]:
    """Give what must be kept: a document with the words and the strata, and the cells of each measure in bytes."""
    told: dict[str, Any] = {
        "words": [words[1:] for words in search.words.words],
        "strata": list(search.strata),
        "measures": {},
    }
    cells = {}
    for measure, one in search.measured.items():
        sums: dict[str, Any] = {"exposures": one.strata.exposures.tolist(), "events": one.strata.events.tolist()}
        told["measures"][measure.value] = {"shop": asdict(one.watch.shop), **sums}
        cells[measure] = one.watch.keys.astype("<i8").tobytes() + one.watch.state.astype("<f4").tobytes()
    return told, cells


def search_of(family: Family, document: Mapping[str, Any] | None, cells: Mapping[Measure, bytes]) -> Search:
    """Take up a search where it was left, by what ``kept_of`` gave."""
    search = Search(family)
    if document is None:
        return search
    for place, words in enumerate(document["words"]):
        for word in words:
            search.words.code(place, word)
    search.strata.update((name, place) for place, name in enumerate(document["strata"]))
    for measure, told in document["measures"].items():
        search.measured[Measure(measure)] = _taken_up(cells[Measure(measure)], told)
    return search


def _taken_up(cells: bytes, told: Mapping[str, Any]) -> Measured:
    count = len(cells) // (_KEY_BYTES + _COUNT_BYTES * WIDTH)
    keys = np.frombuffer(cells, dtype="<i8", count=count).astype(np.int64)
    counts = np.frombuffer(cells, dtype="<f4", offset=count * _KEY_BYTES).astype(np.float64).reshape(count, WIDTH)
    watch = Watch(keys, is_pair(keys), counts, Shop(**told["shop"]))
    return Measured(watch, Strata(np.array(told["exposures"]), np.array(told["events"])))
