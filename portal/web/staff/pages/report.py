"""What staff see when they report for a customer: the orders that were found, and the lines of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from flask import url_for

from portal.domain.money import Money
from portal.records.order_search import FoundOrder
from portal.records.sent_again import SentAgain
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
class NewParcelRow:
    """A parcel of the order that was sent again, and the page to report about it."""

    title: str
    state: str
    url: str


@dataclass(frozen=True, slots=True)
class StaffReportPage:
    """Rendered by ``staff/report.html``; its form is the customer's, see ``web/shared/report_forms.py``.

    to: where the form goes. is_again: it is about a parcel that was sent again; sent_again: those of the order.
    """

    order_number: str
    placed_at: datetime
    customer_name: str
    mailbox: str
    parcels: tuple[ReportParcel, ...]
    to: str
    is_again: bool = False
    sent_again: tuple[NewParcelRow, ...] = ()


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


def report_page(read: OrderRead, sent: Mapping[int, Sequence[SentAgain]], now: datetime) -> StaffReportPage:
    """Show the lines of an order by parcel. sent: what was sent again, by the order line's id."""
    by_parcel: dict[int, list[OrderLine]] = {}
    for line in read.dossier.lines:
        by_parcel.setdefault(line.shipment_id, []).append(line)
    parcels = (
        ReportParcel(named(PARCELS, read.states[lines[0].id]), tuple(_line(read, line) for line in lines))
        for lines in by_parcel.values()
    )
    number = read.order.order_number
    again = (
        NewParcelRow(
            title=line.title,
            state=_state(one, read, now),
            url=url_for("staff.report_again", number=number, parcel=one.replacement.ref),
        )
        for line in read.dossier.lines
        for one in sent.get(line.id, ())
    )
    page = _page(read, tuple(parcels), url_for("staff.send_report", number=number))
    return replace(page, sent_again=tuple(again))


def report_again_page(read: OrderRead, sent: SentAgain, choice: LineChoice, now: datetime) -> StaffReportPage:
    """Show the one line that is in a parcel which was sent again."""
    line = next(line for line in read.dossier.lines if line.id == sent.order_line_id)
    shown = ReportLine(
        title=line.title,
        quantity=sent.replacement.quantity,
        free=choice.free,
        price=Money(line.unit_price_minor, read.order.currency),
        field=choice.field if choice.free else None,
        told=tuple(ref for ref, _state, _at in sent.claims),
    )
    number, parcel = read.order.order_number, sent.replacement.ref
    page = _page(
        read,
        (ReportParcel(_state(sent, read, now), (shown,)),),
        url_for("staff.send_report_again", number=number, parcel=parcel),
    )
    return replace(page, is_again=True)


def _page(read: OrderRead, parcels: tuple[ReportParcel, ...], to: str) -> StaffReportPage:
    order = read.order
    return StaffReportPage(
        order_number=order.order_number,
        placed_at=order.placed_at,
        customer_name=order.customer_name,
        mailbox=masked(order.customer.mailbox),
        parcels=parcels,
        to=to,
    )


def _state(sent: SentAgain, read: OrderRead, now: datetime) -> str:
    return named(PARCELS, sent.parcel.state(read.order.status, now))


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
