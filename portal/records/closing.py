"""Closing a period: the entries that go into a batch, what they add up to, and who is still writing one."""

from dataclasses import dataclass
from datetime import date, datetime
from string import Template

from sqlalchemy import bindparam, insert, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from portal.domain.money import Money
from portal.domain.periods import Period
from portal.records.tables.closing import ClosedBatch

_ONE_CLOSER = 4_210_003
_NEWEST = text("SELECT coalesce(max(id), 0) FROM journal_entries")
# Whoever inserts an entry holds this lock from before the entry has its number until the transaction has ended.
_WRITERS = text("""
    SELECT virtualtransaction FROM pg_locks
    WHERE relation = 'journal_entries'::regclass AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")
_CLOSED_TO = text("""
    SELECT DISTINCT ON (currency) id, currency, last_on, settled_to FROM closed_batches
    ORDER BY currency, last_on DESC
""")
_FIRST_OPEN = text("""
    WITH closed AS (SELECT currency, max(last_on) AS last_on FROM closed_batches GROUP BY currency)
    SELECT least(
      (SELECT min(last_on) + 1 FROM closed),
      CASE WHEN EXISTS (SELECT FROM closed) THEN (
        SELECT min(effective_on) FROM journal_entries WHERE id IN (
          SELECT entry_id FROM journal_postings WHERE currency NOT IN (SELECT currency FROM closed)))
      ELSE (SELECT min(effective_on) FROM journal_entries) END)
""")
# Of the days that are closed for every currency, only what has a number above this can be in no batch yet: the rest was
# written or rolled back when they were closed.
_BOUND = text("""
    WITH closed AS (SELECT DISTINCT ON (currency) currency, last_on, settled_to FROM closed_batches
      ORDER BY currency, last_on DESC)
    SELECT min(settled_to) AS settled, min(last_on) AS closed FROM closed
    HAVING NOT EXISTS (SELECT FROM journal_postings WHERE currency NOT IN (SELECT currency FROM closed))
""")
_NO_BOUND = {"settled": -1, "closed": date.min}
# The entries up to a day that no batch holds yet: those of the open days, and those that came too late for theirs.
_HELD = """
    SELECT e.id, told.currency, CASE WHEN e.effective_on <= told.closed_to THEN told.closed_to + 1 END AS late_from
    FROM journal_entries AS e
    CROSS JOIN LATERAL (
      SELECT p.currency, (SELECT max(b.last_on) FROM closed_batches AS b WHERE b.currency = p.currency) AS closed_to
      FROM journal_postings AS p WHERE p.entry_id = e.id ORDER BY p.id LIMIT 1) AS told
    WHERE e.effective_on <= :last AND (e.id > :settled OR e.effective_on > :closed)
      AND NOT EXISTS (SELECT FROM closed_entries AS c WHERE c.entry_id = e.id)
"""
_CONTENT = Template("""
    WITH held AS MATERIALIZED ($held), counted AS (
      SELECT currency, count(*) AS entries, count(late_from) AS late FROM held GROUP BY currency)
    SELECT counted.*, p.account, sum(p.amount_minor)::bigint AS minor, count(*) AS postings
    FROM held JOIN counted USING (currency) JOIN journal_postings AS p ON p.entry_id = held.id
    GROUP BY counted.currency, counted.entries, counted.late, p.account ORDER BY counted.currency, p.account
""").substitute(held=_HELD)
_NEW_ID = text("SELECT nextval(pg_get_serial_sequence('closed_batches', 'id'))")
_ASSIGN = Template("""
    INSERT INTO closed_entries (batch_id, entry_id, late_from)
    SELECT :batch, id, late_from FROM ($held) AS held WHERE currency = :currency ORDER BY id
""").substitute(held=_HELD)
_BALANCE = text("""
    INSERT INTO closed_balances (batch_id, account, moved_minor, closing_minor)
    SELECT :batch, account, sum(moved), sum(moved) + sum(before) FROM (
      SELECT p.account, p.amount_minor AS moved, 0 AS before FROM closed_entries AS c
      JOIN journal_postings AS p ON p.entry_id = c.entry_id WHERE c.batch_id = :batch
      UNION ALL
      SELECT account, 0, closing_minor FROM closed_balances WHERE batch_id = :earlier
    ) AS sides GROUP BY account
""")
_SIZE = text("""
    SELECT (SELECT count(*) FROM closed_entries WHERE batch_id = :batch) AS entries,
      (SELECT count(*) FROM closed_entries AS c JOIN journal_postings AS p ON p.entry_id = c.entry_id
       WHERE c.batch_id = :batch) AS postings
""")
_WHAT = bindparam("what", type_=JSONB)
_ASKED = text(
    "SELECT asked_by FROM closes_asked WHERE currency = :currency AND last_on = :last AND unmatched = :what"
).bindparams(_WHAT)
_ASKER = text("""
    SELECT coalesce(s.name, q.asked_by) FROM closes_asked AS q LEFT JOIN staff AS s ON 'staff:' || s.id = q.asked_by
    WHERE q.currency = :currency AND q.last_on = :last AND q.unmatched = :what
""").bindparams(_WHAT)
_ASK = text("""
    INSERT INTO closes_asked (currency, last_on, asked_by, asked_at, unmatched)
    VALUES (:currency, :last, :actor, :now, :what)
    ON CONFLICT (currency, last_on) DO UPDATE SET asked_by = :actor, asked_at = :now, unmatched = :what
""").bindparams(_WHAT)


@dataclass(frozen=True, slots=True)
class Content:
    """What a batch would hold: entries, of them late ones, their postings, and what they move on each account."""

    currency: str
    entries: int = 0
    late: int = 0
    postings: int = 0
    moved: tuple[tuple[str, Money], ...] = ()


@dataclass(frozen=True, slots=True)
class Last:
    """The newest batch of a currency: the last day that it closed, and up to which entry all was settled then."""

    id: int
    last_on: date
    settled_to: int


@dataclass(frozen=True, slots=True)
class Written:
    """What there is to say of a batch when its entries are assigned."""

    id: int
    entries: int
    postings: int


def newest_entry(session: Session) -> int:
    """Tell the highest number among the entries that can be seen."""
    return int(session.scalar(_NEWEST) or 0)


def writers(session: Session) -> frozenset[str]:
    """Name the transactions that write entries at this moment."""
    return frozenset(session.scalars(_WRITERS))


def first_open_day(session: Session) -> date | None:
    """Tell from which day on anything is open: the first one that is not closed for every currency of the book."""
    return session.scalar(_FIRST_OPEN)


def be_the_only_one(session: Session) -> bool:
    """Take the right to close, until the transaction ends, and the time that it takes; False where another has it."""
    session.execute(text("SET LOCAL statement_timeout = 0"))
    return bool(session.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _ONE_CLOSER}))


def last_batches(session: Session) -> dict[str, Last]:
    """Give the newest batch of each currency that was ever closed."""
    return {row.currency: Last(row.id, row.last_on, row.settled_to) for row in session.execute(_CLOSED_TO)}


def content(session: Session, month: Period) -> dict[str, Content]:
    """Tell what closing a month would put into the batch of each currency that has anything open by its end."""
    found: dict[str, Content] = {}
    for row in session.execute(text(_CONTENT), {"last": month.last, **_bound(session)}):
        earlier = found.get(row.currency, Content(row.currency))
        moved = (*earlier.moved, (row.account, Money(row.minor, row.currency)))
        found[row.currency] = Content(row.currency, row.entries, row.late, earlier.postings + row.postings, moved)
    return found


def _bound(session: Session) -> dict[str, object]:
    """Give the number and the day beyond which an entry is that may be in no batch; everything, where one is open."""
    row = session.execute(_BOUND).one_or_none()
    return _NO_BOUND if row is None or row.settled is None else {"settled": row.settled, "closed": row.closed}


def assign(session: Session, currency: str, last: date, earlier: int | None) -> Written:
    """Put what is open of a currency up to a day into a new batch. earlier: the id of the batch before, or None.

    The batch itself is written last, when all that is to be said of it is known.
    """
    batch = int(session.execute(_NEW_ID).scalar_one())
    told = {"batch": batch, "currency": currency, "last": last, **_bound(session)}
    session.execute(text(_ASSIGN), told)
    session.execute(_BALANCE, {"batch": batch, "earlier": earlier})
    size = session.execute(_SIZE, {"batch": batch}).one()
    return Written(batch, size.entries, size.postings)


def add(session: Session, **values: object) -> None:
    """Write a batch, whose entries are assigned."""
    session.execute(insert(ClosedBatch).values(**values))


def asked_by(session: Session, currency: str, last: date, unmatched: list[str]) -> str | None:
    """Tell who has asked for this close while the same things were unmatched."""
    return session.scalar(_ASKED, {"currency": currency, "last": last, "what": unmatched})


def asker_named(session: Session, currency: str, last: date, unmatched: list[str]) -> str | None:
    """Give the name of whoever has asked for this close while the same things were unmatched."""
    return session.scalar(_ASKER, {"currency": currency, "last": last, "what": unmatched})


def ask_for(session: Session, currency: str, last: date, unmatched: list[str], actor: str, now: datetime) -> None:
    """Keep that somebody asks another person to close too."""
    told = {"currency": currency, "last": last, "what": unmatched, "actor": actor, "now": now}
    session.execute(_ASK, told)
