"""What the customer's pages read beyond single subjects: a few statements for each page, however many rows it shows."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from portal.records.single_reads import ask_one
from portal.records.tables.claims import Claim, ClaimUnit, Evidence
from portal.records.tables.orders import OrderLine
from portal.records.tables.people import StaffMember
from portal.records.tables.remedies import Remedy, Replacement

_GLANCE = "SELECT version, state FROM claims WHERE ref = $1 AND customer_id = $2"


@dataclass(frozen=True, slots=True)
class Glance:
    """As much of a claim as a page in motion asks for."""

    version: int
    state: str


def taken_units(session: Session, order_ids: Sequence[int]) -> dict[int, int]:
    """Count, by order line, the units that a live claim speaks for."""
    asked = (
        select(ClaimUnit.order_line_id, func.count().label("taken"))
        .join(OrderLine, OrderLine.id == ClaimUnit.order_line_id)
        .where(ClaimUnit.live, OrderLine.order_id.in_(order_ids))
        .group_by(ClaimUnit.order_line_id)
    )
    return {row.order_line_id: row.taken for row in session.execute(asked)}


def still_coming(session: Session, claim_ids: Collection[int]) -> frozenset[int]:
    """Name the claims of which a new parcel has left and has not come."""
    if not claim_ids:
        return frozenset()
    asked = (
        select(Remedy.claim_id)
        .join(Replacement, Replacement.remedy_id == Remedy.id)
        .where(Remedy.claim_id.in_(claim_ids), Replacement.state == "shipped")
    )
    return frozenset(session.scalars(asked))


def lines_of(session: Session, order_id: int) -> list[OrderLine]:
    """List the lines of an order, without their shipments."""
    asked = select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.line_number)
    return list(session.scalars(asked))


def names_of_staff(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """Give the names of staff members."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    found = session.execute(select(StaffMember.id, StaffMember.name).where(StaffMember.id.in_(wanted)))
    return {row.id: row.name for row in found}


def glance(session: Session, claim_ref: str, customer_id: int) -> Glance | None:
    """Look at a customer's own claim as a page in motion does."""
    row = ask_one(session, _GLANCE, (claim_ref, customer_id))
    return None if row is None else Glance(*row)


def photo(session: Session, photo_ref: str, claim_ref: str, customer_id: int) -> Evidence | None:
    """Find a photo of a customer's own claim."""
    asked = (
        select(Evidence)
        .join(Claim, Claim.id == Evidence.claim_id)
        .where(Evidence.ref == photo_ref, Claim.ref == claim_ref, Claim.customer_id == customer_id)
    )
    return session.scalars(asked).one_or_none()
