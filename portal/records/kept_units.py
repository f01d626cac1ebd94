"""Customers who reported a problem, and people alike who had reported none, gathered by what they have alike.

Of who reported, the order of their first claim counts. Of others, every order by which they had reported nothing: who
orders often has more occasions to report, so to take one order of each would compare those who order often with all.
They count as one person each, however many orders they have, where it is told how sure a number is. Who was erased
counts on neither side, because their orders lead to nobody any more.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from string import Template

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.journey import HORIZONS, QUICK, Kept
from portal.domain.kept import Alike
from portal.domain.offers import PolicyClass
from portal.domain.outreach import US
from portal.domain.problems import NEVER_LEFT
from portal.domain.withdrawal import WITHDRAWAL
from portal.records.erasure import IS_NOBODY

LOOKS_BACK = timedelta(days=365 + max(HORIZONS))
_NUMBERS = ("people", "persons", "bought", "worth", "squared")
_NEVER = ", ".join(f"'{status}'" for status in sorted(NEVER_LEFT))
_LATER = Template("""
  count(*) FILTER (WHERE o.status NOT IN ($never)) OVER within_$days AS bought_$days,
  coalesce(sum(o.lines_total_minor) FILTER (WHERE o.status NOT IN ($never)) OVER worth_$days, 0) AS worth_$days
""")
_WINDOW = Template("""
  within_$days AS (PARTITION BY o.customer_id ORDER BY o.placed_at
    RANGE BETWEEN interval '1 microsecond' FOLLOWING AND interval '$days days' FOLLOWING),
  worth_$days AS (PARTITION BY o.customer_id, o.currency ORDER BY o.placed_at
    RANGE BETWEEN interval '1 microsecond' FOLLOWING AND interval '$days days' FOLLOWING)
""")
_HORIZON = Template("""
  count(*) FILTER (WHERE $whole) AS people_$days,
  coalesce(sum(1.0 / p.orders_$days) FILTER (WHERE $whole), 0) AS persons_$days,
  count(*) FILTER (WHERE $whole AND p.bought_$days > 0) AS bought_$days,
  coalesce(sum(p.worth_$days) FILTER (WHERE $whole), 0) AS worth_$days,
  coalesce(sum(p.worth_$days * p.worth_$days) FILTER (WHERE $whole), 0) AS squared_$days
""")
_WHOLE = Template("$order.placed_at <= CAST(:now AS timestamptz) - interval '$days days'")
# Of the orders by which somebody counts, those that have so many days behind them: together they are one person.
_ORDERS = Template("count(*) FILTER (WHERE $whole) OVER one_side AS orders_$days")
# How those who reported are told apart: what was done for their first claim, how soon, and what they said of it.
_TOLD = """
  SELECT
    (SELECT CASE count(DISTINCT d.kind) WHEN 0 THEN 'none' WHEN 1 THEN min(d.kind) ELSE 'several' END
       FROM remedies d WHERE d.claim_id = f.claim_id AND d.state IN ('promised', 'settled')) AS remedy,
    (SELECT CASE WHEN min(e.happened_at) IS NULL THEN 'none'
       WHEN min(e.happened_at) <= f.created_at + CAST(:quick AS interval) THEN 'quick' ELSE 'slow' END
       FROM claim_events e WHERE e.claim_id = f.claim_id AND e.to_state = 'made_whole') AS speed,
    CASE WHEN EXISTS (SELECT FROM claim_events e
        WHERE e.claim_id = f.claim_id AND e.action IN ('not_restored', 'told_again')) THEN 'failed_again'
      WHEN f.state = 'restored' THEN 'restored' ELSE 'not_known' END AS outcome,
    CASE WHEN f.raised_by = :outreach THEN 'first' ELSE 'told_us' END AS reached,
    (SELECT min(k.problem) FROM remedies d JOIN claim_lines k ON k.id = d.claim_line_id
       WHERE d.claim_id = f.claim_id AND d.state IN ('promised', 'settled') AND d.policy_class = :beyond) AS beyond
