"""Budgets: their rows held for a promise, and what counts against them written with it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from string import Template
from typing import NamedTuple

from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.budgets import BudgetPeriod
from portal.domain.offers import PolicyClass
from portal.records.in_transaction import ask
from portal.records.rows_to_write import as_json


class Asked(NamedTuple):
    """A budget of a policy in one of its periods; in which currency, the order says."""

    market: str
    policy_class: PolicyClass
    period: BudgetPeriod
    begins_on: date


@dataclass(frozen=True, slots=True)
class HeldBudget:
    """A budget that is held: what of it is used, and its row."""

    use_id: int
    policy_class: PolicyClass
    period: BudgetPeriod
    used: int


@dataclass(frozen=True, slots=True)
class Draw:
    """What one remedy takes of one budget. remedy: the ref that the statement which writes it finds it by."""

    use_id: int
    remedy: str
    minor: int


# What was promised, less what was taken back; few promises are, so the sum is a short one.
_LEFT = """u.promised_minor + (SELECT coalesce(sum(m.amount_minor), 0) FROM budget_moves AS m
      WHERE m.budget_use_id = u.id AND m.kind = 'release')"""
# Parameters that name the budgets which are asked about, row by row.
_ASKED = """unnest(CAST(%(budget_markets)s AS text[]), CAST(%(budget_classes)s AS text[]),
      CAST(%(budget_periods)s AS text[]), CAST(%(budget_begins)s AS date[]))
      AS b (market, policy_class, period, begins_on)"""
# A part of larger statements; $currency is SQL.
USED = Template("""
  SELECT json_agg(json_build_array(u.policy_class, u.period, $left))
  FROM $asked JOIN budget_uses AS u USING (market, policy_class, period, begins_on)
  WHERE u.currency = $$currency
""").substitute(left=_LEFT, asked=_ASKED)
_OPEN = Template("""
INSERT INTO budget_uses (market, policy_class, period, begins_on, currency)
SELECT b.market, b.policy_class, b.period, b.begins_on, %(currency)s FROM $asked
ORDER BY 2, 3 ON CONFLICT DO NOTHING
""").substitute(asked=_ASKED)
# FOR NO KEY UPDATE, so that what is taken back need not wait: it only names the row.
_HOLD = Template("""
WITH held AS (
  SELECT u.id, u.policy_class, u.period, u.promised_minor
  FROM $asked JOIN budget_uses AS u USING (market, policy_class, period, begins_on)
  WHERE u.currency = %(currency)s ORDER BY u.id FOR NO KEY UPDATE OF u
)
SELECT json_agg(json_build_array(u.id, u.policy_class, u.period, $left) ORDER BY u.id) FROM held AS u
""").substitute(asked=_ASKED, left=_LEFT)
# A part of the statement that writes what is promised; ``promised`` has the new remedies with their refs.
COUNT = """counted AS (
  INSERT INTO budget_moves (budget_use_id, remedy_id, kind, source, amount_minor, actor, happened_at)
  SELECT told.use_id, promised.id, 'promise', told.remedy, told.minor, %(budget_actor)s, %(budget_at)s
  FROM json_to_recordset(%(draws)s) AS told (use_id bigint, remedy text, minor bigint)
  JOIN promised ON promised.ref = told.remedy
), summed AS (
  UPDATE budget_uses AS u SET promised_minor = u.promised_minor + told.minor
  FROM (SELECT use_id, sum(minor) AS minor
    FROM json_to_recordset(%(draws)s) AS one (use_id bigint, minor bigint) GROUP BY use_id) AS told
  WHERE u.id = told.use_id
)"""
_RELEASE = """
INSERT INTO budget_moves (budget_use_id, remedy_id, kind, source, amount_minor, actor, happened_at)
SELECT m.budget_use_id, m.remedy_id, 'release', %(source)s, -CAST(%(minor)s AS bigint), %(actor)s, %(now)s
FROM remedies AS r JOIN budget_moves AS m ON m.remedy_id = r.id AND m.kind = 'promise'
JOIN budget_uses AS u ON u.id = m.budget_use_id AND u.policy_class = %(policy_class)s
WHERE r.ref = %(remedy)s
"""


def asked_for(budgets: Sequence[Asked]) -> dict[str, object]:
    """Give the parameters that name budgets."""
    return {
        "budget_markets": [one.market for one in budgets],
        "budget_classes": [one.policy_class.value for one in budgets],
        "budget_periods": [one.period.value for one in budgets],
        "budget_begins": [one.begins_on for one in budgets],
    }


def hold(session: Session, budgets: Sequence[Asked], currency: str) -> list[HeldBudget]:
    """Lock budgets, after the credit account and before the claim, and read what of them is used. None, no statement.

    A budget that nothing was promised of yet is opened first, which happens once in its period.
    """
    if not budgets:
        return []
    values = {**asked_for(budgets), "currency": currency}
    found = _held(session, values)
    if len(found) < len(budgets):
        ask(session, _OPEN, values)
        found = _held(session, values)
    return found


def _held(session: Session, values: dict[str, object]) -> list[HeldBudget]:
    (rows,) = ask(session, _HOLD, values) or (None,)
    return [HeldBudget(key, PolicyClass(name), BudgetPeriod(period), used) for key, name, period, used in rows or ()]


def values_of(draws: Iterable[Draw], *, actor: Actor, now: datetime) -> dict[str, object]:
    """Give the parameters of ``COUNT``."""
    rows = [{"use_id": one.use_id, "remedy": one.remedy, "minor": one.minor} for one in draws]
    return {"draws": as_json(rows), "budget_actor": str(actor), "budget_at": now}


def release(
    session: Session,
    *,
    remedy: str,
    source: str,
    policy_class: str,
    minor: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Give back a part of a remedy to the budgets that it counted against, whatever their period; to none is fine.

    source: as the book names it. It waits for no promise.
    """
    values = {
        "remedy": remedy,
        "source": source,
        "policy_class": policy_class,
        "minor": minor,
        "actor": str(actor),
        "now": now,
    }
    ask(session, _RELEASE, values)
