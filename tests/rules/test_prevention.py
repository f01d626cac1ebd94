"""The prevention list: why a parcel is on it, and what became of one."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.domain.prevention import Became, what_became, why_listed

_PROMISED = datetime(2026, 11, 20, tzinfo=UTC)
_DAY = timedelta(days=1)


def test_a_problem_alone_is_no_reason_because_no_parcel_has_one_yet() -> None:
    assert why_listed({"problem": "late"}) == {}
    assert why_listed({"problem": "late", "carrier": "Sedex"}) == {"carrier": "Sedex"}


@pytest.mark.parametrize(
    ("delivered", "order_over", "now", "became"),
    [
        (None, False, _PROMISED, None),
        (None, False, _PROMISED + _DAY, Became.LATE),
        (_PROMISED + _DAY - timedelta(seconds=1), False, _PROMISED + 2 * _DAY, Became.IN_TIME),
        (_PROMISED + _DAY, False, _PROMISED + 2 * _DAY, Became.LATE),
        (_PROMISED + timedelta(hours=2), False, _PROMISED, None),
        (None, True, _PROMISED - _DAY, Became.CANCELLED),
        (_PROMISED, True, _PROMISED, Became.IN_TIME),
    ],
)
def test_what_became_of_a_parcel_is_told_by_the_promise_that_was_made(
    delivered: datetime | None, order_over: object, now: datetime, became: Became | None
) -> None:
    assert what_became(order_over=bool(order_over), promised_at=_PROMISED, delivered_at=delivered, now=now) == became
