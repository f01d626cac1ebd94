"""The period and the moves of a withdrawal, as tables."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.errors import IllegalMove
from portal.domain.withdrawal import EU_EEA, MOVES, Law, Move, Period, Standing, State, last_day, next_state, period_of
from portal.domain.withdrawal import read_law as law

BERLIN = ZoneInfo("Europe/Berlin")
# A Monday, at noon in Berlin.
CAME = datetime(2026, 11, 2, 11, tzinfo=UTC)


def _period(*delivered: datetime | None, declared: datetime, days: int | None = 14, is_over: bool = True) -> Period:
    return period_of(days, delivered, is_over=is_over, declared_at=declared, zone=BERLIN)


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
