"""What only served a moment is forgotten, and nothing else."""

from datetime import timedelta

from sqlalchemy import text

from portal.services.forget_old import forget_old
from tests.support.shop import Shop

_COUNT = "INSERT INTO rate_counts (key, window_at, count) VALUES (:key, :at, 1)"


def test_counters_of_the_day_before_yesterday_go_and_those_of_today_stay(shop: Shop) -> None:
    with shop.toolkit.transaction() as session:
        session.execute(text(_COUNT), {"key": "old", "at": shop.now() - timedelta(days=2)})
        session.execute(text(_COUNT), {"key": "new", "at": shop.now()})

    forgotten = forget_old(shop.toolkit)

    assert forgotten == 1
    assert [row.key for row in shop.rows("SELECT key FROM rate_counts")] == ["new"]
