"""The lane to the provider: how long a slot is, whatever the pace."""

from datetime import timedelta

import pytest

from portal.domain.lane import MOST_A_SECOND, MOST_THAT_MAY_BE, gap


@pytest.mark.parametrize("most", [1, MOST_A_SECOND, MOST_THAT_MAY_BE])
def test_the_slots_of_a_second_take_a_little_more_than_a_second(most):
    taken = gap(most) * most

    assert timedelta(seconds=1.03) < taken < timedelta(seconds=1.05)


def test_without_a_word_twenty_leave_in_a_second():
    assert gap(MOST_A_SECOND) == timedelta(milliseconds=52)
