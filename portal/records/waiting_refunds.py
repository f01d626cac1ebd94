"""Refunds that wait for their customers, and until when these can answer; and those that wait for our own balance."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from portal.domain.refunds import RefundState
from portal.domain.troubles import TroubleKind
from portal.records.tables.claims import ClaimEvent
from portal.records.tables.inbox import Letter
from portal.records.tables.remedies import Refund, Remedy
from portal.records.tables.troubles import Trouble

_TOO_LITTLE = "insufficient_funds"


class Asked(NamedTuple):
    """When a customer was asked; act_by: until when they can answer, as it was kept."""

    at: datetime
    act_by: str | None


def due_for_word(
    session: Session, event: str, letter: str, *, turns: Mapping[int, datetime], person: datetime, limit: int
) -> list[str]:
    """List refunds that wait for their customers and of which somebody is to be told now, longest first.

    turns: by its number, what was asked before when has to have had that letter; person: and that a person has it. So
    those of which all was said hold up no other, however many they are.
    """
    at = func.max(ClaimEvent.happened_at)
    written = select(Letter.id).where(
        Letter.claim_id == Remedy.claim_id, Letter.template == letter, Letter.subject_ref == Refund.ref
    )
    told = select(Trouble.id).where(
        Trouble.kind == TroubleKind.CUSTOMER_MUST_ACT.value, Trouble.subject == Refund.ref, Trouble.closed_at.is_(None)
    )
    due = [
        and_(at <= moment, ~written.where(Letter.subject_version >= turn).exists()) for turn, moment in turns.items()
    ]
    found = (
        select(Refund.ref)
        .join(Remedy, Remedy.id == Refund.remedy_id)
        .join(ClaimEvent, ClaimEvent.claim_id == Remedy.claim_id)
        .where(
            Refund.state == RefundState.REQUIRES_ACTION.value,
            ClaimEvent.action == event,
            ClaimEvent.detail["refund"].as_string() == Refund.ref,
        )
        .group_by(Refund.id, Remedy.id)
        .having(or_(*due, and_(at <= person, ~told.exists())))
        .order_by(at, Refund.id)
        .limit(limit)
    )
    return list(session.scalars(found))


def asked(session: Session, event: str, claim_id: int, refund_ref: str) -> Asked | None:
    """Read when the customer of a refund was asked last."""
    found = (
        select(ClaimEvent.happened_at, ClaimEvent.detail["act_by"].as_string())
        .where(
            ClaimEvent.claim_id == claim_id,
            ClaimEvent.action == event,
            ClaimEvent.detail["refund"].as_string() == refund_ref,
        )
        .order_by(ClaimEvent.id.desc())
        .limit(1)
    )
    row = session.execute(found).one_or_none()
    return None if row is None else Asked(*row)


class Short(NamedTuple):
    """How much waits because the balance of an account of ours is too low."""

    account: str | None
    currency: str
    refunds: int
    amount_minor: int

    @property
    def subject(self) -> str:
        """Name the account and its currency."""
        return f"{self.account or 'balance'} {self.currency}"


def for_our_balance(session: Session) -> list[Short]:
    """Add up what the provider holds back until our balance there is filled, by account and currency."""
    account = Refund.request["account"].as_string()
    asked = (
        select(account, Refund.currency, func.count(), func.sum(Refund.amount_minor))
        .where(Refund.state == RefundState.PENDING.value, Refund.reason == _TOO_LITTLE)
        .group_by(account, Refund.currency)
        .order_by(account, Refund.currency)
    )
    return [Short(name, currency, number, int(minor)) for name, currency, number, minor in session.execute(asked)]
