"""What was promised of each budget, and the append-only list of what counts against it."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.budgets import BudgetPeriod
from portal.domain.offers import PolicyClass
from portal.records.tables.base import Base, Currency, Key, Minor, Moment, one_of


class BudgetUse(Base):
    """What was promised of one class in one period and currency. Its row is the lock for every promise.

    market: whose policy has the budget. What was taken back stands in the moves alone, so that it waits for no lock.
    """

    __tablename__ = "budget_uses"
    __table_args__ = (
        UniqueConstraint("market", "policy_class", "period", "begins_on", "currency"),
        CheckConstraint(one_of("policy_class", PolicyClass), name="policy_class"),
        CheckConstraint(one_of("period", BudgetPeriod), name="period"),
        CheckConstraint("promised_minor >= 0", name="promised_not_negative"),
    )

    id: Mapped[Key]
    market: Mapped[str] = mapped_column(String(16))
    policy_class: Mapped[str] = mapped_column(String(32))
    period: Mapped[str] = mapped_column(String(8))
    begins_on: Mapped[date] = mapped_column(Date)
    currency: Mapped[Currency]
    promised_minor: Mapped[Minor] = mapped_column(server_default="0")


class BudgetMove(Base):
    """A promise that counts against a budget, or a part of one that was taken back. Never changed, never taken out.

    source: what the book names as the source of the same: the remedy, or what took back a part of it.
    """

    __tablename__ = "budget_moves"
    __table_args__ = (
        CheckConstraint("kind IN ('promise', 'release')", name="kind"),
        CheckConstraint("CASE kind WHEN 'promise' THEN amount_minor > 0 ELSE amount_minor < 0 END", name="amount"),
        UniqueConstraint("budget_use_id", "source", "kind"),
        Index("ix_budget_moves_remedy_id", "remedy_id"),
        Index("ix_budget_moves_released", "budget_use_id", "amount_minor", postgresql_where="kind = 'release'"),
    )

    id: Mapped[Key]
    budget_use_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("budget_uses.id"))
    remedy_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("remedies.id"))
    kind: Mapped[str] = mapped_column(String(8))
    source: Mapped[str] = mapped_column(String(40))
    amount_minor: Mapped[Minor]
    actor: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[Moment]
