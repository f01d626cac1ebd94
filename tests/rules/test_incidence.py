"""Incidence before and after a fix: exact intervals, matched units elsewhere, and how much it takes to tell."""

import numpy as np
import pytest
from scipy import stats

from portal.analysis.incidence import FEWEST_AFTER, Stratum, change_between, needed_after, ratio_interval, window_of


def _weeks(first, last, *, of=40, wrong=12, elsewhere=800, usual=56, mix="express"):
    return [Stratum(week, mix, of, wrong, elsewhere, usual) for week in range(first, last)]


@pytest.mark.parametrize(("few", "under", "many", "over"), [(30, 100, 5, 120), (3, 40, 3, 40), (9, 41, 0, 60)])
def test_the_ratio_of_two_rates_has_the_exact_conditional_interval(few, under, many, over):
    exact = stats.binomtest(many, few + many).proportion_ci()

    low, high = ratio_interval((few, under), (many, over))

    assert low == pytest.approx(exact.low / (1 - exact.low) * under / over)
    assert high == pytest.approx(exact.high / (1 - exact.high) * under / over)
    assert ratio_interval((0, under), (0, over)) == (0.0, float("inf"))


def test_one_stratum_elsewhere_has_the_exact_interval_of_a_count():
    window = window_of([Stratum(0, "", 10, 1, 500, 30)])

    assert window.usual == pytest.approx(0.06)
    assert window.usual_low == pytest.approx(stats.chi2.ppf(0.025, 60) / 2 / 500)
    assert window.usual_high == pytest.approx(stats.chi2.ppf(0.975, 62) / 2 / 500)


def test_what_is_usual_has_the_mix_of_the_cell_and_only_what_has_a_match_is_compared():
    mostly_far = [Stratum(0, "near", 10, 0, 1000, 10), Stratum(0, "far", 30, 9, 100, 20)]
    rare = [*mostly_far, Stratum(0, "island", 20, 5, 3, 1), Stratum(1, "near", 50, 9, 0, 0)]

    window, with_rare = window_of(mostly_far), window_of(rare)

    assert window.usual == pytest.approx(0.25 * 0.01 + 0.75 * 0.2)
    # The island has three elsewhere, so all units of the week stand in; a week without any is left out.
    assert with_rare.usual == pytest.approx((10 * 0.01 + 30 * 0.2 + 20 * 31 / 1103) / 60)
    assert (with_rare.exposure, with_rare.compared, with_rare.compared_events) == (110, 60, 14)


def test_what_everybody_saw_is_not_taken_for_a_fix():
    before = _weeks(0, 8)
    everybody = _weeks(8, 16, wrong=3, usual=14)
    alone = _weeks(8, 16, wrong=3, usual=56)

    with_all, beyond = change_between(before, everybody), change_between(before, alone)

    assert with_all is not None
    assert beyond is not None
    assert (with_all.times, beyond.times) == (pytest.approx(1.0), pytest.approx(0.25))
    assert with_all.low < 1 < with_all.high
    assert beyond.high < 1


def test_where_nothing_changed_a_fall_is_seen_in_fewer_runs_than_the_level_allows():
    random = np.random.default_rng(11)

    def drawn(first):
        wrong, usual = random.binomial(30, 0.2, 6), random.binomial(300, 0.1, 6)
        return [Stratum(first + week, "", 30, int(wrong[week]), 300, int(usual[week])) for week in range(6)]

    changes = [change_between(drawn(0), drawn(6)) for _ in range(300)]

    assert sum(one is not None and one.high < 1 for one in changes) <= 0.05 * len(changes)
    assert sum(one is not None and one.low <= 1 <= one.high for one in changes) >= 0.95 * len(changes)


def test_it_takes_more_units_the_nearer_the_fault_is_to_what_is_usual():
    strong, mild = (needed_after(_weeks(0, 8, wrong=wrong), []) for wrong in (24, 7))

    assert strong is not None
    assert mild is not None
    assert FEWEST_AFTER <= strong < mild
    change = change_between(_weeks(0, 8, wrong=7), _weeks(8, 8 + mild // 40 + 1, wrong=2))
    assert change is not None
    assert change.high < 1


@pytest.mark.parametrize(
    "before",
    [
        [],
        [Stratum(0, "", 3, 3, 0, 0)],
        [Stratum(0, "", 0, 0, 500, 30)],
        [Stratum(0, "", 200, 0, 500, 30)],
        _weeks(0, 8, wrong=3),
    ],
)
def test_where_nothing_can_tell_no_number_of_units_is_asked_for(before):
    assert needed_after(before, []) is None


def test_three_parcels_that_all_failed_are_not_undone_by_three_that_came():
    three, after = [Stratum(0, "", 3, 3, 900, 63)], [Stratum(1, "", 3, 0, 900, 63)]

    needed = needed_after(three, after)

    assert needed is not None
    assert needed >= FEWEST_AFTER
