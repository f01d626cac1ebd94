"""Patterns: the evidence of a cell, what is usual in it, and the exact figures beside it."""

import json

import numpy as np
import pytest
from scipy import stats

from portal.analysis.patterns.bounds import at_least, best_power, discovered, rate_interval
from portal.analysis.patterns.counting import KINDS, Strata, Units, Words, day_of, key_of, parts_of
from portal.analysis.patterns.daily import kept_of, search_day, search_of, settings_of
from portal.analysis.patterns.evidence import ODDS, gains, grow, share_out
from portal.analysis.patterns.trial import Alarm, Drawn, Injected, Plan, days_to_find, live_through, told_apart
from portal.analysis.patterns.watching import Settings, Watch, add_day
from portal.domain.patterns import DIMENSIONS, SAYS_NO_MORE, STAKES, Family, Measure, about_of_cell

BY_ALL = Settings(false_a_year=1.0)
VENDOR = DIMENSIONS.index("vendor")


def _drawn(rate: float) -> Drawn:
    random = np.random.default_rng(3)
    codes = np.zeros((4_000, len(DIMENSIONS)), dtype=np.int64)
    codes[:, VENDOR] = 1 + np.floor(60 * random.random(4_000) ** 2)
    codes[:, DIMENSIONS.index("region")] = 1 + np.floor(12 * random.random(4_000) ** 2)
    return Drawn(codes, (random.random(4_000) < rate).astype(np.float64))


@pytest.mark.parametrize(("exposure", "usual"), [(1, 0.07), (40, 0.07), (3, 0.5), (200, 0.001)])
def test_a_days_ratio_is_one_in_expectation_while_the_usual_rate_is_true(exposure, usual):
    events = np.arange(exposure + 1, dtype=np.float64)
    chances = stats.binom.pmf(events, exposure, usual)

    ratios = np.exp(gains(np.full(exposure + 1, float(exposure)), events, np.full(exposure + 1, usual)))

    assert chances @ ratios == pytest.approx(np.ones(len(ODDS)))


def test_unlike_rates_within_a_cell_make_its_ratio_smaller_and_never_larger():
    first, second = 0.02, 0.3
    chances = [(1 - first) * (1 - second), first * (1 - second) + second * (1 - first), first * second]

    ratios = np.exp(gains(np.full(3, 2.0), np.arange(3.0), np.full(3, (first + second) / 2)))

    assert (np.array(chances) @ ratios < 1).all()


def test_what_is_staked_is_all_that_evidence_is_expected_to_hold():
    random = np.random.default_rng(5)
    evidence, usual, cells = np.zeros((5_000, len(ODDS))), 0.08, 5_000

    for _ in range(20):
        events = random.binomial(6, usual, cells).astype(np.float64)
        evidence = grow(evidence, gains(np.full(cells, 6.0), events, np.full(cells, usual)), np.full(cells, 0.001))

    assert evidence.sum(axis=1).mean() == pytest.approx(20 * 0.001, rel=0.2)


def test_a_cell_without_exposure_gains_nothing_and_loses_nothing():
    nothing = gains(np.zeros(1), np.zeros(1), np.full(1, 0.07))

    assert (nothing == 0).all()


def test_a_day_shares_out_its_stake_and_no_more():
    watched = np.array([True, False, True, True, True])
    pairs = np.array([False, False, False, True, True])

    stakes = share_out(0.5, watched, pairs)

    assert stakes.tolist() == [0.125, 0.0, 0.125, 0.125, 0.125]
    assert sum(STAKES.values()) == pytest.approx(1.0)


@pytest.mark.parametrize(("events", "exposure"), [(0, 10), (9, 41), (10, 10), (1, 1), (0, 0)])
def test_an_interval_is_the_exact_one(events, exposure):
    low, high = rate_interval(np.array([float(events)]), np.array([float(exposure)]))

    exact = stats.binomtest(events, exposure).proportion_ci() if exposure else None
    assert (low[0], high[0]) == (pytest.approx(exact.low), pytest.approx(exact.high)) if exact else (0.0, 1.0)


def test_tails_and_false_discoveries_are_those_of_scipy():
    random = np.random.default_rng(7)
    chances = np.concatenate([random.random(200), random.random(20) * 1e-5])

    found = discovered(chances)

    assert (found == (stats.false_discovery_control(chances, method="by") <= 0.05)).all()
    assert at_least(np.array([9.0, 0.0]), np.array([3.0, 3.0])) == pytest.approx([stats.poisson.sf(8, 3), 1.0])


