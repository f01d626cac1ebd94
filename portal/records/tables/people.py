"""Staff, sessions, sign-in codes, API keys and the counters behind rate limits."""

from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.domain.authority import Role
from portal.records.tables.base import Base, CreatedAt, Key, Minor, Moment, OptionalMoment, Ref, one_of


class StaffMember(Base):
    """Somebody who works for the shop."""

    __tablename__ = "staff"
    __table_args__ = (CheckConstraint(one_of("role", Role), name="role"),)

    id: Mapped[Key]
    ref: Mapped[Ref]
    mailbox: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(16))
    active: Mapped[bool] = mapped_column(server_default="true")
    created_at: Mapped[CreatedAt]


class AuthorityLimit(Base):
    """The most that a staff member may approve alone, per currency."""

    __tablename__ = "authority_limits"

    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"), primary_key=True)
    currency: Mapped[str] = mapped_column(String(3), primary_key=True)
    amount_minor: Mapped[Minor]


class SecondFactor(Base):
    """What a staff member's authenticator and we share, sealed under the secret key."""

    __tablename__ = "second_factors"

    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("staff.id"), primary_key=True, autoincrement=False)
    sealed_secret: Mapped[str] = mapped_column(String(200))
    # The half minute, counted from 1970, of the newest code that was taken: neither it nor an older one counts again.
    used_step: Mapped[int] = mapped_column(BigInteger)
    confirmed_at: Mapped[Moment]


class RecoveryCode(Base):
    """A code on paper, for whoever has the authenticator no more. Only a keyed hash is kept; good once."""

    __tablename__ = "recovery_codes"

    staff_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("second_factors.staff_id"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    used_at: Mapped[OptionalMoment]


class WebSession(Base):
    """A browser's session. Only a hash of its id is kept; what it holds is small and revocable."""

    __tablename__ = "web_sessions"
    __table_args__ = (Index("ix_web_sessions_expires_at", "expires_at"),)

    id: Mapped[Key]
    token_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    subject: Mapped[str | None] = mapped_column(String(40), index=True)
    held: Mapped[dict[str, Any]] = mapped_column(JSONB)
    # When a staff member last gave the second factor; before that, the password alone opens no page.
    factor_at: Mapped[OptionalMoment]
    created_at: Mapped[CreatedAt]
    seen_at: Mapped[Moment]
    expires_at: Mapped[Moment]


class SignInCode(Base):
    """A typed code that proves a mailbox, bound to the browser that asked; without customer_id it has no orders."""

    __tablename__ = "sign_in_codes"
    __table_args__ = (Index("ix_sign_in_codes_expires_at", "expires_at"),)

    id: Mapped[Key]
    browser_hash: Mapped[bytes] = mapped_column(LargeBinary, index=True)
    mailbox: Mapped[str] = mapped_column(String(254))
    customer_id: Mapped[int | None] = mapped_column(BigInteger, ForeignKey("customers.id"))
    order_number: Mapped[str | None] = mapped_column(String(64))
    code_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[CreatedAt]
    expires_at: Mapped[Moment]
    tries: Mapped[int] = mapped_column(server_default="0")
    used_at: Mapped[OptionalMoment]


class RateCount(Base):
    """How often something was tried in a window of time; the key holds hashes, never a mailbox."""

    __tablename__ = "rate_counts"

    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    window_at: Mapped[Moment] = mapped_column(primary_key=True)
    count: Mapped[int]


class ApiKey(Base):
    """A key with which a shop's system calls the API. Only a hash is kept."""

    __tablename__ = "api_keys"
    __table_args__ = (Index("ix_api_keys_one_live", "name", unique=True, postgresql_where="revoked_at IS NULL"),)

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80))
    key_hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    created_at: Mapped[CreatedAt]
    revoked_at: Mapped[OptionalMoment]


class ApiAnswer(Base):
    """The answer that was given under an idempotency key, so that a repeat gets the same one."""

    __tablename__ = "api_answers"

    api_key_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("api_keys.id"), primary_key=True)
    idempotency_key: Mapped[str] = mapped_column(String(255), primary_key=True)
    request_hash: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[int]
    body: Mapped[dict[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[CreatedAt]
