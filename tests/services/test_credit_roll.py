"""The roll of what is owed in credit: opening and all that happened make closing, for any days (L8), closed or not."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from portal.domain.actors import Actor
from portal.domain.closing import Closing, month_of
from portal.records.credit_liability import Roll, liability
from portal.services.close_period import close_period
from portal.services.expire_lots import expire_lots
from tests.services.test_credit_histories import STEPS, History
from tests.support.credit_shop import CreditShop, key, shop

__all__ = ["key", "shop"]

SPANS = st.lists(st.tuples(st.integers(-3, 120), st.integers(0, 120)), min_size=1, max_size=5)
MOVED = text("""
    SELECT coalesce(sum(amount_minor), 0)::bigint FROM credit_moves
    WHERE (happened_at AT TIME ZONE :zone)::date <= :day
""")


def rolls_of(shop: CreditShop, first: date, last: date) -> list[Roll]:
    with shop.toolkit.reading() as session:
        return liability(session, first, last)


def owed(shop: CreditShop, day: date) -> int:
    """Add up what is owed at the end of a day from the moves of credit themselves."""
    with shop.toolkit.reading() as session:
        return int(session.scalar(MOVED, {"day": day, "zone": str(shop.toolkit.zone)}) or 0)


def close_what_is_over(shop: CreditShop, today: date) -> None:
    """Close the month before, which nobody compared, so two people do."""
    month = month_of(today.replace(day=1) - timedelta(days=1))
    for person in (1, 2):
        close_period(shop.toolkit, Closing(month, None, Actor.staff(person)), patience=0)


@pytest.mark.proves("L8", "L9")
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, spans=SPANS)
def test_opening_and_all_that_happened_make_closing_for_any_days(
    shop: CreditShop, key: int, steps: list[tuple[str, int, int]], spans: list[tuple[int, int]]
):
    history = History(shop, key)
    began = shop.now.astimezone(shop.toolkit.zone).date()
    for action, size, more in steps:
        getattr(history, action)(size, more)
    days = [(began + timedelta(days=start), began + timedelta(days=start + long)) for start, long in spans]
    told = [rolls_of(shop, first, last) for first, last in days]

    for (first, last), rolls in zip(days, told, strict=True):
        assert sum(roll.closing.minor for roll in rolls) == owed(shop, last)
        assert sum(roll.opening.minor for roll in rolls) == owed(shop, first - timedelta(days=1))
        for roll in rolls:
            assert roll.opening.minor + sum(amount.minor for amount in roll.moves.values()) == roll.closing.minor

    shop.wait(minutes=60 * 24 * 40)
    close_what_is_over(shop, shop.now.astimezone(shop.toolkit.zone).date())
    assert [rolls_of(shop, first, last) for first, last in days] == told
    # What ended meanwhile is swept as every night, or it would be found by the check of every test.
    expire_lots(shop.toolkit)
