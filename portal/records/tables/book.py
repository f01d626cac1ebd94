"""The journal: append-only, double-entry, zero per entry and currency, which the database enforces."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.journal import Account, Occasion
from portal.records.tables.base import Base, Currency, Document, Key, Minor, Moment, Ref, one_of


class JournalEntry(Base):
    """One occasion in the book. Its dimensions are frozen and hold no personal data."""

    __tablename__ = "journal_entries"
    __table_args__ = (
        UniqueConstraint("occasion", "source"),
        CheckConstraint(one_of("occasion", Occasion), name="occasion"),
        Index("ix_journal_entries_effective", "effective_on", "id"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    occasion: Mapped[str] = mapped_column(String(32))
    # The ref of what caused it; the same cause is booked once.
    source: Mapped[str] = mapped_column(String(40))
    happened_at: Mapped[Moment]
    effective_on: Mapped[date] = mapped_column(Date)
    actor: Mapped[str] = mapped_column(String(80))
    claim_ref: Mapped[str | None] = mapped_column(String(24))
    dimensions: Mapped[Document]
    reverses_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("journal_entries.id"))


class JournalPosting(Base):
    """One signed line of an entry: debit positive, credit negative."""

    __tablename__ = "journal_postings"
    __table_args__ = (
        CheckConstraint(one_of("account", Account), name="account"),
        CheckConstraint("amount_minor <> 0", name="amount_not_zero"),
        Index("ix_journal_postings_account", "account", "entry_id"),
    )

    id: Mapped[Key]
    entry_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("journal_entries.id"), index=True)
    account: Mapped[str] = mapped_column(String(32))
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    policy_class: Mapped[str | None] = mapped_column(String(32))
