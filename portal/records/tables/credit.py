"""Store credit: accounts, lots, holds of a checkout, and the append-only list of what went in and out."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.tables.base import Base, CreatedAt, Currency, Key, Minor, Moment, OptionalMoment, Ref


class CreditAccount(Base):
    """What we owe one customer in goods to come, in one currency. Its row is the lock for every change."""

    __tablename__ = "credit_accounts"
    __table_args__ = (UniqueConstraint("customer_id", "currency"),)

    id: Mapped[Key]
    ref: Mapped[Ref]
    customer_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("customers.id"))
    currency: Mapped[Currency]
    # The code that a checkout asks for; its owner can change it at any time. Kept sealed, and as a hash to find it.
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    code_sealed: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[CreatedAt]


class CreditLot(Base):
    """One grant of credit, with where it came from; never expires unless a date says so.

    A lot that has ended takes nothing back: what comes back of it is a lot of its own, again_of_id names which.
    """

    __tablename__ = "credit_lots"
    __table_args__ = (
        UniqueConstraint("source", "origin", "again_of_id", postgresql_nulls_not_distinct=True),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("origin IN ('paid_value', 'goodwill')", name="origin"),
        Index("ix_credit_lots_to_end", "expires_at", postgresql_where="ended_at IS NULL AND expires_at IS NOT NULL"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("credit_accounts.id"), index=True)
    origin: Mapped[str] = mapped_column(String(16))
    jurisdiction: Mapped[str] = mapped_column(String(16))
    amount_minor: Mapped[Minor]
    source: Mapped[str] = mapped_column(String(40))
    issued_at: Mapped[Moment]
    expires_at: Mapped[OptionalMoment]
    # When what was left of it was booked as over.
    ended_at: Mapped[OptionalMoment]
    again_of_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("credit_lots.id"))


class CreditHold(Base):
    """Credit that a checkout has set aside: captured, released, or free again after its time."""

    __tablename__ = "credit_holds"
    __table_args__ = (
        CheckConstraint("state IN ('held', 'captured', 'released', 'expired')", name="state"),
        CheckConstraint("amount_minor > 0 AND captured_minor BETWEEN 0 AND amount_minor", name="amounts"),
        CheckConstraint("given_back_minor BETWEEN 0 AND captured_minor", name="given_back"),
        Index("ix_credit_holds_held", "account_id", postgresql_where="state = 'held'"),
        Index("ix_credit_holds_account", "account_id", "settled_at"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("credit_accounts.id"))
    api_key_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("api_keys.id"))
    amount_minor: Mapped[Minor]
    captured_minor: Mapped[Minor] = mapped_column(BigInteger, server_default="0")
    given_back_minor: Mapped[Minor] = mapped_column(BigInteger, server_default="0")
    state: Mapped[str] = mapped_column(String(16))
    purpose: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Moment]
    settled_at: Mapped[OptionalMoment]


class CreditGiveBack(Base):
    """What the shop gave back of a capture, once for each cancellation of its own."""

    __tablename__ = "credit_give_backs"
    __table_args__ = (
        UniqueConstraint("hold_id", "source"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    hold_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("credit_holds.id"))
    # The shop's own name of the cancellation.
    source: Mapped[str] = mapped_column(String(120))
    amount_minor: Mapped[Minor]
    created_at: Mapped[Moment]


class CreditReversal(Base):
    """A grant that was an error: what was taken back of it, and what was spent by then and could not be."""

    __tablename__ = "credit_reversals"
    __table_args__ = (
        UniqueConstraint("lot_id", "source"),
        CheckConstraint("taken_minor BETWEEN 0 AND wanted_minor AND wanted_minor > 0", name="amounts"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    lot_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("credit_lots.id"))
    source: Mapped[str] = mapped_column(String(120))
    wanted_minor: Mapped[Minor]
    taken_minor: Mapped[Minor]
    reason: Mapped[str] = mapped_column(Text)
    actor: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[Moment]


class CreditMove(Base):
    """Credit that went into or out of a lot. Never changed; the balance is the sum."""

    __tablename__ = "credit_moves"
    __table_args__ = (
        UniqueConstraint("lot_id", "kind", "source"),
        CheckConstraint("kind IN ('issue', 'spend', 'give_back', 'reverse', 'expire')", name="kind"),
        CheckConstraint("amount_minor <> 0", name="amount_not_zero"),
        Index("ix_credit_moves_account", "account_id", "happened_at"),
        Index("ix_credit_moves_one_end", "lot_id", unique=True, postgresql_where="kind = 'expire'"),
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("credit_accounts.id"))
    lot_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("credit_lots.id"))
    kind: Mapped[str] = mapped_column(String(16))
    amount_minor: Mapped[Minor]
    source: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[Moment]
