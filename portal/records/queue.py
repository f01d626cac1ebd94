"""The queue of staff: the claims that need a person, by deadline, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, select, tuple_
from sqlalchemy.orm import Session

from portal.domain.money import Money
from portal.records.tables.claims import Claim, ClaimLine, Decision
from portal.records.tables.orders import Customer, Order
from portal.records.tables.people import StaffMember


class Part(StrEnum):
    """Which part of the queue is looked at."""

    ALL = "all"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    OVERDUE = "overdue"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the queue: what comes next stands after it. reopened: failed a second time, which goes first."""

    answer_by: datetime
    ref: str
    reopened: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A claim that needs a person. problems and reasons: codes of its lines, each once.

    answered_by: the role of the staff whom policy names for one of its lines. reopened: what we did was not right.
    """

    ref: str
    order_number: str
    mailbox: str
    order_value: Money
    answer_by: datetime
    assignee: str | None
    waits_for_answer: bool
    waits_for_second: bool
    problems: tuple[str, ...]
    reasons: tuple[str, ...]
    answered_by: str | None = None
    reopened: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """How many claims each part of the queue holds."""

    by_part: dict[Part, int]


_ORDER = (Claim.reopened_at.is_(None), Claim.answer_by, Claim.ref)
_PROPOSED = (
    select(Decision.id)
    .join(ClaimLine, ClaimLine.id == Decision.claim_line_id)
    .where(ClaimLine.claim_id == Claim.id, Decision.state == "proposed")
    .exists()
)


def _part(part: Part, staff_id: int, now: datetime) -> ColumnElement[bool]:
    return {
        Part.ALL: Claim.answer_by.is_not(None),
        Part.MINE: Claim.assignee_id == staff_id,
        Part.UNASSIGNED: Claim.assignee_id.is_(None),
        Part.OVERDUE: Claim.answer_by < now,
        Part.SECOND: _PROPOSED,
    }[part]


def counts(session: Session, staff_id: int, now: datetime) -> Counts:
    """Count every part of the queue in one query."""
    asked = select(*(func.count().filter(_part(part, staff_id, now)) for part in Part))
    row = session.execute(asked.select_from(Claim).where(Claim.answer_by.is_not(None))).one()
    return Counts(dict(zip(Part, row, strict=True)))


def waiting(
    session: Session, part: Part, *, staff_id: int, now: datetime, after: Place | None, limit: int
) -> list[Waiting]:
    """List a part of the queue after a place: what failed twice, then the rest, each by deadline. Two queries."""
    asked = select(Claim.id).where(Claim.answer_by.is_not(None), _part(part, staff_id, now))
    if after is not None:
        asked = asked.where(tuple_(*_ORDER) > tuple_(literal(not after.reopened), after.answer_by, after.ref))
    # The rows are chosen first, so that only they are joined with the rest.
    return _read(session, _rows().where(Claim.id.in_(asked.order_by(*_ORDER).limit(limit))).order_by(*_ORDER))


def found(session: Session, ref: str, order_number: str, *, limit: int) -> list[str]:
    """List the refs of the claims of exactly this name, or on the order of exactly this number, newest first."""
    asked = (
        select(Claim.ref)
        .join(Order, Order.id == Claim.order_id)
        .where((Claim.ref == ref) | (Order.order_number == order_number))
        .order_by(Claim.id.desc())
        .limit(limit)
    )
    return list(session.scalars(asked))


def _rows() -> Select[*tuple[Any, ...]]:
    return (
        select(Claim, Order, Customer.mailbox, StaffMember.name, _PROPOSED)
        .join(Order, Order.id == Claim.order_id)
        .join(Customer, Customer.id == Claim.customer_id)
        .outerjoin(StaffMember, StaffMember.id == Claim.assignee_id)
    )


def _read(session: Session, asked: Select[*tuple[Any, ...]]) -> list[Waiting]:
    rows = session.execute(asked).all()
    problems, reasons, named = _lines(session, [claim.id for claim, *_ in rows])
    return [
        Waiting(
            ref=claim.ref,
            order_number=order.order_number,
            mailbox=mailbox,
            order_value=Money(order.payments_total_minor, order.currency),
            answer_by=claim.answer_by,
            assignee=assignee,
            waits_for_answer=claim.waits_for_answer,
            waits_for_second=proposed,
            problems=tuple(problems[claim.id]),
            reasons=tuple(reasons[claim.id]),
            answered_by=named.get(claim.id),
            reopened=claim.reopened_at is not None,
        )
        for claim, order, mailbox, assignee, proposed in rows
    ]


def _lines(
    session: Session, claim_ids: Sequence[int]
) -> tuple[dict[int, list[str]], dict[int, list[str]], dict[int, str]]:
    named_in = ClaimLine.verdict["answered_by"].astext
    asked = select(ClaimLine.claim_id, ClaimLine.problem, ClaimLine.state, ClaimLine.reason, named_in)
    problems: dict[int, list[str]] = defaultdict(list)
    reasons: dict[int, list[str]] = defaultdict(list)
    named: dict[int, str] = {}
    for claim_id, problem, state, reason, role in session.execute(
        asked.where(ClaimLine.claim_id.in_(claim_ids)).order_by(ClaimLine.id)
    ):
        if problem not in problems[claim_id]:
            problems[claim_id].append(problem)
        if state == "escalated" and reason and reason not in reasons[claim_id]:
            reasons[claim_id].append(reason)
        if state == "escalated" and role:
            named[claim_id] = role
    return problems, reasons, named