"""
_ALIKE = Template("""
  WITH timeline AS (
    SELECT o.id, o.order_number, o.customer_id, o.placed_at, o.currency, o.market, o.lines_total_minor, o.status,
      row_number() OVER (PARTITION BY o.customer_id ORDER BY o.placed_at, o.id) - 1 AS earlier, $later
    FROM orders o JOIN customers ON customers.id = o.customer_id AND NOT ($nobody)
    WHERE o.placed_at <= :now WINDOW $windows
  ), firsts AS MATERIALIZED (
    SELECT DISTINCT ON (o.customer_id) o.customer_id, c.id AS claim_id, c.order_id, c.created_at, c.state, c.raised_by,
      o.placed_at
    FROM claims c JOIN orders o ON o.id = c.order_id
    WHERE c.state <> 'withdrawn' AND c.created_at <= :now AND c.raised_by <> :withdrawal
    ORDER BY o.customer_id, c.created_at, c.id
  ), picked AS (
    SELECT t.*, t.id IS NOT DISTINCT FROM f.order_id AS reported, $orders
    FROM timeline t LEFT JOIN firsts f ON f.customer_id = t.customer_id
    WHERE t.placed_at >= :since AND t.placed_at <= CAST(:now AS timestamptz) - interval '$soonest days'
      AND (f.order_id IS NULL OR t.id = f.order_id OR t.placed_at < f.placed_at)
    WINDOW one_side AS (PARTITION BY t.customer_id, t.id IS NOT DISTINCT FROM f.order_id)
  ), cells AS MATERIALIZED (
    SELECT p.currency, p.reported, told.*,
      concat_ws('|', p.currency, p.market, to_char(p.placed_at AT TIME ZONE :zone, 'YYYY-MM'),
        floor(ln(greatest(p.lines_total_minor, 1)::double precision) / ln(2::double precision)),
        CASE WHEN p.earlier < 3 THEN p.earlier WHEN p.earlier < 6 THEN 3 ELSE 6 END, p.status IN ($never), l.category
      ) AS cell, $horizons
    FROM picked p
    LEFT JOIN LATERAL (SELECT category FROM order_lines WHERE order_id = p.id ORDER BY line_number LIMIT 1) AS l ON true
    LEFT JOIN firsts f ON p.reported AND f.order_id = p.id
    LEFT JOIN LATERAL ($told) AS told ON p.reported
    GROUP BY cell, p.currency, p.reported, told.remedy, told.speed, told.outcome, told.reached, told.beyond
  )
  SELECT * FROM cells WHERE cell IN (SELECT cell FROM cells WHERE reported)
""").substitute(
    nobody=IS_NOBODY,
    never=_NEVER,
    told=_TOLD,
    later=",".join(_LATER.substitute(days=days, never=_NEVER) for days in HORIZONS),
    windows=",".join(_WINDOW.substitute(days=days) for days in HORIZONS),
    orders=",".join(_ORDERS.substitute(days=days, whole=_WHOLE.substitute(days=days, order="t")) for days in HORIZONS),
    horizons=",".join(
        _HORIZON.substitute(days=days, whole=_WHOLE.substitute(days=days, order="p")) for days in HORIZONS
    ),
    soonest=min(HORIZONS),
)


def people_alike(session: Session, now: datetime, zone: str) -> Iterator[Alike]:
    """Give everybody who reported a problem within the year that has its days behind it, and people alike."""
    bound = {
        "now": now,
        "zone": zone,
        "since": now - LOOKS_BACK,
        "quick": QUICK,
        "outreach": str(US),
        "withdrawal": str(WITHDRAWAL),
        "beyond": PolicyClass.NOT_OURS.value,
    }
    for row in session.execute(text(_ALIKE), bound):
        told = _told_by(row.remedy, row.speed, row.outcome, row.reached, row.beyond) if row.reported else None
        for days in HORIZONS:
            people, persons, bought, worth, squared = (getattr(row, f"{name}_{days}") for name in _NUMBERS)
            if people:
                yield Alike(
                    row.cell, days, row.currency, told, people, float(persons), bought, float(worth), float(squared)
                )


def _told_by(remedy: str, speed: str, outcome: str, reached: str, beyond: str | None) -> dict[Kept, str]:
    told = {
        Kept.ALL: "",
        Kept.REMEDY: remedy,
        Kept.SPEED: speed,
        Kept.OUTCOME: outcome,
        Kept.REACHED: reached,
        Kept.SCOPE: "beyond" if beyond else "ours",
    }
    return {**told, Kept.BEYOND: beyond} if beyond else told
