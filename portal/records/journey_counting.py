"""What is counted of the journey, from claims, orders and the journal: the statements, and writing what they give.

Everything is counted anew each time and put in place of what was there, in one transaction: whatever changed since,
however late, is in the days that it belongs to.
"""

import json
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from string import Template
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, text
from sqlalchemy.orm import Session

from portal.domain.journey import EVERY, Days
from portal.domain.withdrawal import WITHDRAWAL
from portal.records.counted_days import COUNTED_BETWEEN
from portal.records.tables.journey import JourneyAnswer, JourneyCost, JourneyCount, JourneyKept

# Each span with the moments between which it lies, as they are where the shop is.
_SPANS = """
    spans AS (
      SELECT * FROM json_to_recordset(CAST(:spans AS json))
        AS s(span text, first_on date, last_on date, starts_at timestamptz, ends_at timestamptz)
    )
"""
_ORDERS = Template("""
    WITH $spans
    SELECT s.span, s.first_on, coalesce(o.currency, '$every') AS currency, count(*) AS orders
    FROM spans s JOIN orders o ON o.placed_at >= s.starts_at AND o.placed_at < s.ends_at
    GROUP BY s.span, s.first_on, CUBE (o.currency)
""").substitute(spans=_SPANS, every=EVERY)
# The page says the apology to whoever reports; where somebody reported for them, the first mail does: also the one that
# tells first of several parcels, whichever claim it belongs to. A parcel that was sent again and reported is no problem
# of its own: it is the second failure of the first. Nor is a withdrawal one.
_LINES = """
    lines AS (
      SELECT k.stage, o.currency, c.created_at, failed.times AS failed,
        k.state NOT IN ('declined', 'closed_elsewhere')
          AND EXISTS (SELECT FROM follow_ups f WHERE f.claim_id = c.id AND f.asked_at IS NOT NULL) AS asked,
        k.state = 'restored' AS restored, moved.remedied_at, moved.restored_at,
        CASE WHEN c.raised_by LIKE 'claimant:%' THEN c.created_at ELSE told.sent_at END AS apologised_at
      FROM claims c
      JOIN orders o ON o.id = c.order_id
      JOIN claim_lines k ON k.claim_id = c.id AND k.state <> 'withdrawn' AND k.about_replacement_id IS NULL
      LEFT JOIN LATERAL (
        SELECT min(e.happened_at) FILTER (WHERE e.to_state = 'made_whole') AS remedied_at,
          max(e.happened_at) FILTER (WHERE e.to_state = 'restored' AND k.state = 'restored') AS restored_at
        FROM claim_events e WHERE e.claim_id = c.id AND e.claim_line_id = k.id
      ) AS moved ON true
      CROSS JOIN LATERAL (
        SELECT count(*) AS times FROM claim_events e WHERE e.claim_id = c.id
          AND e.action IN ('not_restored', 'told_again') AND e.claim_line_id = k.id
      ) AS failed
      LEFT JOIN LATERAL (
        SELECT min(l.sent_at) AS sent_at FROM letters l
        WHERE (l.claim_id = c.id OR l.id = (SELECT letter_id FROM outreach_targets WHERE claim_id = c.id))
          AND l.state = 'sent' AND c.raised_by NOT LIKE 'claimant:%'
      ) AS told ON true
      WHERE c.created_at >= :since AND c.created_at < :until AND c.raised_by <> :withdrawal
    )
"""
_TAKES = "extract(epoch FROM {name}_at - created_at)"
_QUICK = ", ".join(
    f"percentile_cont({share}) WITHIN GROUP (ORDER BY {_TAKES.format(name=moment)}) AS {name}_{ending}"
    for moment, name in (("apologised", "apology"), ("remedied", "remedy"), ("restored", "restored"))
    for share, ending in ((0.5, "median"), (0.9, "p90"))
)
_PROBLEMS = Template("""
    WITH $spans, $lines
    SELECT s.span, s.first_on, coalesce(stage, '$every') AS stage, coalesce(currency, '$every') AS currency,
      count(*) AS problems, coalesce(sum(failed), 0)::int AS second_failures, count(*) FILTER (WHERE asked) AS asked,
      count(*) FILTER (WHERE asked AND restored) AS restored, count(remedied_at) AS remedied, $times
    FROM spans s JOIN lines ON lines.created_at >= s.starts_at AND lines.created_at < s.ends_at
    GROUP BY s.span, s.first_on, CUBE (stage, currency)
""").substitute(spans=_SPANS, lines=_LINES, every=EVERY, times=_QUICK)
_COSTS = Template("""
    WITH $counted, $spans
    SELECT s.span, s.first_on, coalesce(e.dimensions ->> 'stage', '') AS stage,
      coalesce(p.policy_class, '') AS policy_class, coalesce(e.dimensions ->> 'problem', '') AS problem, p.currency,
      sum(p.amount_minor)::bigint AS amount_minor, count(DISTINCT e.claim_ref) AS claims
    FROM counted e JOIN journal_postings p ON p.entry_id = e.id AND p.account = 'remedy_cost'
    JOIN spans s ON e.counted_on BETWEEN s.first_on AND s.last_on
    GROUP BY 1, 2, 3, 4, 5, 6
""").substitute(counted=COUNTED_BETWEEN, spans=_SPANS)
# What happens now counts.
_INSTANT = timedelta(microseconds=1)
_NOTHING = {"problems": 0, "second_failures": 0, "asked": 0, "restored": 0, "remedied": 0}
_NO_TIMES = dict.fromkeys(
    ("apology_median", "apology_p90", "remedy_median", "remedy_p90", "restored_median", "restored_p90")
)


