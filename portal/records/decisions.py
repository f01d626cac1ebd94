"""Decisions of staff: made, waiting for a second person, in force; and what one person approved alone."""

from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from portal.domain.authority import Decider, Role
from portal.domain.decisions import DecisionKind
from portal.records import staff
from portal.records.tables.claims import Claim, ClaimEvent, ClaimLine, Decision
from portal.records.tables.people import StaffMember
from portal.records.tables.remedies import Remedy

_DAY = timedelta(hours=24)


def hold_staff(session: Session, staff_id: int) -> tuple[StaffMember, Decider] | None:
    """Lock an active staff member, after the order, so that what one person approves alone is added up one by one."""
    asked = select(StaffMember).where(StaffMember.id == staff_id, StaffMember.active)
    held = asked.with_for_update(key_share=True).execution_options(populate_existing=True)
    member = session.scalars(held).one_or_none()
    if member is None:
        return None
    limits = staff.limits_of(session, member.id)
    return member, Decider(member.id, Role(member.role), member.mailbox, limits)


def add(session: Session, decision: Decision) -> None:
    """Keep a decision."""
    session.add(decision)
    session.flush()


def proposed(session: Session, claim_id: int) -> list[Decision]:
    """List the decisions about a claim that wait for a second person, by line."""
    asked = (
        select(Decision)
        .join(ClaimLine, ClaimLine.id == Decision.claim_line_id)
        .where(ClaimLine.claim_id == claim_id, Decision.state == "proposed")
        .order_by(Decision.claim_line_id)
    )
    return list(session.scalars(asked.execution_options(populate_existing=True)))


def of_claim(session: Session, claim_id: int) -> list[Decision]:
    """List all decisions about a claim, oldest first."""
    asked = select(Decision).join(ClaimLine, ClaimLine.id == Decision.claim_line_id)
    return list(session.scalars(asked.where(ClaimLine.claim_id == claim_id).order_by(Decision.id)))


def last_decliner(session: Session, line_ids: list[int]) -> int | None:
    """Tell who said no last, where a no was the last word about any of these lines: another person looks then."""
    last = (
        select(func.max(Decision.id))
        .where(Decision.claim_line_id.in_(line_ids), Decision.state == "in_force")
        .group_by(Decision.claim_line_id)
    )
    asked = select(Decision.decided_by_id).where(Decision.id.in_(last), Decision.kind == DecisionKind.DECLINE.value)
    return session.scalars(asked.order_by(Decision.id.desc()).limit(1)).one_or_none()


def approved_alone(session: Session, staff_id: int, claim: Claim, line_ids: list[int], now: datetime) -> int:
    """Add up what one person approved alone: on this order ever, or for this customer in 24 hours.

    What they approved before on the very lines that are decided now counts only where a remedy came of it.
    In minor units of the order's currency.
    """
    remedied = select(Remedy.id).where(Remedy.claim_line_id == Decision.claim_line_id).exists()
    asked = (
        select(Claim.order_id, Decision.decided_at, Decision.terms["stake_minor"].as_integer())
        .join(ClaimLine, ClaimLine.id == Decision.claim_line_id)
        .join(Claim, Claim.id == ClaimLine.claim_id)
        .where(
            Decision.decided_by_id == staff_id,
            Decision.state == "in_force",
            Decision.kind == DecisionKind.APPROVE.value,
            Decision.second_by_id.is_(None),
            Claim.customer_id == claim.customer_id,
            Decision.terms["currency"].as_string() == claim.order.currency,
            or_(Decision.claim_line_id.not_in(line_ids), remedied),
            or_(Claim.order_id == claim.order_id, Decision.decided_at > now - _DAY),
        )
    )
    rows = session.execute(asked).all()
    on_order = sum(stake for order_id, _, stake in rows if order_id == claim.order_id)
    in_a_day = sum(stake for _, decided_at, stake in rows if decided_at > now - _DAY)
    return max(on_order, in_a_day)


def was_done(session: Session, claim_id: int, actor: str, client_key: str) -> bool:
    """Tell whether the same page of the same person was answered already."""
    asked = select(ClaimEvent.id).where(
        ClaimEvent.claim_id == claim_id,
        ClaimEvent.actor == actor,
        ClaimEvent.detail["key"].as_string() == client_key,
    )
    return session.scalars(asked.limit(1)).first() is not None
