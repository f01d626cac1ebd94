"""What finance has closed: batches of entries, each of a currency and a run of days, and what they left in the book."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.tables.base import Base, Currency, Key, Minor, Moment, Ref


def _batch() -> ForeignKey:
    """Refer to a batch that may be written later in the same transaction: its row tells what it came to."""
    return ForeignKey("closed_batches.id", deferrable=True, initially="DEFERRED")


class ClosedBatch(Base):
    """The entries of one currency up to a day, closed for good. Written once."""

    __tablename__ = "closed_batches"
    __table_args__ = (
        UniqueConstraint("currency", "last_on"),
        # Each batch begins where the one before ended, so two of them never begin on the same day.
        UniqueConstraint("currency", "first_on", postgresql_nulls_not_distinct=True),
        CheckConstraint("first_on IS NULL OR first_on <= last_on", name="days_in_order"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    currency: Mapped[Currency]
    # None for the first batch of a currency, which holds everything before.
    first_on: Mapped[date | None] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    # Whatever had a number up to this one was written or rolled back when the batch was closed.
    settled_to: Mapped[int] = mapped_column(BigInteger)
    entries: Mapped[int] = mapped_column(BigInteger)
    postings: Mapped[int] = mapped_column(BigInteger)
    # How the file is written, so that a later version of the portal writes this one as it was.
    layout: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[Moment]
    closed_by: Mapped[str] = mapped_column(String(80))
    asked_by: Mapped[str | None] = mapped_column(String(80))
    unmatched: Mapped[list[str]] = mapped_column(JSONB)


class ClosedEntry(Base):
    """In which batch an entry is. late_from: the first day of its batch, where it happened before."""

    __tablename__ = "closed_entries"
    __table_args__ = (
        Index("ix_closed_entries_late", "late_from", postgresql_where="late_from IS NOT NULL"),
        Index("ix_closed_entries_batch_id", "batch_id"),
    )

    entry_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("journal_entries.id"), primary_key=True)
    batch_id: Mapped[int] = mapped_column(BigInteger, _batch())
    late_from: Mapped[date | None] = mapped_column(Date)


class ClosedBalance(Base):
    """What a batch moved on an account, and what the account held at the end of its last day."""

    __tablename__ = "closed_balances"

    batch_id: Mapped[int] = mapped_column(BigInteger, _batch(), primary_key=True)
    account: Mapped[str] = mapped_column(String(32), primary_key=True)
    moved_minor: Mapped[Minor]
    closing_minor: Mapped[Minor]


class CloseAsked(Base):
    """A close that waits for a second person, because something is unmatched."""

    __tablename__ = "closes_asked"

    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    last_on: Mapped[date] = mapped_column(Date, primary_key=True)
    asked_by: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[Moment]
    unmatched: Mapped[list[str]] = mapped_column(JSONB)
