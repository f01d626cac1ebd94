"""Withdrawals from a contract: what was declared, word for word, and what became of it."""

from datetime import date
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.withdrawal import Standing, State
from portal.records.tables.base import Base, Key, Moment, OptionalMoment, Ref, one_of


class Withdrawal(Base):
    """One declaration. What was typed stays as it was typed; everything below it is ours."""

    __tablename__ = "withdrawals"
    __table_args__ = (
        CheckConstraint(one_of("state", State), name="state"),
        CheckConstraint(one_of("standing", Standing), name="standing"),
        ForeignKeyConstraint(["repeats_id"], ["withdrawals.id"], name="fk_withdrawals_repeats_id_withdrawals"),
        Index("ix_withdrawals_due", "due_at", postgresql_where="due_at IS NOT NULL"),
        Index("ix_withdrawals_order_id", "order_id", postgresql_where="order_id IS NOT NULL"),
        Index("ix_withdrawals_mailbox", "mailbox"),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    # Made by the page that confirms, and kept over reloads: the same key is the same declaration.
    client_key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    mailbox: Mapped[str] = mapped_column(String(254))
    order_number: Mapped[str] = mapped_column(String(64))
    # Of which goods, in the customer's words; empty for the whole order, or where lines are named.
    goods: Mapped[str] = mapped_column(Text)
    # Of which lines, by number with how many; empty for the whole order, or where words say it.
    lines: Mapped[list[dict[str, int]]] = mapped_column(JSONB)
    locale: Mapped[str] = mapped_column(String(16))
    # The browser that declared, which may see the receipt again.
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary)
    declared_by: Mapped[str] = mapped_column(String(80))
    declared_at: Mapped[Moment]

    state: Mapped[str] = mapped_column(String(24))
    version: Mapped[int] = mapped_column(server_default="1")
    order_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("orders.id"))
    standing: Mapped[str | None] = mapped_column(String(24))
    period_ends_on: Mapped[date | None] = mapped_column(Date)
    # By when the money is back, and by when somebody of ours must do something; none once nothing is to be done.
    refund_by: Mapped[Moment]
    due_at: Mapped[OptionalMoment]
    claim_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("claims.id"), unique=True)
    repeats_id: Mapped[int | None] = mapped_column(BigInteger)
    # What a person wrote, where a person answered.
    answer: Mapped[str | None] = mapped_column(Text)


class WithdrawalEvent(Base):
    """A line in a withdrawal's history. Never changed, never taken out, and without what anybody typed."""

    __tablename__ = "withdrawal_events"

    id: Mapped[Key]
    withdrawal_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("withdrawals.id"), index=True)
    move: Mapped[str] = mapped_column(String(24))
    from_state: Mapped[str | None] = mapped_column(String(24))
    to_state: Mapped[str] = mapped_column(String(24))
    actor: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[Moment]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
