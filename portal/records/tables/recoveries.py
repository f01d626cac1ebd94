"""Recoveries: what was paid to us of what incidents cost, as one person wrote it down and another booked it."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.recoveries import Payer, RecoveryOutcome
from portal.records.tables.base import Base, Currency, Key, Minor, Moment, OptionalMoment, Ref, one_of


class RecoveryRow(Base):
    """A payment to us, or that one is taken back. What was written down never changes; only its outcome is added."""

    __tablename__ = "recoveries"
    __table_args__ = (
        CheckConstraint(one_of("payer", Payer), name="payer"),
        CheckConstraint(one_of("outcome", RecoveryOutcome), name="outcome"),
        CheckConstraint("amount_minor > 0", name="above_zero"),
        CheckConstraint("(takes_back_id IS NULL) = (reason = '')", name="taken_back_with_a_reason"),
        CheckConstraint(
            "(outcome IS NULL) = (decided_by IS NULL) AND (outcome IS NULL) = (decided_at IS NULL)",
            name="decided_by_somebody",
        ),
        CheckConstraint("outcome <> 'booked' OR decided_by <> recorded_by", name="two_people"),
        Index(
            "ix_recoveries_taken_back_once",
            "takes_back_id",
            unique=True,
            postgresql_where="outcome IS DISTINCT FROM 'dropped'",
        ),
    )

    id: Mapped[Key]
    ref: Mapped[Ref]
    incident_ref: Mapped[str] = mapped_column(String(24), ForeignKey("incidents.ref"), index=True)
    payer: Mapped[str] = mapped_column(String(16))
    payer_name: Mapped[str] = mapped_column(String(80))
    amount_minor: Mapped[Minor]
    currency: Mapped[Currency]
    received_on: Mapped[date] = mapped_column(Date)
    # What the payer calls it, such as the number of their credit note.
    reference: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(String(400), server_default="")
    takes_back_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("recoveries.id"))
    recorded_by: Mapped[str] = mapped_column(String(80))
    recorded_at: Mapped[Moment]
    outcome: Mapped[str | None] = mapped_column(String(16))
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[OptionalMoment]
