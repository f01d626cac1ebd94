"""The book read whole, as one number: what was written once reads the same for ever (L2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

# Whatever began to write an entry this long ago has ended by now, so nothing comes in between any more.
_SETTLED = timedelta(hours=1)
_UP_TO = text("SELECT coalesce(max(id), 0) FROM journal_entries WHERE happened_at < :before")
_READ = text("""
    SELECT (SELECT coalesce(sum(hashtextextended(e::text, 0)), 0) FROM journal_entries e WHERE e.id <= :up_to)
         + (SELECT coalesce(sum(hashtextextended(p::text, 0)), 0) FROM journal_postings p WHERE p.entry_id <= :up_to)
""")


@dataclass(frozen=True, slots=True)
class Reading:
    """How the book reads up to an entry. Kept outside the database, it shows a change that left no other trace."""

    up_to: int
    number: int

    def __str__(self) -> str:
        """Write it as it is given back to be compared."""
        return f"{self.up_to}:{self.number}"

    @classmethod
    def parse(cls, written: str) -> "Reading":
        """Read what was written; raise ValueError for anything else."""
        up_to, number = written.split(":")
        return cls(int(up_to), int(number))


def read_book(session: Session, now: datetime) -> Reading:
    """Read the book up to an hour ago."""
    return read_up_to(session, session.execute(_UP_TO, {"before": now - _SETTLED}).scalar_one())


def read_up_to(session: Session, up_to: int) -> Reading:
    """Read the book up to an entry."""
    return Reading(up_to, int(session.execute(_READ, {"up_to": up_to}).scalar_one()))
