"""The page on which a customer says what went wrong with an order's own parcels."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from portal.domain.money import Money
from portal.domain.paid import free_units
from portal.domain.problems import ParcelState
from portal.records import report_page as rows_of_page
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.records.tables.orders import Order, OrderLine
from portal.services.read_order import state_of
from portal.services.toolkit import Toolkit
from portal.web.customer.building.parcels import by_parcel, parcel_view
from portal.web.customer.building.standing import claim_link
from portal.web.customer.pages.parts import ClaimLink
from portal.web.customer.pages.report import ReportLine, ReportPage, ReportParcel
from portal.web.shared.problem_words import problem_choices
from portal.web.shared.report_forms import LineChoice, field_of


@dataclass(frozen=True, slots=True)
class Reportable:
    """An order as its report page needs it, by the ids of its lines.

    unclaimed: how many units no live claim speaks for. own: units that the claim being corrected speaks for.
    """

    order: Order
    lines: list[OrderLine]
    states: Mapping[int, ParcelState]
    unclaimed: Mapping[int, int]
    claims: Mapping[int, list[ClaimLink]]
    own: Mapping[int, int]
    now: datetime
    zone: ZoneInfo

    @property
    def choices(self) -> tuple[LineChoice, ...]:
        """What can be said, line by line."""
        return tuple(
            LineChoice(
                field=field_of(line.line_number),
                line_number=line.line_number,
                most=line.quantity,
                free=self.free(line),
                problems=tuple(problem_choices(self.states[line.id])),
            )
            for line in self.lines
        )

    def free(self, line: OrderLine) -> int:
        """Count the units that can be reported."""
        return min(self.unclaimed[line.id] + self.own.get(line.id, 0), line.quantity)


def reportable(
    session: Session, toolkit: Toolkit, order_number: str, customer_id: int, *, corrects: Claim | None = None
) -> Reportable | None:
    """Read a customer's own order for its report page. corrects: the claim whose own units may be told again."""
    rows = rows_of_page.whole(session, order_number, customer_id)
    if rows is None:
        return None
    now, nothing = toolkit.now(), frozenset[int]()
    return Reportable(
        order=rows.order,
        lines=rows.lines,
        states={line.id: state_of(rows.order, line.shipment, now) for line in rows.lines},
        unclaimed={line.id: len(free_units(line.quantity, rows.taken.get(line.id, nothing))) for line in rows.lines},
        claims={
            line_id: [claim_link(*told) for told in found if corrects is None or told[0] != corrects.ref]
            for line_id, found in rows.claims.items()
        },
        own={line.order_line_id: line.quantity for line in corrects.lines} if corrects else {},
        now=now,
        zone=toolkit.zone,
    )


def report_page(found: Reportable) -> ReportPage:
    """Build the report page."""
    free = [line for line in found.lines if found.free(line)]
    return ReportPage(
        order_number=found.order.order_number,
        placed_on=found.order.placed_at.astimezone(found.zone).date(),
        parcels=parcels_of(found),
        only_line=field_of(free[0].line_number) if len(free) == 1 else None,
    )


def parcels_of(found: Reportable) -> tuple[ReportParcel, ...]:
    """List the order's own parcels with their lines."""
    boxes = by_parcel(found.lines)
    return tuple(
        ReportParcel(
            parcel=parcel_view(found.order, shipment, position=position, of=len(boxes), now=found.now, zone=found.zone),
            lines=tuple(_line(found, line) for line in lines),
        )
        for position, (shipment, lines) in enumerate(boxes, 1)
    )


def _line(found: Reportable, line: OrderLine) -> ReportLine:
    free = found.free(line)
    return ReportLine(
        title=line.title,
        quantity=line.quantity,
        free=free,
        price=Money(line.unit_price_minor, found.order.currency),
        field=field_of(line.line_number) if free else None,
        claims=tuple(found.claims.get(line.id, ())),
    )
