"""What the journey's page shows: each stage with its owner, its year and its months, from what was counted before."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from portal.domain.intervals import share_interval
from portal.domain.journey import EVERY, SECOND_COUNTS, Span
from portal.domain.money import Money
from portal.letters.journey import per_thousand, time_words
from portal.letters.language import money, percent, translation
from portal.records.journey import Booked, Counted, StageOwner, YearRead
from portal.web.shared.language import current_locale
from portal.web.shared.language import gettext as _
from portal.web.shared.names import STAGES, named
from portal.web.staff.journey_picture import Trend, draw_trend

_THOUSAND = 1000
_MONTH, _YEAR = Span.MONTH.value, Span.YEAR.value
_NOTHING = "–"
_RATE = 1
# To the apology, to the remedy, to restored, and how many restored, of a month without a problem.
_UNKNOWN = (_NOTHING, _NOTHING, _NOTHING, _NOTHING)
_MOST_WORDS = 4096


@dataclass(frozen=True, slots=True)
class Quick:
    """How long something took: half of them at most, and nine in ten."""

    half: str
    most: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """A stage within some days, in words. counted: a second failure counts twice more."""

    problems: int
    orders: int
    rate: str
    second: int
    counted: int
    apology: Quick
    remedy: Quick
    restored: Quick
    share: str
    between: str
    costs: tuple[Money, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of a stage; label such as ``2026-11``. counts and times: its numbers in words, in the columns' order."""

    label: str
    rate: float | None
    counts: tuple[str, ...]
    times: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StageCard:
    """A stage. owner is empty where nobody answers for it; in_words says the trend to those who do not see it."""

    code: str
    name: str
    owner: str
    year: Numbers
    months: tuple[Month, ...]
    trend: Trend
    in_words: str


@dataclass(frozen=True, slots=True)
class JourneyPage:
    """Rendered by ``staff/journey/stages.html``. No stages, before anything was counted. unplaced: costs of none."""

    stages: tuple[StageCard, ...]
    whole: Numbers | None
    unplaced: tuple[Money, ...]
    tabs: tuple[tuple[str, str, bool], ...]
    first_on: date | None
    last_on: date | None
    counted_at: datetime | None
    under_way: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What was counted of a year and its months, and what was booked, by span, first day and stage."""

    counts: Mapping[tuple[str, date, str], Counted]
    costs: Mapping[tuple[str, date, str], tuple[Money, ...]]

    def numbers(self, first: date, stage: str) -> Numbers:
        """Show a stage within the year; without a problem its orders are those of all stages."""
        key = (_YEAR, first, stage)
        return _numbers(self.counts.get(key), self._orders(key), self.costs.get(key, ()))

    def month(self, label: str, first: date, stage: str, locale: str) -> Month:
        """Show a stage within a month."""
        key = (_MONTH, first, stage)
        one, orders = self.counts.get(key), self._orders(key)
        cost = " · ".join(_amount(cost, locale) for cost in self.costs.get(key, ())) or _NOTHING
        if one is None:
            nothing = ("0", per_thousand(0, orders, locale), "0", cost)
            return Month(label, 0.0 if orders else None, nothing, _UNKNOWN)
        counts = (str(one.problems), per_thousand(one.problems, orders, locale), str(one.second_failures), cost)
        halves = (one.apology_median, one.remedy_median, one.restored_median)
        times = (*(_time(half, locale) for half in halves), " · ".join(filter(None, _share(one, locale))))
        return Month(label, _THOUSAND * one.problems / orders if orders else None, counts, times)

    def elsewhere(self, known: Collection[str]) -> tuple[Money, ...]:
        """Give what the year cost in none of the stages that are known."""
        others = (sums for (span, _, stage), sums in self.costs.items() if span == _YEAR and stage not in known)
        return tuple(amount for sums in others for amount in sums)

    def _orders(self, key: tuple[str, date, str]) -> int:
        return self.counts[key[0], key[1], EVERY].orders


def told_of(counts: Sequence[Counted], booked: Iterable[Booked]) -> Told:
    """Put what was read in order. What the year cost in all stages is added up here, each currency by itself."""
    costs: dict[tuple[str, date, str], dict[str, Money]] = {}
    for one in booked:
        for stage in (one.stage, EVERY) if one.span == _YEAR else (one.stage,):
            sums = costs.setdefault((one.span, one.first_on, stage), {})
            code = one.amount.currency
            sums[code] = sums[code] + one.amount if code in sums else one.amount
    return Told(
        {(one.span, one.first_on, one.stage): one for one in counts},
        {key: tuple(sums[code] for code in sorted(sums)) for key, sums in costs.items()},
    )


def journey_page(read: YearRead, tabs: tuple[tuple[str, str, bool], ...], *, under_way: bool) -> JourneyPage:
    """Show every stage in the journey's order, one without problems too; none before anything was counted."""
    told = told_of(read.counts, read.booked)
    year = next((one for one in read.counts if one.span == _YEAR and one.stage == EVERY), None)
    if year is None:
        return JourneyPage((), None, (), (), None, None, None, under_way)
    months = sorted(first for span, first, stage in told.counts if span == _MONTH and stage == EVERY)
    labels = [(f"{first:%Y-%m}", first) for first in months]
    return JourneyPage(
        stages=tuple(_card(one, told, year.first_on, labels) for one in read.owners),
        whole=told.numbers(year.first_on, EVERY),
        unplaced=told.elsewhere({EVERY, *(one.stage for one in read.owners)}),
        tabs=tabs if len(read.currencies) > 1 else (),
        first_on=year.first_on,
        last_on=year.last_on,
        counted_at=year.counted_at,
        under_way=under_way,
    )


