"""The claims that an incident is about: those of its lines, their customers, and what they cost by the journal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from string import Template

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.incidents import About
from portal.domain.money import Money
from portal.domain.patterns import REPORTED_AS, Measure
from portal.records.erasure import IS_NOBODY

_OWN_OR_SENT_AGAIN = "CASE WHEN k.about_replacement_id IS NULL THEN s.{name} ELSE k.facts ->> '{name}' END"
# What a claim line says of itself, as ``portal.domain.incidents.is_struck`` was told when it was judged.
_COLUMNS: Mapping[str, str] = {
    "problem": "k.problem",
    "carrier": _OWN_OR_SENT_AGAIN.format(name="carrier"),
    "service": _OWN_OR_SENT_AGAIN.format(name="service"),
    "vendor": "l.vendor",
    "vendor_region": "l.vendor_region",
    "category": "l.category",
    "sku": "l.sku",
    "ship_to_country": "o.ship_to_country",
    "ship_to_region": "o.ship_to_region",
}
_TIED = Template("""
    FROM claims c JOIN claim_lines k ON k.claim_id = c.id JOIN order_lines l ON l.id = k.order_line_id
    JOIN shipments s ON s.id = l.shipment_id JOIN orders o ON o.id = c.order_id
    JOIN customers ON customers.id = c.customer_id
    WHERE c.created_at >= :since AND c.created_at <= :until AND k.state <> 'withdrawn' AND ($struck)
""")
# Counted and listed at once; beyond the last there is nothing to list, and still a count.
_PAGE = Template("""
    WITH tied AS MATERIALIZED (
        SELECT DISTINCT c.id, c.ref, c.state, c.created_at, c.customer_id, ($nobody) AS is_nobody $tied
    ), counted AS (
        SELECT count(*) AS claims, count(DISTINCT customer_id) FILTER (WHERE NOT is_nobody) AS customers FROM tied
    )
    SELECT counted.claims, counted.customers, page.ref, page.state, page.created_at FROM counted LEFT JOIN (
        SELECT * FROM tied ORDER BY created_at DESC, id DESC LIMIT :most OFFSET :skipped
    ) AS page ON true ORDER BY page.created_at DESC, page.id DESC
""")
# What a cost is of was frozen on its entry; the claim, the goods and the problem tell its line.
_COST = Template("""
    WITH tied AS MATERIALIZED (SELECT DISTINCT c.ref, l.vendor, l.sku, k.problem $tied)
    SELECT p.currency, sum(p.amount_minor)::bigint AS cost,
        coalesce(-sum(p.amount_minor) FILTER (WHERE e.occasion = 'remedy_reversed'), 0)::bigint AS taken_back
    FROM tied t JOIN journal_entries e ON e.claim_ref = t.ref AND e.dimensions ->> 'vendor' = t.vendor
        AND e.dimensions ->> 'sku' = t.sku AND e.dimensions ->> 'problem' = t.problem
    JOIN journal_postings p ON p.entry_id = e.id
    WHERE e.effective_on >= :since_on AND p.account = 'remedy_cost'
    GROUP BY p.currency ORDER BY p.currency
""")
_CUSTOMERS = Template("""
    SELECT DISTINCT c.customer_id $tied AND c.customer_id > :after ORDER BY c.customer_id LIMIT :most
""")
_NEWEST = Template("""
    SELECT c.id $tied AND c.customer_id = :customer AND NOT ($nobody) ORDER BY c.created_at DESC, c.id DESC LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class Part:
    """What one of an incident's parts is about: its facts, and what is counted of it, which names its problems."""

    about: About
    measure: Measure | None


@dataclass(frozen=True, slots=True)
class Tie:
    """What ties claims to an incident: its own part and those merged into it, and from when to when they came."""

    parts: tuple[Part, ...]
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class TiedClaim:
    """A claim that an incident is about."""

    ref: str
    state: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Tied:
    """A page of the claims of an incident; how many there are, and how many customers of them can be told."""

    listed: list[TiedClaim]
    claims: int
    customers: int


@dataclass(frozen=True, slots=True)
class Cost:
    """What an incident cost in one currency by the journal, and what of it was taken back."""

    cost: Money
    taken_back: Money


def page_of(session: Session, tie: Tie, *, most: int, skipped: int) -> Tied:
    """List claims of an incident, the newest first, and count all of them, and the customers who can be told."""
    statement, values = _asked(_PAGE, tie)
    rows = session.execute(text(statement), values | {"most": most, "skipped": skipped}).all()
    listed = [TiedClaim(row.ref, row.state, row.created_at) for row in rows if row.ref is not None]
    return Tied(listed, rows[0].claims, rows[0].customers)


def cost(session: Session, tie: Tie) -> list[Cost]:
    """Add up what the journal says that the lines of an incident cost, by currency."""
    statement, values = _asked(_COST, tie)
    # The book has days where the shop is, so one day is looked at more than moments would.
    since_on: date = tie.since.date() - timedelta(days=1)
    found = session.execute(text(statement), values | {"since_on": since_on})
    return [Cost(Money(row.cost, row.currency), Money(row.taken_back, row.currency)) for row in found]


def customers_after(session: Session, tie: Tie, after: int, most: int) -> list[int]:
    """List customers with a claim of an incident, by their keys, after one."""
    statement, values = _asked(_CUSTOMERS, tie)
    return list(session.scalars(text(statement), values | {"after": after, "most": most}))


def newest_of(session: Session, tie: Tie, customer_id: int) -> int | None:
    """Find a customer's newest claim of an incident by its key; none where the customer was erased."""
    statement, values = _asked(_NEWEST, tie)
    found: int | None = session.scalar(text(statement), values | {"customer": customer_id})
    return found


def _asked(statement: Template, tie: Tie) -> tuple[str, dict[str, object]]:
    values: dict[str, object] = {"since": tie.since, "until": tie.until}
    struck = " OR ".join(f"({_struck(part, number, values)})" for number, part in enumerate(tie.parts))
    return statement.substitute(tied=_TIED.substitute(struck=struck), nobody=IS_NOBODY), values


def _struck(part: Part, number: int, values: dict[str, object]) -> str:
    """Write that a line is what a part is about. The names are ours; the words are bound."""
    values |= {f"{name}_{number}": word for name, word in part.about.items()}
    parts: Sequence[str] = [f"{_COLUMNS[name]} = :{name}_{number}" for name in part.about]
    if part.measure is not None and "problem" not in part.about:
        values[f"problems_{number}"] = [problem.value for problem in REPORTED_AS[part.measure]]
        parts = [*parts, f"k.problem = ANY (:problems_{number})"]
    return " AND ".join(parts)
