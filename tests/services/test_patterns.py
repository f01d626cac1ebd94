"""Patterns: found by counting every day once, explained, decided by a person, and given to an incident."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import psycopg
import pytest
from sqlalchemy import text

from portal.analysis.patterns.daily import Finding
from portal.domain.actors import Actor
from portal.domain.errors import MovedOn, NotFound
from portal.domain.outreach import US
from portal.domain.patterns import MEASURES, BadPattern, Counts, Family, Measure
from portal.letters.patterns import pattern_sentence
from portal.records import incidents, pattern_searches, pattern_units, patterns
from portal.records.sessions import libpq_url
from portal.records.tables.patterns import Pattern
from portal.services.close_incident import close_incident
from portal.services.decide_pattern import confirm_pattern, dismiss_pattern
from portal.services.explain_patterns import explained
from portal.services.find_patterns import find_patterns
from portal.services.rank_cells import rank_cells
from tests.support.a_pattern import a_pattern
from tests.support.past_parcels import BAD_FROM, BAD_VENDOR, LAST_DAY, write_past_parcels
from tests.support.reaching import change
from tests.support.shop import Shop

_COLLEAGUE = Actor.staff(1)
_HALF = LAST_DAY - timedelta(days=30)


@pytest.fixture
def counted(shop: Shop, database_url: str) -> Iterator[Shop]:
    """Fill the shop with parcels of a year, and count them in two goes, so that what is kept between is taken up."""
    write_past_parcels(database_url, 3_000, days=160, vendors=12)
    find_patterns(shop.toolkit, until=_HALF)
    find_patterns(shop.toolkit, until=LAST_DAY)
    yield shop
    with psycopg.connect(libpq_url(database_url)) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM claims WHERE client_key = 'key'")
        connection.execute("DELETE FROM claim_lines")


def _patterns(shop: Shop) -> list[Pattern]:
    with shop.toolkit.reading() as session:
        return patterns.listed(session, limit=50)


def test_the_vendor_that_fails_is_found_alone_and_decided_once_and_each_day_is_counted_once(counted: Shop) -> None:
    found = _patterns(counted)

    _each_day_was_counted_once(counted)
    _what_we_told_of_ourselves_is_no_report(counted)
    _what_fails_all_year_is_ranked_with_its_interval(counted)
    assert [(one.measure, one.cell) for one in found] == [("late", {"vendor": BAD_VENDOR})]
    one = found[0]
    assert BAD_FROM <= one.since_on <= one.found_on <= LAST_DAY
    assert one.events > 2 * one.usual
    assert sum(week[1] for week in one.weeks) >= one.exposure
    _decides_once(counted, one.ref)


def _decides_once(shop: Shop, ref: str) -> None:
    with pytest.raises(BadPattern):
        confirm_pattern(shop.toolkit, ref=ref, words=" ", actor=_COLLEAGUE)
    incident = confirm_pattern(shop.toolkit, ref=ref, words="Their van broke down.", actor=_COLLEAGUE)
    with pytest.raises(MovedOn):
        dismiss_pattern(shop.toolkit, ref=ref, reason="No.", actor=_COLLEAGUE)
    with pytest.raises(NotFound):
        dismiss_pattern(shop.toolkit, ref="PAT-AAAAAAA", reason="No.", actor=_COLLEAGUE)
    with shop.toolkit.reading() as session:
        opened = incidents.open_ones(session)
    assert [(one.ref, one.about) for one in opened] == [(incident, {"vendor": BAD_VENDOR})]


def _each_day_was_counted_once(counted: Shop) -> None:
    again = find_patterns(counted.toolkit, until=LAST_DAY)

    with counted.toolkit.reading() as session:
        until = pattern_searches.last_days(session)
        due = sum(
            session.scalar(
                text(
                    "SELECT (state->'measures'->:one->'shop'->>'days')::int FROM pattern_searches"
                    " WHERE family = :family"
                ),
                {"one": measure.value, "family": family.value},
            )
            or 0
            for family, measures in MEASURES.items()
            for measure in measures[:1]
        )
    assert again.days == 0
    assert set(until.values()) == {LAST_DAY}
    assert set(until) == set(Family)
    assert due <= len(Family) * 370


def _what_we_told_of_ourselves_is_no_report(counted: Shop) -> None:
    theirs = [_reported(counted, family) for family in (Family.OVERDUE, Family.USED)]

    change(counted, "UPDATE claims SET raised_by = :us WHERE client_key = 'key'", us=str(US))

    assert all(theirs)
    assert [_reported(counted, family) for family in (Family.OVERDUE, Family.USED)] == [0, 0]


def _reported(shop: Shop, family: Family) -> int:
    ends = datetime.combine(LAST_DAY, time(), UTC)
    with shop.toolkit.reading() as session:
        rows = pattern_units.settled(session, family, ends - timedelta(days=160), ends, "UTC")
    return sum(sum(row[-len(MEASURES[family]) :]) for row in rows)


def _what_fails_all_year_is_ranked_with_its_interval(counted: Shop) -> None:
    ranked = rank_cells(counted.toolkit, Measure.LATE)

    assert all(one.low > 1 and one.low <= one.events / one.usual <= one.high for one in ranked)


def test_what_was_dismissed_or_closed_is_silent_for_eight_weeks_and_only_while_it_is_no_worse(shop: Shop) -> None:
    today, cell = shop.now().date(), {"vendor": "Olaria"}
    dismissed = a_pattern(shop.toolkit, cell=cell, on=today - timedelta(days=40))
    no_worse = Finding(Measure.LATE, cell, 82, 26, 6.04, 0.22, 0.43, (today - timedelta(days=13)).toordinal())
    worse = replace(no_worse, events=27)
    dismiss_pattern(shop.toolkit, ref=dismissed, reason="A holiday.", actor=_COLLEAGUE)
    quiet = [_is_silent(shop, no_worse, today + timedelta(days=days)) for days in (0, 30, 56, 57)]
    loud = _is_silent(shop, worse, today)
    confirmed = a_pattern(shop.toolkit, cell=cell)
    incident = confirm_pattern(shop.toolkit, ref=confirmed, words="Their van.", actor=_COLLEAGUE)
    beside = replace(worse, cell={"vendor": "Cedro"})
    of_open = [_is_silent(shop, one, today + timedelta(days=100)) for one in (beside, worse)]
    close_incident(shop.toolkit, ref=str(incident), reason="They moved away.", actor=_COLLEAGUE)
    of_closed = [_is_silent(shop, one, today) for one in (no_worse, worse)]

    assert (quiet, loud) == ([True, True, True, False], False)
    # Of what it was not seen in for so long, it explains its own cell alone.
    assert (of_open, of_closed) == ([False, True], [True, False])


def _is_silent(shop: Shop, finding: Finding, day: date) -> bool:
    ends = datetime.combine(day, time(), UTC)
    asked = pattern_units.Asked(Family.DUE, finding.measure, finding.cell, ends - timedelta(weeks=26), ends, "UTC")
    with shop.toolkit.transaction() as session:
        return explained(session, finding, asked, day, starts=asked.start).by is not None


def test_a_shop_without_parcels_has_nothing_to_search(shop: Shop) -> None:
    assert find_patterns(shop.toolkit).days == 0
    assert rank_cells(shop.toolkit, Measure.DAMAGED) == []


def test_a_pattern_is_said_in_one_sentence() -> None:
    cell = {"vendor": "X", "lane": "SP→RR"}

    said = pattern_sentence(Measure.LATE, cell, Counts(41, 9, 3.04), "en")

    assert said == "Vendor X · Lane SP→RR: 9 of 41 parcels late where 3 are usual."
    assert date.fromordinal(1).day == 1