def _card(owner: StageOwner, told: Told, year: date, labels: Sequence[tuple[str, date]]) -> StageCard:
    locale = current_locale()
    shown = tuple(told.month(label, first, owner.stage, locale) for label, first in labels)
    name = named(STAGES, owner.stage)
    return StageCard(
        code=owner.stage,
        name=name,
        owner=owner.name,
        year=told.numbers(year, owner.stage),
        months=shown,
        trend=draw_trend([one.rate for one in shown]),
        in_words=_in_words(name, shown),
    )


def _in_words(name: str, months: Sequence[Month]) -> str:
    """Say how the first and the last whole month with orders compare; the table below the drawing says the rest."""
    whole = [one for one in months[:-1] if one.rate is not None]
    if not whole:
        return _("%(stage)s: no month with orders is over yet.", stage=name)
    return _(
        "%(stage)s, problems of 1,000 orders by month: %(first)s in %(since)s, %(last)s in %(until)s.",
        stage=name,
        first=whole[0].counts[_RATE],
        since=whole[0].label,
        last=whole[-1].counts[_RATE],
        until=whole[-1].label,
    )


def _numbers(one: Counted | None, orders: int, costs: tuple[Money, ...]) -> Numbers:
    locale = current_locale()
    if one is None:
        no_time = Quick(_NOTHING, _NOTHING)
        return Numbers(0, orders, per_thousand(0, orders, locale), 0, 0, no_time, no_time, no_time, _NOTHING, "", costs)
    share, between = _share(one, locale)
    return Numbers(
        problems=one.problems,
        orders=orders,
        rate=per_thousand(one.problems, orders, locale),
        second=one.second_failures,
        counted=one.problems + SECOND_COUNTS * one.second_failures,
        apology=_quick(one.apology_median, one.apology_p90, locale),
        remedy=_quick(one.remedy_median, one.remedy_p90, locale),
        restored=_quick(one.restored_median, one.restored_p90, locale),
        share=share,
        between=between,
        costs=costs,
    )


def _quick(half: float | None, most: float | None, locale: str) -> Quick:
    return Quick(_time(half, locale), _time(most, locale))


def _time(seconds: float | None, locale: str) -> str:
    return _NOTHING if seconds is None else time_words(seconds, locale)


def _share(one: Counted, locale: str) -> tuple[str, str]:
    """Say how many of those who were asked say that it is right, and between what that lies."""
    if not one.asked:
        return _NOTHING, ""
    return _restored(one.restored, one.asked, locale), _between(one.restored, one.asked, locale)


@lru_cache(maxsize=_MOST_WORDS)
def _amount(amount: Money, locale: str) -> str:
    return money(amount, locale)


@lru_cache(maxsize=_MOST_WORDS)
def _restored(restored: int, asked: int, locale: str) -> str:
    said = translation(locale).gettext("%(restored)s of %(asked)s")
    return said % {"restored": restored, "asked": asked}


@lru_cache(maxsize=_MOST_WORDS)
def _between(restored: int, asked: int, locale: str) -> str:
    interval = share_interval(restored / asked, asked)
    said = translation(locale).gettext("%(low)s to %(high)s")
    return said % {"low": percent(interval.low, locale), "high": percent(interval.high, locale)}
