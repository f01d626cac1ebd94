"""What was promised of each budget and taken back of it, and how many claims a person answered because of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, select, text, tuple_
from sqlalchemy.orm import Session

from portal.domain.budgets import BudgetPeriod
from portal.domain.offers import PolicyClass
from portal.records.budgets import Asked
from portal.records.tables.budgets import BudgetMove, BudgetUse

# No offer lives as long, so whoever was held back by a budget of a period reported within so long before it.
_REPORTED_BEFORE = timedelta(days=366)
_HELD = text("""
WITH held AS (
  SELECT l.claim_id, v.market, h ->> 'policy_class' AS policy_class, h ->> 'period' AS period,
    h ->> 'currency' AS currency,
    (SELECT max(e.happened_at) FROM claim_events AS e WHERE e.claim_line_id = l.id AND e.claim_id = l.claim_id
      AND e.to_state = 'escalated' AND e.actor IN ('system:policy', 'system:limits')) AS held_at
  FROM claim_lines AS l JOIN claims AS c ON c.id = l.claim_id JOIN policy_versions AS v ON v.id = c.policy_version_id
  CROSS JOIN LATERAL jsonb_array_elements(
    coalesce(l.standing -> 'held', '[]') || coalesce(l.standing -> 'at_choice' -> 'held', '[]')) AS h
  WHERE (l.standing -> 'held' IS NOT NULL OR l.standing -> 'at_choice' IS NOT NULL)
    AND h ->> 'kind' = 'budget_spent' AND c.created_at >= :since
)
SELECT market, policy_class, period, CAST(date_trunc(period, held_at AT TIME ZONE :zone) AS date), currency,
  count(DISTINCT claim_id)
FROM held WHERE held_at IS NOT NULL GROUP BY 1, 2, 3, 4, 5
""")


class BudgetKey(NamedTuple):
    """A budget in one of its periods and one currency."""

    market: str
    policy_class: PolicyClass
    period: BudgetPeriod
    begins_on: date
    currency: str


@dataclass(frozen=True, slots=True)
class UseRow:
    """What of a budget was promised in one period and currency, and what of that was taken back, in minor units."""

    use_id: int
    key: BudgetKey
    promised: int
    released: int

    @property
    def used(self) -> int:
        """What stands."""
        return self.promised - self.released


def uses_of(session: Session, asked: Sequence[Asked]) -> list[UseRow]:
    """Read what of budgets in certain periods was used, in every currency in which something was."""
    return _uses(session, _period().in_([tuple(one) for one in asked]), limit=None) if asked else []


def earlier_uses(
    session: Session, beside: Sequence[Asked], *, after: tuple[date, int] | None, limit: int
) -> list[UseRow]:
    """List what was used in all other periods, the newest first. after: begin and id of the last one shown."""
    wanted: ColumnElement[bool] = ~_period().in_([tuple(one) for one in beside])
    if after is not None:
        wanted = and_(wanted, tuple_(BudgetUse.begins_on, BudgetUse.id) < after)
    return _uses(session, wanted, limit=limit)


def held_claims(session: Session, *, since: date, zone: ZoneInfo) -> dict[BudgetKey, int]:
    """Count the claims of which a person answers a line because a budget did not cover it, by budget.

    since: the first day of the earliest period that is asked about.
    """
    reported = datetime(since.year, since.month, since.day, tzinfo=zone) - _REPORTED_BEFORE
    rows = session.execute(_HELD, {"since": reported, "zone": zone.key})
    return {
        BudgetKey(market, PolicyClass(name), BudgetPeriod(period), begins_on, currency): claims
        for market, name, period, begins_on, currency, claims in rows
    }


def _period() -> ColumnElement[tuple[str, str, str, date]]:
    return tuple_(BudgetUse.market, BudgetUse.policy_class, BudgetUse.period, BudgetUse.begins_on)


def _uses(session: Session, wanted: ColumnElement[bool], *, limit: int | None) -> list[UseRow]:
    released = (
        select(func.coalesce(func.sum(BudgetMove.amount_minor), 0))
        .where(BudgetMove.budget_use_id == BudgetUse.id, BudgetMove.kind == "release")
        .scalar_subquery()
    )
    asked = select(BudgetUse, released).where(wanted)
    asked = asked.order_by(BudgetUse.begins_on.desc(), BudgetUse.id.desc()).limit(limit)
    return [UseRow(one.id, _key(one), one.promised_minor, -int(back)) for one, back in session.execute(asked)]


def _key(use: BudgetUse) -> BudgetKey:
    return BudgetKey(use.market, PolicyClass(use.policy_class), BudgetPeriod(use.period), use.begins_on, use.currency)