def test_no_test_finds_a_doubled_rate_of_seven_in_a_hundred_among_eighty_parcels():
    one_cell = best_power(80, 0.07, 0.14, false_alarms=1 / 26)
    many = best_power(80, 0.07, 0.14, false_alarms=1 / 26 / 400)
    often = best_power(80, 0.3, 0.6, false_alarms=1 / 26 / 400)

    assert one_cell == pytest.approx(0.64, abs=0.01)
    assert many < 0.08
    assert often > 0.96


def test_three_parcels_are_no_pattern_whatever_became_of_them():
    watch, settings = Watch(), BY_ALL
    watch.shop.days, watch.shop.events = 1_000, 1_000.0
    codes = np.ones((3, len(DIMENSIONS)), dtype=np.int64)
    units = Units(codes, np.zeros(3, dtype=np.int64), np.ones(3), np.ones(3))

    found = [
        add_day(watch, day_of(units, np.full(3, 0.01), day, watch, fewest=1.0), settings) for day in range(1, 300, 299)
    ]

    assert all(one.places.size == 0 for one in found)


def test_a_vendor_with_one_order_is_counted_and_never_watched():
    watch, codes = Watch(), np.ones((1, len(DIMENSIONS)), dtype=np.int64)
    watch.shop.days, watch.shop.events = 1_000, 1_000.0
    units = Units(codes, np.zeros(1, dtype=np.int64), np.ones(1), np.ones(1))

    found = add_day(watch, day_of(units, np.full(1, 1e-4), 1, watch, fewest=1.0), BY_ALL)

    assert len(watch.keys) == len(DIMENSIONS)
    assert found.places.size == 0


def test_a_fault_is_found_by_name_and_a_quiet_shop_stays_quiet():
    drawn, fault = _drawn(0.08), Injected("vendor", 60.0, 0.08, 4.0, from_day=100)

    alarms = live_through(drawn, Plan(6_000, 128, injected=fault), 1, BY_ALL)
    quiet = live_through(drawn, Plan(6_000, 128), 2, BY_ALL)

    day = days_to_find(alarms, fault)
    assert day is not None
    assert day <= 14
    assert quiet == []


def test_alarms_that_share_a_word_within_four_weeks_are_one():
    alarms = [Alarm(10, ((0, 5),)), Alarm(12, ((0, 5), (1, 2))), Alarm(12, ((1, 9),)), Alarm(60, ((0, 5),))]

    assert told_apart(alarms, after=0) == 3
    assert told_apart(alarms, after=11) == 2


def test_every_cell_has_a_key_of_its_own_that_tells_its_parts():
    keys = {
        int(key_of(kind, *(np.array([5 + place]) for place in dimensions))[0]): dimensions
        for kind, dimensions in enumerate(KINDS)
    }

    assert len(keys) == len(KINDS)
    assert all(tuple(one for one, _ in parts_of(key)) == dimensions for key, dimensions in keys.items())
    assert not {tuple(DIMENSIONS[one] for one in kind) for kind in KINDS} & SAYS_NO_MORE


def test_a_stratum_without_history_is_held_against_the_shop():
    strata = Strata()
    units = Units(np.zeros((1, 1), dtype=np.int64), np.array([0]), np.array([10_000.0]), np.array([800.0]))

    strata.learn(units)

    assert strata.rates(np.array([0, 3])) == pytest.approx([0.08, 0.08], rel=0.01)


def test_a_search_that_is_kept_and_taken_up_finds_what_it_would_have_found():
    rows = [("v", "A→B", "", "", "A", "B", "s", "c", "1", 30, 2), ("w", "A→C", "", "", "A", "C", "s", "c", "1", 30, 3)]
    search = search_of(Family.DUE, None, {})
    for day in range(60):
        search_day(search, rows, day)
    document, cells = kept_of(search)

    again = search_of(Family.DUE, json.loads(json.dumps(document)), cells)

    bad = [(*rows[0][:-1], 20), rows[1]]
    one, other = search_day(search, bad, 60), search_day(again, bad, 60)
    assert [finding.cell for finding in one] == [finding.cell for finding in other]
    assert one[0].usual == pytest.approx(other[0].usual, rel=1e-3)
    assert [finding.cell for finding in one][:1] == [{"vendor": "v"}]
    assert settings_of(Measure.LATE).false_a_year == STAKES[Measure.LATE]


def test_a_day_on_which_nothing_settled_changes_nothing():
    search = search_of(Family.USED, None, {})

    assert search_day(search, [], 1) == []
    assert Words().code(0, "") == 0


def test_an_incident_is_about_what_a_claim_line_says_of_itself():
    assert about_of_cell({"vendor": "X", "lane": "SP→RR"}) == {
        "vendor": "X",
        "vendor_region": "SP",
        "ship_to_region": "RR",
    }
    assert about_of_cell({"vendor": "X", "weekday": "1"}) is None