def counted(session: Session, days: Sequence[Days], zone: ZoneInfo, now: datetime) -> list[dict[str, Any]]:
    """Count problems, times, answers and orders of each span, stage and currency, and of all of them together.

    What is dated after now counts for nothing. Each span has a row of all stages for each currency and for all of
    them, empty or not.
    """
    spans = [_written(one, zone, now) for one in days]
    bound = {
        "spans": json.dumps(spans),
        "since": min(one["starts_at"] for one in spans),
        "until": now + _INSTANT,
        "withdrawal": str(WITHDRAWAL),
    }
    orders = {(row.span, row.first_on, row.currency): row.orders for row in session.execute(text(_ORDERS), bound)}
    found = {
        (row["span"], row["first_on"], row["stage"], row["currency"]): dict(row)
        for row in session.execute(text(_PROBLEMS), bound).mappings()
    }
    last = {(one.span.value, one.first): one.last for one in days}
    keys = {(span, first, EVERY, currency) for span, first, currency in orders} | set(found)
    keys |= {
        (span, first, EVERY, currency) for span, first in last for currency in {EVERY, *(key[2] for key in orders)}
    }
    return [
        {
            **_NOTHING,
            **_NO_TIMES,
            **found.get(key, {}),
            **dict(zip(("span", "first_on", "stage", "currency"), key, strict=True)),
            "last_on": last[key[:2]],
            "orders": orders.get((key[0], key[1], key[3]), 0),
            "counted_at": now,
        }
        for key in sorted(keys)
    ]


def costs(session: Session, days: Sequence[Days], zone: ZoneInfo, now: datetime) -> list[dict[str, Any]]:
    """Add up the cost of remedies of each span from the journal, by what its entries froze."""
    bound = {
        "spans": json.dumps([_written(one, zone, now) for one in days]),
        "first": min(one.first for one in days),
        "last": max(one.last for one in days),
    }
    return [dict(row) for row in session.execute(text(_COSTS), bound).mappings()]


def _written(days: Days, zone: ZoneInfo, now: datetime) -> dict[str, str]:
    starts, ends = (datetime.combine(one, time(), zone) for one in (days.first, days.last + timedelta(days=1)))
    return {
        "span": days.span.value,
        "first_on": days.first.isoformat(),
        "last_on": days.last.isoformat(),
        "starts_at": starts.isoformat(),
        "ends_at": min(ends, now + _INSTANT).isoformat(),
    }


def at_leisure(session: Session) -> None:
    """Let a session see one moment and take its time: it reads through every order, and holds nobody up."""
    session.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    session.execute(text("SET LOCAL statement_timeout = '1h'"))
    session.execute(text("SELECT set_config('work_mem', '128MB', true), set_config('jit', 'off', true)"))


def hold(session: Session, now: datetime) -> bool:
    """Let nobody else write a count until this transaction ends; tell whether none is there that is newer."""
    session.execute(text("LOCK TABLE journey_counts IN SHARE ROW EXCLUSIVE MODE"))
    newest = session.execute(text("SELECT max(counted_at) FROM journey_counts")).scalar()
    return newest is None or newest <= now


def write(
    session: Session,
    counts: Sequence[dict[str, Any]],
    booked: Sequence[dict[str, Any]],
    kept: Sequence[dict[str, Any]],
    answers: Sequence[dict[str, Any]],
) -> None:
    """Put what was counted in the place of what was there."""
    all_of_it = ((JourneyCount, counts), (JourneyCost, booked), (JourneyKept, kept), (JourneyAnswer, answers))
    for table, rows in all_of_it:
        session.execute(delete(table))
        if rows:
            session.execute(insert(table), rows)
