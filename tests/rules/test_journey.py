"""The journey without a database: intervals, the days that are counted, people alike, and what is said of them."""

from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from portal.analysis.kept import compare
from portal.domain.intervals import difference_interval, share_interval
from portal.domain.journey import EVERY, Kept, Span, counted_days
from portal.domain.kept import Alike
from portal.domain.money import Money
from portal.letters.journey import KeptTold, StageWeek, kept_sentences, per_thousand, time_words, week_sentences
from portal.records.journey import Booked, Counted, StageOwner, YearRead
from portal.web.staff.journey_picture import draw_trend
from portal.web.staff.pages.journey import journey_page


def people(cell: str, count: int, bought: int, told: dict[Kept, str] | None = None, persons: float = 0) -> Alike:
    """Make some people of a cell; each who bought again did so for 10.00."""
    return Alike(cell, 90, "BRL", told, count, persons or count, bought, bought * 1000.0, bought * 1000.0**2)


WHO = {Kept.ALL: ""}


def test_intervals_are_those_of_the_papers() -> None:
    nobody = share_interval(0.0, 10)
    difference = difference_interval(share_interval(56 / 70, 70), share_interval(48 / 80, 80))

    assert (round(nobody.low, 4), round(nobody.high, 4)) == (0.0, 0.2775)
    assert (round(difference.low, 4), round(difference.high, 4)) == (0.0524, 0.3339)  # Newcombe 1998, table II.


@pytest.mark.parametrize("today", [date(2026, 11, 23), date(2026, 1, 31), date(2024, 2, 29), date(2026, 3, 1)])
def test_the_months_are_the_year_without_a_gap_and_no_day_is_in_the_future(today: date) -> None:
    days = list(counted_days(today))

    months = sorted((one.first, one.last) for one in days if one.span is Span.MONTH)
    weeks = sorted((one.first, one.last) for one in days if one.span is Span.WEEK)
    (year,) = (one for one in days if one.span is Span.YEAR)
    assert Counter(one.span for one in days) == {Span.MONTH: 12, Span.WEEK: 5, Span.YEAR: 1}
    assert (months[0][0], months[-1][1]) == (year.first, year.last) == (year.first, today)
    assert all((after[0] - before[1]).days == 1 for before, after in pairwise(months))
    assert all((first.weekday(), (last - first).days) == (0, 6) and last < today for first, last in weeks)


def test_people_alike_are_weighed_as_those_who_reported_lie_over_the_cells() -> None:
    found = compare(
        [
            people("early", 90, 45, WHO),
            people("early", 100, 40),
            people("late", 10, 1, WHO),
            people("late", 1800, 0, persons=900.0),
            people("nobody alike", 5, 5, WHO),
            people("nobody reported", 50, 50),
        ]
    )

    (every, real) = sorted(found, key=lambda one: one.currency)
    assert (every.reported, every.matched, every.share) == (105, 100, 0.46)
    assert every.usual == pytest.approx(0.9 * 0.4)
    assert every.alike == pytest.approx(1 / (0.9**2 / 100 + 0.1**2 / 900))
    assert (every.low or 1) < 0.46 - 0.36 < (every.high or 0)
    assert (every.worth_minor, real.worth_minor, real.usual_worth_minor) == (None, 460, 360)


def test_who_is_told_apart_is_held_against_people_alike_of_their_own() -> None:
    quick, slow = WHO | {Kept.SPEED: "quick"}, WHO | {Kept.SPEED: "slow"}

    found = compare([people("a", 40, 20, quick), people("b", 40, 4, slow), people("a", 80, 40), people("b", 80, 40)])

    shares = {
        one.value: (one.share, one.usual) for one in found if one.grouped_by is Kept.SPEED and one.currency == "*"
    }
    assert shares == {"quick": (0.5, 0.5), "slow": (0.1, 0.5)}


def test_too_few_are_told_as_too_few_and_never_as_a_number() -> None:
    (few, _) = sorted(compare([people("a", 29, 20, WHO), people("a", 500, 40)]), key=lambda one: one.currency)
    told = KeptTold(few.days, few.reported, few.matched, few.alike, few.share, few.usual, few.low, few.high)

    assert kept_sentences(told, "en") == ("Too few to tell: 29 customers with people alike, of 29 who reported.",)


@pytest.mark.parametrize(
    ("low", "high", "said"), [(0.01, 0.2, "More came back"), (-0.2, -0.01, "Fewer came back"), (-0.1, 0.1, "Chance")]
)
def test_a_difference_is_told_only_where_chance_does_not_make_it(low: float, high: float, said: str) -> None:
    sentences = kept_sentences(KeptTold(90, 60, 50, 80.0, 0.4, 0.3, low, high), "en")

    assert sentences[1].startswith(said)


def test_a_month_without_orders_has_no_bar_and_no_rate() -> None:
    trend = draw_trend([None, 0.0, 4.0, 2.0])

    assert [(bar.height, bar.running) for bar in trend.bars] == [(0.0, False), (65.0, False), (32.5, True)]
    assert (per_thousand(3, 0, "en"), per_thousand(3, 2000, "en")) == ("–", "1.5")
    assert draw_trend([None, None]).bars == ()
    assert week_sentences(StageWeek(0, 0, 0, 0, 0, None, 0, 0, ()), "en") == ("No orders.",)


def test_what_the_stages_and_no_stage_cost_is_the_whole() -> None:
    first = date(2026, 11, 1)
    at = datetime(2026, 11, 23, tzinfo=UTC)
    times = (None,) * 6
    counts = [
        Counted(span, first, EVERY, EVERY, date(2026, 11, 23), 0, 2, 1, 0, 0, 0, *times, at)
        for span in ("year", "month")
    ]
    costs = (("use", 500), ("", 30), ("an older stage", 7), ("use", 20))
    booked = [
        Booked("year", first, stage, Money(minor, currency))
        for (stage, minor), currency in zip(costs, ("BRL", "BRL", "BRL", "EUR"), strict=True)
    ]

    page = journey_page(YearRead(counts, booked, [StageOwner("use", "", "")], ["BRL", "EUR"]), (), under_way=False)

    assert page.whole is not None
    assert (page.whole.rate, page.whole.counted, page.whole.costs) == ("–", 4, (Money(537, "BRL"), Money(20, "EUR")))
    assert page.stages[0].year.costs == (Money(500, "BRL"), Money(20, "EUR"))
    assert page.unplaced == (Money(30, "BRL"), Money(7, "BRL"))
    assert page.stages[0].trend.bars == ()


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "at once"), (45, "1 minute"), (5400, "90 minutes"), (9000, "2 hours"), (200_000, "2 days")],
)
def test_times_are_told_in_a_unit_of_which_there_are_some(seconds: float, said: str) -> None:
    assert time_words(seconds, "en") == said
