"""What the journey's page shows: each stage with its owner, its year and its months, from what was counted before."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.intervals import share_interval
from portal.domain.journey import EVERY, SECOND_COUNTS, Span
from portal.domain.money import Money
from portal.letters.journey import per_thousand, time_words
from portal.letters.language import percent
from portal.records.journey import Booked, StageOwner
from portal.records.tables.journey import JourneyCount
from portal.web.shared.language import current_locale
from portal.web.shared.language import gettext as _
from portal.web.shared.names import STAGES, named
from portal.web.staff.journey_picture import Trend, draw_trend

_THOUSAND = 1000
_NOTHING = "–"


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
    """A month of a stage; label such as ``2026-11``."""

    label: str
    running: bool
    numbers: Numbers


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

    counts: Mapping[tuple[str, date, str], JourneyCount]
    costs: Mapping[tuple[str, date, str], tuple[Money, ...]]

    def numbers(self, span: str, first: date, stage: str) -> Numbers:
        """Show a stage within a span; without a problem its orders are those of all stages."""
        costs = self.costs.get((span, first, stage), ())
        orders = self.counts[span, first, EVERY].orders
        return _numbers(self.counts.get((span, first, stage)), orders, costs)


def told_of(counts: Sequence[JourneyCount], booked: Iterable[Booked], currency: str) -> Told:
    """Put what was read in order. Costs of all stages together are added up here, each currency by itself."""
    costs: dict[tuple[str, date, str], dict[str, Money]] = {}
    for one in booked:
        if currency not in {EVERY, one.amount.currency}:
            continue
        for stage in (one.stage, EVERY):
            sums = costs.setdefault((one.span, one.first_on, stage), {})
            code = one.amount.currency
            sums[code] = sums[code] + one.amount if code in sums else one.amount
    return Told(
        {(one.span, one.first_on, one.stage): one for one in counts},
        {key: tuple(sums[code] for code in sorted(sums)) for key, sums in costs.items()},
    )


def stage_cards(owners: Sequence[StageOwner], told: Told, year: date, months: Sequence[date]) -> tuple[StageCard, ...]:
    """Show every stage in the journey's order; one without problems too."""
    return tuple(_card(one, told, year, months) for one in owners)


def _card(owner: StageOwner, told: Told, year: date, months: Sequence[date]) -> StageCard:
    shown = tuple(
        Month(f"{first:%Y-%m}", first == months[-1], told.numbers(Span.MONTH.value, first, owner.stage))
        for first in months
    )
    rates = [_THOUSAND * one.numbers.problems / one.numbers.orders if one.numbers.orders else None for one in shown]
    name = named(STAGES, owner.stage)
    return StageCard(
        code=owner.stage,
        name=name,
        owner=owner.name,
        year=told.numbers(Span.YEAR.value, year, owner.stage),
        months=shown,
        trend=draw_trend(rates),
        in_words=_in_words(name, shown),
    )


def _in_words(name: str, months: Sequence[Month]) -> str:
    """Say how the first and the last whole month with orders compare; the table below the drawing says the rest."""
    whole = [one for one in months if one.numbers.orders and not one.running]
    if not whole:
        return _("%(stage)s: no month with orders is over yet.", stage=name)
    return _(
        "%(stage)s, problems of 1,000 orders by month: %(first)s in %(since)s, %(last)s in %(until)s.",
        stage=name,
        first=whole[0].numbers.rate,
        since=whole[0].label,
        last=whole[-1].numbers.rate,
        until=whole[-1].label,
    )


def _numbers(one: JourneyCount | None, orders: int, costs: tuple[Money, ...]) -> Numbers:
    locale = current_locale()
    if one is None:
        no_time = Quick(_NOTHING, _NOTHING)
        return Numbers(0, orders, per_thousand(0, orders, locale), 0, 0, no_time, no_time, no_time, _NOTHING, "", costs)
    share, between = _share(one.restored, one.asked, locale)
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
    words = [_NOTHING if one is None else time_words(one, locale) for one in (half, most)]
    return Quick(words[0], words[1])


def _share(restored: int, asked: int, locale: str) -> tuple[str, str]:
    """Say how many of those who were asked say that it is right, and between what that lies."""
    if not asked:
        return _NOTHING, ""
    interval = share_interval(restored / asked, asked)
    between = _("%(low)s to %(high)s", low=percent(interval.low, locale), high=percent(interval.high, locale))
    return _("%(restored)s of %(asked)s", restored=restored, asked=asked), between
