"""What came of holding the provider's list of movements against our rows."""

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.tables.base import Base, Key, Moment, OptionalMinor, Ref


class Reconciliation(Base):
    """One comparison with the provider's balance, of everything that moved there between two moments."""

    __tablename__ = "reconciliations"

    id: Mapped[Key]
    ref: Mapped[Ref]
    since_at: Mapped[Moment]
    until_at: Mapped[Moment]
    actor: Mapped[str] = mapped_column(String(80))
    matched: Mapped[int]
    waiting: Mapped[int]


class Difference(Base):
    """Something that one side has and the other has not, or has otherwise."""

    __tablename__ = "reconcile_differences"

    id: Mapped[Key]
    reconciliation_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("reconciliations.id"), index=True)
    # The provider's name of the movement; our own ref where the provider has none.
    name: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(24))
    why: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(255))
    amount_minor: Mapped[OptionalMinor]
    currency: Mapped[str] = mapped_column(String(3))
    happened_at: Mapped[Moment]
