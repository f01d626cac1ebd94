"""Parcels that were sent again: as the orders page lists them, and the page that says what went wrong with one."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from portal.domain.money import Money
from portal.records import sent_again
from portal.records.sent_again import SentAgain
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.records.tables.orders import Order, OrderLine
from portal.services.toolkit import Toolkit
from portal.web.customer.building.parcels import new_parcel_view
from portal.web.customer.building.standing import claim_link
from portal.web.customer.pages.orders import NewParcelCard, OrderLineView
from portal.web.customer.pages.report import ReportLine, ReportPage, ReportParcel
from portal.web.shared.again import choice_again
from portal.web.shared.report_forms import LineChoice


@dataclass(frozen=True, slots=True)
class NewParcel:
    """A parcel that was sent again, with the order line that is in it. corrects: the report that is told anew."""

    order: Order
    line: OrderLine
    sent: SentAgain
    now: datetime
    zone: ZoneInfo
    corrects: Claim | None = None

    @property
    def choice(self) -> LineChoice:
        """What can be said of it; units for which the report to be told anew speaks are free again."""
        said = choice_again(self.sent, self.line, self.order.status, self.now)
        own = sum(line.quantity for line in self.corrects.lines) if self.corrects else 0
        others = 0 if self.sent.goes_on else said.free
        return replace(said, free=min(others + own, said.most))


def new_parcel(
    session: Session, toolkit: Toolkit, order_number: str, customer_id: int, parcel_ref: str
) -> NewParcel | None:
    """Read a parcel of a customer's own order that was sent again and has left; None where there is none."""
    rows = sent_again.page(session, order_number, customer_id, parcel_ref)
    if rows is None or rows.sent is None:
        return None
    line = next(line for line in rows.lines if line.id == rows.sent.order_line_id)
    return NewParcel(rows.order, line, rows.sent, toolkit.now(), toolkit.zone)


def report_again_page(found: NewParcel) -> ReportPage:
    """Build the page."""
    choice, told_anew = found.choice, found.corrects.ref if found.corrects else None
    line = ReportLine(
        title=found.line.title,
        quantity=found.sent.replacement.quantity,
        free=choice.free,
        price=Money(found.line.unit_price_minor, found.order.currency),
        field=choice.field,
        claims=tuple(claim_link(*told) for told in found.sent.claims if told[0] != told_anew),
    )
    return ReportPage(
        order_number=found.order.order_number,
        placed_on=found.order.placed_at.astimezone(found.zone).date(),
        parcels=(ReportParcel(new_parcel_view(found.order, found.sent, now=found.now, zone=found.zone), (line,)),),
        only_line=choice.field,
        again=found.sent.replacement.ref,
    )


def new_parcel_cards(
    order: Order, sent: dict[int, list[SentAgain]], now: datetime, zone: ZoneInfo
) -> tuple[NewParcelCard, ...]:
    """List what was sent again of an order, each with the line that is in it."""
    return tuple(
        NewParcelCard(
            ref=one.replacement.ref,
            parcel=new_parcel_view(order, one, now=now, zone=zone),
            line=OrderLineView(line.title, one.replacement.quantity, Money(line.unit_price_minor, order.currency)),
            reportable=bool(one.units),
        )
        for line in order.lines
        for one in sent.get(line.id, ())
    )
