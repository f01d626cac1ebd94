"""What store credit we owe as of any day, and how it came about: from the journal alone, as finance reads it."""

from dataclasses import dataclass
from datetime import date
from string import Template

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.money import Money
from portal.records.counted_days import COUNTED_UP_TO

_ROLL = Template("""
    WITH $counted
    SELECT p.currency, CASE WHEN e.counted_on < :first THEN 'opening' ELSE e.occasion END AS occasion,
      -sum(p.amount_minor)::bigint AS minor
    FROM journal_postings p JOIN counted e ON e.id = p.entry_id
    WHERE p.account = 'store_credit_liability'
    GROUP BY 1, 2 ORDER BY 1, 2
""").substitute(counted=COUNTED_UP_TO)
_BALANCE = text("""
    SELECT a.currency, coalesce(sum(m.amount_minor) FILTER (WHERE (m.happened_at AT TIME ZONE :zone)::date <= :day), 0)
      ::bigint AS minor
    FROM credit_accounts a LEFT JOIN credit_moves m ON m.account_id = a.id
    WHERE a.ref = :account_ref GROUP BY a.id
""")


@dataclass(frozen=True, slots=True)
class Roll:
    """One currency: what was owed before the first day, what each occasion added or took, what is owed at the end."""

    opening: Money
    moves: dict[str, Money]
    closing: Money


def liability(session: Session, first: date, last: date) -> list[Roll]:
    """Tell how the liability went from the eve of the first day to the end of the last, by currency."""
    found: dict[str, dict[str, int]] = {}
    for row in session.execute(text(_ROLL), {"first": first, "last": last}):
        found.setdefault(row.currency, {})[row.occasion] = row.minor
    return [
        Roll(
            Money(sums.get("opening", 0), currency),
            {occasion: Money(minor, currency) for occasion, minor in sums.items() if occasion != "opening"},
            Money(sum(sums.values()), currency),
        )
        for currency, sums in found.items()
    ]


def balance(session: Session, account_ref: str, day: date, zone: str) -> Money | None:
    """Tell what one account held at the end of a day in the shop's zone; None where there is no such account."""
    row = session.execute(_BALANCE, {"account_ref": account_ref, "day": day, "zone": zone}).one_or_none()
    return None if row is None else Money(row.minor, row.currency)
