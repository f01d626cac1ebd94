"""What an outreach would say of one parcel: whom it leaves alone and why, or the claim that we would make for them."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from portal.domain.claims import ClaimState
from portal.domain.errors import NotFound, UnitsTaken
from portal.domain.outreach import TOLD_APART, US, Seen, Skip, is_ours_to_see, is_overdue, problem_of, why_not
from portal.domain.problems import NEVER_LEFT, ParcelState, Problem
from portal.records import outreach_people, outreach_targets
from portal.records.sessions import Session, SQLAlchemyError
from portal.records.tables.orders import Order, Shipment
from portal.records.tables.outreach import Outreach, OutreachTarget
from portal.services.read_order import OrderRead, read_order, state_of
from portal.services.report_problem import Made, Report, ReportedLine, make_claim
from portal.services.toolkit import Toolkit

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Cause:
    """An outreach with the problem that its incident names, where it names one."""

    outreach: Outreach
    problem: str | None


def judge_target(toolkit: Toolkit, session: Session, cause: Cause, target: OutreachTarget, order: Order) -> Made | Skip:
    """Make the claim that we would make for a parcel, or tell why its customer is left alone. Nothing is written.

    order: with its customer; held, where the claim is to be written. A parcel whose judging fails is left alone too, so
    that it holds up no other; what the database could not do is raised, because that is tried again.
    """
    try:
        return _judge(toolkit, session, cause, target, order)
    except SQLAlchemyError:
        raise
    except Exception:
        log.exception("a parcel could not be judged", outreach=cause.outreach.ref, target=target.id)
        return Skip.UNJUDGED


def _judge(toolkit: Toolkit, session: Session, cause: Cause, target: OutreachTarget, order: Order) -> Made | Skip:
    now = toolkit.now()
    read = read_order(session, order, now)
    shipment = _shipment(read, target)
    if shipment is None or order.customer_id != target.customer_id:
        # A feed took all lines out of the parcel, or says by now that the order is somebody else's.
        return Skip.NOTHING_TO_OFFER
    parcel = state_of(read.order, shipment, now)
    reason = why_not(_seen(session, cause.outreach, target, read, parcel, now), now)
    if reason is not None:
        return Skip.ONLY_THEY_KNOW if reason is Skip.ARRIVED and _came_before(cause, shipment) else reason
    if not is_ours_to_see(cause.problem):
        return Skip.ONLY_THEY_KNOW
    report = _report(cause, target, read, _problem(toolkit, cause, shipment, parcel))
    if report is None:
        return Skip.TOO_EARLY
    try:
        return _with_something(make_claim(toolkit, session, order, report, US))
    except (NotFound, UnitsTaken):
        # A problem that its parcel cannot have, or units that somebody else speaks for.
        return Skip.CLAIMED


def _with_something(made: Made) -> Made | Skip:
    """Leave alone whom policy would tell to wait, or no: they asked for nothing."""
    states = {line.state for line in made.claim.lines}
    if states <= {ClaimState.OFFERED, ClaimState.ESCALATED}:
        return made
    return Skip.TOO_EARLY if ClaimState.WAITING in states else Skip.NOTHING_TO_OFFER


def _seen(
    session: Session, outreach: Outreach, target: OutreachTarget, read: OrderRead, parcel: ParcelState, now: datetime
) -> Seen:
    person = outreach_people.known_of(session, target)
    return Seen(
        erased=person.erased,
        opted_out=person.opted_out,
        claimed=person.claimed,
        cancelled=read.order.status in NEVER_LEFT or parcel is ParcelState.CANCELLED,
        arrived=parcel is ParcelState.DELIVERED,
        nothing_left=bool(read.captured) and not read.entitlement.can_give,
        told_lately=outreach_targets.told_lately(session, target, now - TOLD_APART),
        decided_at=outreach.approved_at or outreach.started_at,
    )


def _shipment(read: OrderRead, target: OutreachTarget) -> Shipment | None:
    """Find the parcel of a target by what is in it; nothing where no line is."""
    return next((line.shipment for line in read.dossier.lines if line.shipment_id == target.shipment_id), None)


def _came_before(cause: Cause, shipment: Shipment) -> bool:
    return shipment.delivered_at is not None and shipment.delivered_at <= cause.outreach.drawn_at


def _problem(toolkit: Toolkit, cause: Cause, shipment: Shipment, parcel: ParcelState) -> Problem | None:
    """Name what we tell of; nothing for a parcel whose day is not over, whatever struck others like it."""
    days = cause.outreach.silent_days
    overdue = is_overdue(
        promised_at=shipment.promised_at,
        handed_over_at=shipment.handed_over_at,
        last_scan_at=shipment.last_scan_at,
        silent_days=toolkit.silent_days if days is None else days,
        now=toolkit.now(),
    )
    return problem_of(cause.problem, parcel) if overdue else None


def _report(cause: Cause, target: OutreachTarget, read: OrderRead, problem: Problem | None) -> Report | None:
    """Write what we tell for the customer: all that is in the parcel and nobody speaks for."""
    free = [(line, len(read.free[line.id])) for line in read.dossier.lines if line.shipment_id == target.shipment_id]
    if problem is None:
        return None
    return Report(
        order_number=read.order.order_number,
        client_key=f"outreach-{cause.outreach.ref}-{target.id}",
        lines=tuple(ReportedLine(line.line_number, units, problem) for line, units in free if units),
        words="",
        locale="",
    )
