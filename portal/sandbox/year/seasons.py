"""How many orders a day has: its weekday as the given feed knows it, its season, the days when everybody buys."""

from collections import Counter
from datetime import date, timedelta

_MONTHS = (0.86, 0.88, 0.97, 0.95, 1.04, 0.96, 0.95, 1.0, 0.97, 1.03, 1.16, 1.24)
_NOVEMBER, _DECEMBER, _MARCH, _MAY = 11, 12, 3, 5
_FRIDAY, _SUNDAY, _WEEK = 4, 6, 7
_FOURTH, _SECOND = 4, 2
_BLACK_FRIDAY, _AFTER_IT, _CHRISTMAS_RUSH, _HOLIDAYS, _BEFORE_MOTHERS_DAY, _CONSUMERS_DAY = (
    3.2,
    1.9,
    1.35,
    0.45,
    1.4,
    1.3,
)
_RUSH_ENDS, _HOLIDAYS_BEGIN, _MID_MARCH = 18, 24, 15
_GIFT_DAYS = 10
# While everybody buys, parcels are longer on the way and lie in higher piles.
_LAST_OF_THE_CROWD = 23
CROWDED_DAYS_LONGER, CROWDED_HARM = 1.22, 1.25


def days_of_the_year(until: date) -> list[date]:
    """List the twelve months that end before a day."""
    return [until - timedelta(days=back) for back in range(365, 0, -1)]


def weight(day: date, weekdays: Counter[int]) -> float:
    """Tell how many orders a day has beside others."""
    per_day = sum(weekdays.values()) / _WEEK
    usual = (weekdays[day.weekday()] + per_day) / (2 * per_day)
    return usual * _MONTHS[day.month - 1] * _occasion(day)


def is_crowded(day: date) -> bool:
    """Tell whether carriers have more than they can carry: from Black Friday to Christmas."""
    return nth_weekday(day.year, _NOVEMBER, _FRIDAY, _FOURTH) <= day <= date(day.year, _DECEMBER, _LAST_OF_THE_CROWD)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """Find such as the fourth Friday of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % _WEEK + _WEEK * (nth - 1))


def _occasion(day: date) -> float:
    since = (day - nth_weekday(day.year, _NOVEMBER, _FRIDAY, _FOURTH)).days
    if since == 0:
        return _BLACK_FRIDAY
    if 0 < since <= _FRIDAY:
        return _AFTER_IT
    if day.month == _DECEMBER:
        if day.day <= _RUSH_ENDS:
            return _CHRISTMAS_RUSH
        return _HOLIDAYS if day.day >= _HOLIDAYS_BEGIN else 1.0
    if 0 < (nth_weekday(day.year, _MAY, _SUNDAY, _SECOND) - day).days <= _GIFT_DAYS:
        return _BEFORE_MOTHERS_DAY
    return _CONSUMERS_DAY if (day.month, day.day) == (_MARCH, _MID_MARCH) else 1.0
