"""The file of a closed batch: a row a posting, the same bytes each time; and the list of batches."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from string import Template
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from portal.domain.money import Money
from portal.records.cost_file import COLUMNS, Layout, copied

# What a batch is written like. A later layout gets a number of its own, and this one stays.
LAYOUT = 1
_FIRST_LAYOUT = {
    "date": "e.effective_on",
    "counts_on": "coalesce(c.late_from, e.effective_on)",
    "entry": "e.ref",
    "occasion": "e.occasion",
    "source": "e.source",
    "account": "p.account",
    **{name: COLUMNS[name] for name in COLUMNS if name not in {"date", "counts_on", "entry", "occasion"}},
}
_FROM = """
    FROM closed_entries c JOIN journal_entries e ON e.id = c.entry_id JOIN journal_postings p ON p.entry_id = e.id
"""
_FILES = {LAYOUT: Layout(_FIRST_LAYOUT, _FROM, "c.batch_id = %(batch)s").statement}
_LIST = Template("""
    SELECT b.*, (SELECT name FROM staff WHERE 'staff:' || id = b.closed_by) AS closer,
      (SELECT name FROM staff WHERE 'staff:' || id = b.asked_by) AS asker,
      (SELECT json_agg(json_build_array(t.account, t.moved_minor, t.closing_minor) ORDER BY t.account)
       FROM closed_balances AS t WHERE t.batch_id = b.id) AS balances
    FROM closed_batches AS b $which
""")
_ALL = text(_LIST.substitute(which="ORDER BY b.last_on DESC, b.currency LIMIT :most"))
_NAMED = text(_LIST.substitute(which="WHERE b.ref = :ref"))


@dataclass(frozen=True, slots=True)
class Batch:
    """A closed batch. balances: by account what it moved, and what the account held at the end of its last day.

    asker: who asked for a close although something was unmatched, where two people were needed.
    """

    id: int
    ref: str
    currency: str
    first: date | None
    last: date
    entries: int
    postings: int
    layout: int
    sha256: str
    closed_at: datetime
    closer: str
    asker: str | None
    unmatched: tuple[str, ...]
    balances: tuple[tuple[str, Money, Money], ...]

    @property
    def sha256_in_base64(self) -> str:
        """Write the digest as a header of HTTP has it."""
        return base64.b64encode(bytes.fromhex(self.sha256)).decode()


def batches(session: Session, most: int) -> list[Batch]:
    """List the batches, the newest period first."""
    return [_batch(row) for row in session.execute(_ALL, {"most": most})]


def batch_named(session: Session, ref: str) -> Batch | None:
    """Find a batch."""
    row = session.execute(_NAMED, {"ref": ref}).one_or_none()
    return None if row is None else _batch(row)


def copy_batch(session: Session, batch_id: int, layout: int = LAYOUT) -> Iterator[bytes]:
    """Give the file of a batch in blocks of bytes, as its layout has it."""
    return copied(session, _FILES[layout], {"batch": batch_id})


def digest(session: Session, batch_id: int, layout: int = LAYOUT) -> str:
    """Tell the SHA-256 of the file of a batch, in hexadecimal."""
    read = hashlib.sha256()
    for block in copy_batch(session, batch_id, layout):
        read.update(block)
    return read.hexdigest()


def _batch(row: Row[Any]) -> Batch:
    return Batch(
        id=row.id,
        ref=row.ref,
        currency=row.currency,
        first=row.first_on,
        last=row.last_on,
        entries=row.entries,
        postings=row.postings,
        layout=row.layout,
        sha256=row.sha256,
        closed_at=row.closed_at,
        closer=row.closer or row.closed_by,
        asker=row.asker or row.asked_by,
        unmatched=tuple(row.unmatched),
        balances=tuple(
            (account, Money(moved, row.currency), Money(closing, row.currency))
            for account, moved, closing in row.balances or ()
        ),
    )
