"""What stands of earlier remedies, lists and budgets for the subjects of a claim, asked in one statement."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from string import Template
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.budgets import BudgetPeriod
from portal.domain.limits import EarlierRemedy, Listed, ListKind, Standing, Subject
from portal.domain.offers import PolicyClass
from portal.records.budgets import USED, Asked, asked_for
from portal.records.in_transaction import ask
from portal.records.tables.limits import ClaimSubject
from portal.records.tables.orders import Payment

HISTORY = timedelta(days=365)
# Of a claim that is there already, which $claim names.
_OF_CLAIM = "SELECT s.kind, s.key FROM claim_subjects AS s WHERE s.claim_id = $claim"
_TOLD = """SELECT s.kind, s.key FROM unnest(CAST(%(kinds)s AS text[]), CAST(%(keys)s AS bytea[])) AS s (kind, key)"""
# A part of larger statements. No limit counts as many as are looked at: the newest hundred claims of each subject.
_EARLIER = Template("""
  WITH told AS ($told), theirs AS (
    SELECT 'customer' AS kind, mine.id FROM (
      SELECT id FROM claims WHERE customer_id = $customer ORDER BY created_at DESC LIMIT 100) AS mine
    UNION ALL
    SELECT told.kind, same.claim_id FROM told CROSS JOIN LATERAL (
      SELECT s.claim_id FROM claim_subjects AS s WHERE s.key = told.key ORDER BY s.claim_id DESC LIMIT 100) AS same
  )
  SELECT json_agg(json_build_array(found.days, found.minor, found.kinds, found.goodwill)) FROM (
    SELECT greatest(floor(extract(epoch FROM CAST(%(now)s AS timestamptz) - r.promised_at) / 86400), 0)::int AS days,
      CASE WHEN r.currency = $currency THEN r.amount_minor + r.bonus_minor END AS minor,
      CASE WHEN r.currency = $currency THEN r.bonus_minor + CASE r.policy_class WHEN 'entitled' THEN 0
        ELSE r.amount_minor END END AS goodwill,
      array_agg(DISTINCT theirs.kind) AS kinds
    FROM theirs JOIN remedies AS r ON r.claim_id = theirs.id
    WHERE theirs.id <> $claim AND r.state IN ('promised', 'settled') AND r.promised_at >= %(limits_since)s
    GROUP BY r.id ORDER BY r.promised_at DESC, r.id DESC LIMIT 400
  ) AS found
""")
_LISTED = Template("""
  WITH told AS ($told)
  SELECT json_agg(json_build_array(e.kind, told.kind, e.ref) ORDER BY e.id)
  FROM told JOIN list_entries AS e ON e.key = told.key AND e.ended_at IS NULL AND e.expires_at > %(now)s
""")
# A part of the statement that locks the order of a claim: whoever else would count remedies of one of its subjects
# waits from here to the end of the transaction, each subject in one order for everybody.
TURNS = Template("""
  SELECT count(pg_advisory_xact_lock(1280133449, one.number)) FROM (
    SELECT DISTINCT hashtext(encode(s.key, 'hex')) AS number FROM claim_subjects AS s WHERE s.claim_id = $claim
    UNION SELECT hashtext('customer ' || $customer) ORDER BY 1
  ) AS one
""")
_KNOWN = Template("SELECT json_agg(DISTINCT told.kind) FROM ($told) AS told")
_STANDING = Template("SELECT ($known), ($earlier), ($listed), ($used)")


def _parts(told: str, *, customer: str, claim: str, currency: str) -> dict[str, str]:
    names = {"told": told, "customer": customer, "claim": claim, "currency": currency}
    return {
        "known": _KNOWN.substitute(names),
        "earlier": _EARLIER.substitute(names),
        "listed": _LISTED.substitute(names),
        "used": Template(USED).substitute(currency=currency),
    }


_OF_REPORT = _STANDING.substitute(_parts(_TOLD, customer="%(customer_id)s", claim="0", currency="%(currency)s"))


def standing_of_claim(claim: str, *, customer: str, currency: str) -> str:
    """Write what a larger statement asks about a claim that it reads; the arguments are SQL. Read by ``read_standing``.

    Its parameters are those of ``asked_about``.
    """
    parts = _parts(Template(_OF_CLAIM).substitute(claim=claim), customer=customer, claim=claim, currency=currency)
    return f"json_build_array(({parts['known']}), ({parts['earlier']}), ({parts['listed']}), ({parts['used']}))"


class SubjectKey(NamedTuple):
    """A subject of a claim, by its keyed hash."""

    kind: Subject
    key: bytes

    def row(self) -> dict[str, Any]:
        """Give it as a statement that writes it takes it."""
        return {"kind": self.kind.value, "key": f"\\x{self.key.hex()}"}


def asked_about(now: datetime, budgets: Sequence[Asked]) -> dict[str, object]:
    """Give the parameters of what is asked about a claim. budgets: those whose use matters."""
    return {"now": now, "limits_since": now - HISTORY, **asked_for(budgets)}


def standing(
    session: Session,
    keys: Iterable[SubjectKey],
    *,
    customer_id: int,
    currency: str,
    budgets: Sequence[Asked],
    now: datetime,
) -> Standing:
    """Find what stands for a claim that is about to be made."""
    keys = list(keys)
    values = {
        **asked_about(now, budgets),
        "kinds": [one.kind.value for one in keys],
        "keys": [one.key for one in keys],
        "customer_id": customer_id,
        "currency": currency,
    }
    return read_standing(ask(session, _OF_REPORT, values) or (None,) * 4)


def read_standing(row: Sequence[Any]) -> Standing:
    """Read what was found; the customer is always known."""
    known, earlier, listed, used = row
    return Standing(
        known=frozenset({Subject.CUSTOMER, *(Subject(kind) for kind in known or ())}),
        earlier=tuple(
            EarlierRemedy(days, minor, frozenset(Subject(kind) for kind in kinds), goodwill)
            for days, minor, kinds, goodwill in earlier or ()
        ),
        listed=tuple(Listed(ListKind(kind), Subject(subject), ref) for kind, subject, ref in listed or ()),
        used={(PolicyClass(name), BudgetPeriod(period)): minor for name, period, minor in used or ()} or None,
    )


def subjects_of(session: Session, claim_id: int) -> list[SubjectKey]:
    """List what a claim is counted by."""
    asked = select(ClaimSubject.kind, ClaimSubject.key).where(ClaimSubject.claim_id == claim_id)
    rows = session.execute(asked.order_by(ClaimSubject.kind, ClaimSubject.key))
    return [SubjectKey(Subject(kind), bytes(key)) for kind, key in rows]


def payments_of(session: Session, order_id: int) -> list[Payment]:
    """List what an order was paid with, whose cards may be among its subjects."""
    return list(session.scalars(select(Payment).where(Payment.order_id == order_id).order_by(Payment.sequence)))


_OF_HELD = Template("SELECT $standing FROM claims AS c JOIN orders AS o ON o.id = c.order_id WHERE c.id = %(claim_id)s")
_OF_HELD_CLAIM = _OF_HELD.substitute(
    standing=standing_of_claim("c.id", customer="c.customer_id", currency="o.currency")
)


def standing_of(session: Session, claim_id: int, budgets: Sequence[Asked], now: datetime) -> Standing:
    """Find what stands for a claim that is there, which does not count against itself."""
    row = ask(session, _OF_HELD_CLAIM, {**asked_about(now, budgets), "claim_id": claim_id})
    return read_standing(row[0] if row else (None,) * 4)
