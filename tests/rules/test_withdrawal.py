"""The period and the moves of a withdrawal, as tables."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.errors import IllegalMove
from portal.domain.public_holidays import holidays_of, is_working_day
from portal.domain.withdrawal import (
    EU_EEA,
    MOVES,
    Goods,
    Law,
    Move,
    Period,
    Standing,
    State,
    last_day,
    next_state,
    period_of,
)
from portal.domain.withdrawal import read_law as law

BERLIN = ZoneInfo("Europe/Berlin")
# A Monday, at noon in Berlin.
CAME = datetime(2026, 11, 2, 11, tzinfo=UTC)


def _period(*delivered: datetime | None, declared: datetime, days: int | None = 14, is_over: bool = True) -> Period:
    goods = [Goods(moment) for moment in delivered]
    return period_of(days, goods, is_over=is_over, declared_at=declared, zone=BERLIN)


@pytest.mark.parametrize(
    ("after", "standing"),
    [
        (timedelta(0), Standing.IN_TIME),
        (timedelta(days=13), Standing.IN_TIME),
        # The last minute of the fourteenth day in Berlin, and the first one after it.
        (timedelta(days=14, hours=11, minutes=59), Standing.IN_TIME),
        (timedelta(days=14, hours=12), Standing.LATE),
        (timedelta(days=400), Standing.LATE),
    ],
)
def test_period_ends_with_the_fourteenth_day_after_the_parcel_came(after, standing):
    period = _period(CAME, declared=CAME + after)

    assert period == Period(standing, date(2026, 11, 16))


def test_the_last_parcel_begins_the_period():
    period = _period(CAME, CAME + timedelta(days=8), declared=CAME + timedelta(days=20))

    assert period == Period(Standing.IN_TIME, date(2026, 11, 24))


@pytest.mark.parametrize(("is_over", "standing"), [(False, Standing.NOT_DELIVERED), (True, Standing.UNDETERMINED)])
def test_a_parcel_without_a_day_is_on_its_way_or_nobody_knows(is_over, standing):
    assert _period(CAME, None, declared=CAME + timedelta(days=90), is_over=is_over) == Period(standing)


def test_an_order_without_parcels_is_one_that_nobody_can_tell_of():
    assert _period(declared=CAME).standing is Standing.UNDETERMINED


def test_a_parcel_that_comes_after_the_declaration_has_not_come_yet():
    assert _period(CAME, declared=CAME - timedelta(days=1), is_over=False).standing is Standing.NOT_DELIVERED


def test_without_a_law_there_is_no_right():
    assert _period(CAME, declared=CAME, days=None).standing is Standing.NO_RIGHT


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)), st.integers(1, 60))
def test_a_period_never_ends_on_a_weekend_and_is_never_shorter_than_its_days(delivered_on, days):
    ends = last_day(delivered_on, days)

    assert ends.weekday() < 5
    assert days <= (ends - delivered_on).days <= days + 2


@pytest.mark.parametrize(
    ("country", "delivered_on", "ends_on"),
    [
        # Good Friday and Easter Monday 2027 with the weekend between them.
        ("DE", date(2027, 3, 12), date(2027, 3, 30)),
        ("DK", date(2027, 3, 11), date(2027, 3, 30)),
        # Easter Monday alone, where Good Friday is a day of work.
        ("FR", date(2027, 3, 12), date(2027, 3, 26)),
        ("FR", date(2027, 3, 13), date(2027, 3, 30)),
        # By the eastern calendar it is five weeks later.
        ("GR", date(2027, 4, 16), date(2027, 5, 4)),
        ("GR", date(2027, 3, 12), date(2027, 3, 26)),
        # Christmas on a Friday and Saturday; Bulgaria has Monday and Tuesday off for what falls on the weekend.
        ("SE", date(2026, 12, 10), date(2026, 12, 28)),
        ("BG", date(2026, 12, 11), date(2026, 12, 29)),
        # Whitsun Monday, a country where it is none, and one whose calendar nobody named.
        ("AT", date(2027, 5, 3), date(2027, 5, 18)),
        ("IE", date(2027, 5, 3), date(2027, 5, 17)),
        ("BR", date(2026, 12, 11), date(2026, 12, 25)),
    ],
)
def test_a_period_that_would_end_on_a_public_holiday_ends_with_the_next_working_day(
    country: str, delivered_on: date, ends_on: date
):
    assert last_day(delivered_on, 14, country) == ends_on


@given(st.sampled_from(sorted(EU_EEA)), st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 1, 1)))
def test_every_country_of_the_union_and_the_eea_ends_periods_on_working_days(country: str, delivered_on: date):
    ends = last_day(delivered_on, 14, country)

    assert holidays_of(country, ends.year)
    assert is_working_day(ends, country)
    passed = [delivered_on + timedelta(days=count) for count in range(14, (ends - delivered_on).days)]
    assert not any(is_working_day(day, country) for day in passed)
    assert len(passed) <= 6


DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("goods", "after", "period"),
    [
        # What never came and was sent again begins with the new parcel.
        (Goods(None, CAME, CAME + 3 * DAY), 17 * DAY, Period(Standing.IN_TIME, date(2026, 11, 19))),
        (Goods(None, CAME, CAME + 3 * DAY), 18 * DAY, Period(Standing.LATE, date(2026, 11, 19))),
        # So does what came broken.
        (Goods(CAME, CAME + DAY, CAME + 9 * DAY), 20 * DAY, Period(Standing.IN_TIME, date(2026, 11, 25))),
        # While it is on its way nothing has begun; when nobody ever says that it came, a person tells.
        (Goods(CAME, CAME + DAY), 20 * DAY, Period(Standing.NOT_DELIVERED)),
        (Goods(CAME, CAME + DAY, CAME + 25 * DAY), 20 * DAY, Period(Standing.NOT_DELIVERED)),
        (Goods(CAME, CAME + DAY), 32 * DAY, Period(Standing.UNDETERMINED)),
        # What is sent again later says nothing of a declaration before.
        (Goods(CAME, CAME + 5 * DAY), 4 * DAY, Period(Standing.IN_TIME, date(2026, 11, 16))),
    ],
)
def test_what_was_sent_again_begins_the_period_anew(goods: Goods, after: timedelta, period: Period):
    beside = Goods(CAME - 2 * DAY)

    assert period_of(14, [beside, goods], is_over=True, declared_at=CAME + after, zone=BERLIN) == period


def test_a_market_that_is_named_by_itself_counts_before_the_union():
    read = law("EU=14, PT=30, CH=0, Shop North=20")

    assert [read.days_for(market, country) for market, country in [("DE", "DE"), ("PT", "PT"), ("CH", "CH")]] == [
        14,
        30,
        None,
    ]
    assert read.days_for("Shop North", "DE") == 20
    assert read.days_for("BR", "BR") is None
    assert read.days_for("outlet", "FR") == 14
    assert read.is_given


def test_none_gives_the_right_nowhere():
    assert law("none") == Law(())
    assert not law("none").is_given
    assert len(EU_EEA) == 30


@pytest.mark.parametrize("text", ["EU", "EU=", "=14", "EU=-1", "EU=1.5", "EU=14,EU=14", "EU=9999", "EU=٣", ","])
def test_a_law_that_cannot_be_read_is_refused(text):
    with pytest.raises(ValueError, match=r"market|twice"):
        law(text)


def test_every_move_that_is_not_listed_raises():
    illegal = [(state, move) for state in (None, *State) for move in Move if (state, move) not in MOVES]

    assert len(illegal) == 9 * len(Move) - len(MOVES)
    for state, move in illegal:
        with pytest.raises(IllegalMove):
            next_state(state, move)
    assert {next_state(state, move) for state, move in MOVES} == set(State)
