"""Every marker names something that has to hold, and everything that has to hold is shown or argued."""

from portal.records.invariants.every import OURS
from tests.reliability.ids import every, known
from tests.reliability.marks import every_mark, every_place

ARGUED_IN_A_HUNDRED = 5


def test_every_marker_names_something_that_has_to_hold():
    unknown = [f"{mark.place}: {one}" for mark in every_mark() for one in mark.ids if one not in known()]

    assert unknown == []


def test_every_marker_stands_where_pytest_reads_it():
    found = {mark.place for mark in every_mark()}

    assert [place for place in every_place() if place not in found] == []


def test_few_things_are_argued_instead_of_tested():
    argued = [wanted.id for wanted in every() if wanted.why_argued]

    assert len(argued) * 100 <= len(every()) * ARGUED_IN_A_HUNDRED


def test_nothing_is_left_without_a_test_or_an_argument():
    # What a query can tell is broken on purpose in tests/records, which computes its markers.
    named = {one for mark in every_mark() for one in mark.ids} | {one.key for one in OURS}

    left = [wanted.id for wanted in every() if wanted.id not in named and not wanted.why_argued]

    assert left == []
