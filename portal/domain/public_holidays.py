"""Public holidays of the Union and the EEA, as far as a legal period may end on one of them.

By Regulation (EEC, Euratom) No 1182/71, article 2, they are those that each state names; here those of whole countries,
without what only regions keep, and without what always falls on a weekend. A calendar of what law names moves rarely;
where it lags behind, a period ends a day earlier or later, and whoever is late by it is answered by a person anyway.
"""

from datetime import date, timedelta
from functools import lru_cache

# A day is ``month-day``; ``E`` and a number counts from Easter Sunday of the western church, ``O`` from that of the
# eastern one; ``6-1>0`` is the first Monday (weekday 0) from that day on; ``~`` moves to the next day that is none of
# these where it falls on a weekend.
_DAYS = {
    "AT": "1-1 1-6 E+1 5-1 E+39 E+50 E+60 8-15 10-26 11-1 12-8 12-25 12-26",
    "BE": "1-1 E+1 5-1 E+39 E+50 7-21 8-15 11-1 11-11 12-25",
    "BG": "~1-1 ~3-3 O-2 O+1 ~5-1 ~5-6 ~5-24 ~9-6 ~9-22 ~12-24 ~12-25 ~12-26",
    "CY": "1-1 1-6 O-48 3-25 4-1 O-2 O+1 5-1 O+50 8-15 10-1 10-28 12-25 12-26",
    "CZ": "1-1 E-2 E+1 5-1 5-8 7-5 7-6 9-28 10-28 11-17 12-24 12-25 12-26",
    "DE": "1-1 E-2 E+1 5-1 E+39 E+50 10-3 12-25 12-26",
    "DK": "1-1 E-3 E-2 E+1 E+39 E+50 12-25 12-26",
    "EE": "1-1 2-24 E-2 5-1 6-23 6-24 8-20 12-24 12-25 12-26",
    "ES": "1-1 1-6 E-2 5-1 8-15 10-12 11-1 12-6 12-8 12-25",
    "FI": "1-1 1-6 E-2 E+1 5-1 E+39 6-19>4 12-6 12-24 12-25 12-26",
    "FR": "1-1 E+1 5-1 5-8 E+39 E+50 7-14 8-15 11-1 11-11 12-25",
    "GR": "1-1 1-6 O-48 3-25 O-2 O+1 5-1 O+50 8-15 10-28 12-25 12-26",
    "HR": "1-1 1-6 E+1 5-1 E+60 5-30 6-22 8-5 8-15 11-1 11-18 12-25 12-26",
    "HU": "1-1 3-15 E-2 E+1 5-1 E+50 8-20 10-23 11-1 12-24 12-25 12-26",
    "IE": "1-1 2-1>0 3-17 E+1 5-1>0 6-1>0 8-1>0 10-25>0 12-25 12-26",
    "IS": "1-1 E-3 E-2 E+1 4-19>3 5-1 E+39 E+50 6-17 8-1>0 12-25 12-26",
    "IT": "1-1 1-6 E+1 4-25 5-1 6-2 8-15 10-4 11-1 12-8 12-25 12-26",
    "LI": "1-1 1-6 2-2 3-19 E+1 5-1 E+39 E+50 E+60 8-15 9-8 11-1 12-8 12-25 12-26",
    "LT": "1-1 2-16 3-11 E+1 5-1 6-24 7-6 8-15 11-1 11-2 12-24 12-25 12-26",
    "LU": "1-1 E+1 5-1 5-9 E+39 E+50 6-23 8-15 11-1 12-25 12-26",
    "LV": "1-1 E-2 E+1 5-1 ~5-4 6-23 6-24 ~11-18 12-24 12-25 12-26 12-31",
    "MT": "1-1 2-10 3-19 3-31 E-2 5-1 6-7 6-29 8-15 9-8 9-21 12-8 12-13 12-25",
    "NL": "1-1 E-2 E+1 4-27 5-5 E+39 E+50 12-25 12-26",
    "NO": "1-1 E-3 E-2 E+1 5-1 5-17 E+39 E+50 12-25 12-26",
    "PL": "1-1 1-6 E+1 5-1 5-3 E+60 8-15 11-1 11-11 12-24 12-25 12-26",
    "PT": "1-1 E-2 4-25 5-1 E+60 6-10 8-15 10-5 11-1 12-1 12-8 12-25",
    "RO": "1-1 1-2 1-6 1-7 1-24 O-2 O+1 5-1 O+50 6-1 8-15 11-30 12-1 12-25 12-26",
    # Midsummer's, Christmas and New Year's Eve count as Sundays where law counts time (1930:173).
    "SE": "1-1 1-6 E-2 E+1 5-1 E+39 6-6 6-19>4 12-24 12-25 12-26 12-31",
    "SI": "1-1 1-2 2-8 E+1 4-27 5-1 5-2 6-25 8-15 10-31 11-1 12-25 12-26",
    "SK": "1-1 1-6 E-2 E+1 5-1 5-8 7-5 8-29 9-15 11-1 12-24 12-25 12-26",
}
# Saint Brigid's own day where it is a Friday, and else the first Monday of its month.
_BRIGID = "2-1>0"
_WEEK, _SATURDAY, _FRIDAY = 7, 5, 4
# By how many days the Julian calendar is behind, in this century.
_JULIAN = timedelta(days=13)


def is_working_day(day: date, country: str) -> bool:
    """Tell whether a day is neither of a weekend nor a public holiday; a country not named here has none."""
    return day.weekday() < _SATURDAY and day not in holidays_of(country, day.year)


@lru_cache(maxsize=256)
def holidays_of(country: str, year: int) -> frozenset[date]:
    """List the public holidays of a country in a year; nothing for a country that is not named here."""
    found: set[date] = set()
    for written in _DAYS.get(country, "").split():
        day = _day(written.removeprefix("~"), year)
        while written.startswith("~") and (day.weekday() >= _SATURDAY or day in found):
            day += timedelta(days=1)
        found.add(day)
    return frozenset(found)


def _day(written: str, year: int) -> date:
    if written[0] in "EO":
        easter = _western_easter(year) if written[0] == "E" else _eastern_easter(year)
        return easter + timedelta(days=int(written[1:]))
    start, _, weekday = written.partition(">")
    month, _, number = start.partition("-")
    day = date(year, int(month), int(number))
    if not weekday or (written == _BRIGID and day.weekday() == _FRIDAY):
        return day
    return day + timedelta(days=(int(weekday) - day.weekday()) % _WEEK)


def _western_easter(year: int) -> date:
    """Find Easter Sunday by the Gregorian calendar: the anonymous computation that Meeus gives."""
    century, rest = divmod(year, 100)
    golden = year % 19
    leap, over = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - correction + 15) % 30
    fours, ones = divmod(rest, 4)
    sunday = (32 + 2 * over + 2 * fours - epact - ones) % 7
    late = (golden + 11 * epact + 22 * sunday) // 451
    month, day = divmod(epact + sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def _eastern_easter(year: int) -> date:
    """Find Easter Sunday by the Julian calendar, told in our own; right from 1900 to 2099."""
    moon = (19 * (year % 19) + 15) % 30
    sunday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    month, day = divmod(moon + sunday + 114, 31)
    return date(year, month, day + 1) + _JULIAN
