"""What people did that no claim tells of, and the seals over the whole record of who did what."""

from typing import Any

from sqlalchemy import BigInteger, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.records.tables.base import Base, Key, Moment


class Deed(Base):
    """One change of a right or a setting. Never changed, never taken out."""

    __tablename__ = "deeds"

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(48))
    # What it was done to: a mailbox of staff, the name of an API key.
    subject: Mapped[str] = mapped_column(String(254), index=True)
    actor: Mapped[str] = mapped_column(String(80))
    happened_at: Mapped[Moment]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


class Seal(Base):
    """A number over a stretch of claim events and deeds, and over the seal before it: a chain without a gap."""

    __tablename__ = "seals"

    # Counted from one by whoever seals, so that a missing seal shows.
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    up_to_event: Mapped[int] = mapped_column(BigInteger)
    up_to_deed: Mapped[int] = mapped_column(BigInteger)
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    sealed_at: Mapped[Moment]
