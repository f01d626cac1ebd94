"""Store credit: accounts, lots, holds of a checkout, and the append-only list of what went in and out."""

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String, UniqueConstraint
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
    """One grant of credit, with where it came from; never expires unless a date says so."""

    __tablename__ = "credit_lots"
    __table_args__ = (
        UniqueConstraint("source", "origin"),
        CheckConstraint("amount_minor > 0", name="amount_positive"),
        CheckConstraint("origin IN ('paid_value', 'goodwill')", name="origin"),
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


class CreditHold(Base):
    """Credit that a checkout has set aside: captured, released, or free again after its time."""

    __tablename__ = "credit_holds"
    __table_args__ = (
        CheckConstraint("state IN ('held', 'captured', 'released', 'expired')", name="state"),
        CheckConstraint("amount_minor > 0 AND captured_minor BETWEEN 0 AND amount_minor", name="amounts"),
        Index("ix_credit_holds_held", "account_id", postgresql_where="state = 'held'"),
        Index("ix_credit_holds_account", "account_id", "settled_at"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("credit_accounts.id"))
    api_key_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("api_keys.id"))
    amount_minor: Mapped[Minor]
    captured_minor: Mapped[Minor] = mapped_column(BigInteger, server_default="0")
    state: Mapped[str] = mapped_column(String(16))
    purpose: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Moment]
    settled_at: Mapped[OptionalMoment]


class CreditMove(Base):
    """Credit that went into or out of a lot. Never changed; the balance is the sum."""

    __tablename__ = "credit_moves"
    __table_args__ = (
        UniqueConstraint("lot_id", "kind", "source"),
        CheckConstraint("kind IN ('issue', 'spend', 'give_back', 'reverse', 'expire')", name="kind"),
        CheckConstraint("amount_minor <> 0", name="amount_not_zero"),
        Index("ix_credit_moves_account", "account_id", "happened_at"),
    )

    id: Mapped[Key]
    account_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("credit_accounts.id"))
    lot_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("credit_lots.id"))
    kind: Mapped[str] = mapped_column(String(16))
    amount_minor: Mapped[Minor]
    source: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[Moment]
