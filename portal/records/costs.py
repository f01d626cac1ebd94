"""What remedies cost: totals and the file, both from the journal alone, so that one is the sum of the other.

A cost is a posting to the account ``remedy_cost``; what it is grouped by was frozen on its entry when it was booked.
"""

from dataclasses import dataclass
from string import Template

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.money import Money
from portal.domain.periods import Period
from portal.records.counted_days import COUNTED_BETWEEN, COUNTED_UP_TO
from portal.records.posted_tax import TAX_OF_POSTING

GROUPS = ("remedy", "problem", "stage", "policy_class")
# Credit balances: shown as what we owe, so their sign is turned.
_BALANCES = ("owed_to_customers", "refunds_in_flight", "store_credit_liability")
_TOTALS = Template("""
    WITH $counted
    SELECT currency, remedy, problem, stage, policy_class, grouping(remedy, problem, stage, policy_class) AS bits,
           sum(amount_minor) AS amount, sum(tax_minor) AS tax, count(*) AS postings
    FROM (
        SELECT p.currency, p.amount_minor, p.policy_class, e.dimensions->>'remedy' AS remedy,
               e.dimensions->>'problem' AS problem, e.dimensions->>'stage' AS stage, $tax AS tax_minor
        FROM counted e JOIN journal_postings p ON p.entry_id = e.id
        WHERE p.account = 'remedy_cost'
    ) costs
    GROUP BY GROUPING SETS (
        (currency), (currency, remedy), (currency, problem), (currency, stage), (currency, policy_class)
    )
""").substitute(counted=COUNTED_BETWEEN, tax=TAX_OF_POSTING)
_OWED = Template("""
    WITH $counted
    SELECT p.account, p.currency, -sum(p.amount_minor) AS amount
    FROM counted e JOIN journal_postings p ON p.entry_id = e.id
    WHERE p.account = ANY(:accounts)
    GROUP BY p.account, p.currency
    ORDER BY p.account, p.currency
""").substitute(counted=COUNTED_UP_TO)
_OWNERS = text("SELECT stage, owner, position FROM journey_stages ORDER BY position")


@dataclass(frozen=True, slots=True)
class Total:
    """What one group cost in one currency. code: of the group, None where a cost carries none; postings: how many.

    tax: what of it is tax that went back, or was to go back.
    """

    code: str | None
    amount: Money
    postings: int
    tax: Money


@dataclass(frozen=True, slots=True)
class Costs:
    """The totals of a period: overall, and by each of GROUPS, the greatest first."""

    overall: list[Total]
    by: dict[str, list[Total]]


@dataclass(frozen=True, slots=True)
class Owner:
    """Who answers for a stage of the journey."""

    stage: str
    owner: str


def totals(session: Session, period: Period) -> Costs:
    """Add up the costs of a period in one query."""
    costs = Costs([], {group: [] for group in GROUPS})
    for row in session.execute(text(_TOTALS), {"first": period.first, "last": period.last}):
        amount, tax = Money(int(row.amount), row.currency), Money(int(row.tax), row.currency)
        group = _group_of(row.bits)
        code = None if group is None else getattr(row, group)
        (costs.overall if group is None else costs.by[group]).append(Total(code, amount, row.postings, tax))
    for listed in (costs.overall, *costs.by.values()):
        listed.sort(key=lambda one: (one.amount.currency, -one.amount.minor, one.code or ""))
    return costs


def _group_of(bits: int) -> str | None:
    """Tell by which column a row is grouped: PostgreSQL sets a bit for every column that it is not grouped by."""
    kept = [name for place, name in enumerate(reversed(GROUPS)) if not bits >> place & 1]
    return kept[0] if kept else None


def balances(session: Session, period: Period) -> list[tuple[str, Money]]:
    """Tell what we owed in each account at the end of a period, by currency."""
    rows = session.execute(text(_OWED), {"accounts": list(_BALANCES), "last": period.last}).all()
    return [
        (account, Money(int(row.amount), row.currency))
        for account in _BALANCES
        for row in rows
        if row.account == account
    ]


def owners(session: Session) -> list[Owner]:
    """List the stages of the journey with their owners, in the journey's order."""
    return [Owner(row.stage, row.owner) for row in session.execute(_OWNERS)]
