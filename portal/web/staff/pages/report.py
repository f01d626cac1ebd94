"""What staff see when they report for a customer: the orders that were found, and the lines of one."""

from dataclasses import dataclass, replace
from datetime import datetime

from portal.domain.money import Money
from portal.records.order_search import FoundOrder
from portal.records.tables.orders import OrderLine
from portal.services.read_order import OrderRead
from portal.web.shared.names import PARCELS, named
from portal.web.shared.problem_words import problem_choices
from portal.web.shared.report_forms import LineChoice, field_of
from portal.web.staff.masks import masked


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """Rendered by ``staff/orders.html``, mailboxes masked. sought: what was looked for, empty before anything was."""

    sought: str
    orders: tuple[FoundOrder, ...]


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line to report, as ``components/report_lines.html`` shows it; told: the claims that hold units of it."""

    title: str
    quantity: int
    free: int
    price: Money
    field: str | None
    told: tuple[str, ...]
    claims: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportParcel:
    """A parcel with its lines."""

    state: str
    lines: tuple[ReportLine, ...]


@dataclass(frozen=True, slots=True)
class StaffReportPage:
    """Rendered by ``staff/report.html``; its form is the customer's, see ``web/shared/report_forms.py``."""

    order_number: str
    placed_at: datetime
    customer_name: str
    mailbox: str
    parcels: tuple[ReportParcel, ...]


def orders_page(sought: str, orders: list[FoundOrder]) -> OrdersPage:
    """Show what was found."""
    return OrdersPage(sought, tuple(replace(one, mailbox=masked(one.mailbox)) for one in orders))


def choices_of(read: OrderRead) -> list[LineChoice]:
    """List what can be said, line by line."""
    return [
        LineChoice(
            field=field_of(line.line_number),
            line_number=line.line_number,
            most=line.quantity,
            free=len(read.free[line.id]),
            problems=tuple(problem_choices(read.states[line.id])),
        )
        for line in read.dossier.lines
    ]


def report_page(read: OrderRead) -> StaffReportPage:
    """Show the lines of an order by parcel."""
    order = read.order
    by_parcel: dict[int, list[OrderLine]] = {}
    for line in read.dossier.lines:
        by_parcel.setdefault(line.shipment_id, []).append(line)
    return StaffReportPage(
        order_number=order.order_number,
        placed_at=order.placed_at,
        customer_name=order.customer_name,
        mailbox=masked(order.customer.mailbox),
        parcels=tuple(
            ReportParcel(named(PARCELS, read.states[lines[0].id]), tuple(_line(read, line) for line in lines))
            for lines in by_parcel.values()
        ),
    )


def _line(read: OrderRead, line: OrderLine) -> ReportLine:
    told = {ref: None for (line_id, _unit), ref in read.dossier.claim_of.items() if line_id == line.id}
    free = len(read.free[line.id])
    return ReportLine(
        title=line.title,
        quantity=line.quantity,
        free=free,
        price=Money(line.unit_price_minor, read.order.currency),
        field=field_of(line.line_number) if free else None,
        told=tuple(told),
    )
