"""Where a parcel is, at the boundaries."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.problems import SENSIBLE, ParcelState, Problem, parcel_state

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def state(**given) -> ParcelState:
    known = {"order_status": "shipped", "handed_over_at": NOW, "promised_at": NOW, "delivered_at": None, "now": NOW}
    return parcel_state(**{**known, **given})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"delivered_at": NOW}, ParcelState.DELIVERED),
        ({"delivered_at": NOW + timedelta(seconds=1)}, ParcelState.ON_THE_WAY),
        ({"handed_over_at": None}, ParcelState.NOT_SHIPPED),
        ({"handed_over_at": NOW + timedelta(seconds=1)}, ParcelState.NOT_SHIPPED),
        ({"promised_at": NOW - timedelta(days=1) + timedelta(seconds=1)}, ParcelState.ON_THE_WAY),
        ({"promised_at": NOW - timedelta(days=1)}, ParcelState.LATE),
        ({"promised_at": None}, ParcelState.ON_THE_WAY),
        ({"order_status": "canceled", "handed_over_at": None}, ParcelState.CANCELLED),
        ({"order_status": "unavailable", "handed_over_at": None}, ParcelState.CANCELLED),
        ({"order_status": "canceled", "delivered_at": NOW}, ParcelState.DELIVERED),
    ],
)
def test_the_state_of_a_parcel(given, expected: ParcelState) -> None:
    assert state(**given) is expected


def test_every_parcel_state_has_problems_and_a_way_to_say_something_else() -> None:
    assert set(SENSIBLE) == set(ParcelState)
    assert all(Problem.OTHER in problems for problems in SENSIBLE.values())
