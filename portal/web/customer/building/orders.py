"""The page of a customer's orders."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from portal.domain.claims import ClaimState
from portal.domain.money import Money
from portal.domain.problems import ParcelState
from portal.records import claims, customer_pages, orders, sent_again, withdrawals
from portal.records.credit_statements import statements
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.records.tables.orders import Order, OrderLine
from portal.services.toolkit import Toolkit
from portal.web.customer.building.again import new_parcel_cards
from portal.web.customer.building.parcels import by_parcel, parcel_view
from portal.web.customer.building.standing import claim_link
from portal.web.customer.building.withdrawable import is_withdrawable
from portal.web.customer.pages.orders import NewParcelCard, OrderCard, OrderLineView, OrdersPage, ParcelCard
from portal.web.customer.pages.parts import ClaimLink
from portal.web.customer.pages.withdrawal import WithdrawalLink
from portal.web.shared.paging import Pager, pages_of

ORDERS_ON_A_PAGE = 10


def orders_page(
    session: Session, toolkit: Toolkit, customer_id: int, *, number: int, url_of: Callable[[int], str]
) -> OrdersPage | None:
    """Build one page of orders, newest first; None for a page that there is not. url_of: the address of a page."""
    now, offset = toolkit.now(), (number - 1) * ORDERS_ON_A_PAGE
    shown, whole = orders.of_customer(session, customer_id, limit=ORDERS_ON_A_PAGE, offset=offset)
    if not shown and number > 1:
        return None
    pages = pages_of(whole, ORDERS_ON_A_PAGE)
    ids = [order.id for order in shown]
    taken = customer_pages.taken_units(session, ids)
    told: dict[int, list[ClaimLink]] = defaultdict(list)
    for claim, link in _links(session, claims.of_orders(session, ids)):
        told[claim.order_id].append(link)
    sent = sent_again.of_orders(session, ids)
    declared = withdrawals.of_orders(session, ids)
    credit = statements(session, customer_id, secret_key=toolkit.secret_key, now=now)
    return OrdersPage(
        orders=tuple(
            replace(
                _card(
                    order, told[order.id], taken, new_parcel_cards(order, sent, now, toolkit.zone), now, toolkit.zone
                ),
                withdrawable=is_withdrawable(order, declared[order.id], sent, toolkit),
                withdrawals=tuple(WithdrawalLink(one.ref, one.declared_at) for one in declared[order.id]),
            )
            for order in shown
        ),
        pager=Pager(
            number=number,
            of=pages,
            previous_url=url_of(number - 1) if number > 1 else None,
            next_url=url_of(number + 1) if number < pages else None,
        ),
        credit=tuple(account.free for account in credit if account.free.minor > 0),
    )


def _links(session: Session, told: Sequence[Claim]) -> Iterator[tuple[Claim, ClaimLink]]:
    """Point to claims; what has left and has not come is on its way to a customer, though for us it is done."""
    done = [claim.id for claim in told if claim.state == ClaimState.MADE_WHOLE]
    coming = customer_pages.still_coming(session, done)
    for claim in told:
        state = ClaimState.ACCEPTED if claim.id in coming else claim.state
        yield claim, claim_link(claim.ref, state, claim.created_at)


def _card(
    order: Order,
    told: list[ClaimLink],
    taken: dict[int, int],
    again: tuple[NewParcelCard, ...],
    now: datetime,
    zone: ZoneInfo,
) -> OrderCard:
    boxes = by_parcel(order.lines)
    parcels = tuple(
        ParcelCard(
            parcel=parcel_view(order, shipment, position=position, of=len(boxes), now=now, zone=zone),
            lines=tuple(_line(order, line) for line in lines),
        )
        for position, (shipment, lines) in enumerate(boxes, 1)
    )
    return OrderCard(
        number=order.order_number,
        placed_on=order.placed_at.astimezone(zone).date(),
        total=Money(order.lines_total_minor, order.currency),
        parcels=parcels,
        claims=tuple(told),
        cancelled=bool(parcels) and all(box.parcel.state is ParcelState.CANCELLED for box in parcels),
        reportable=any(taken.get(line.id, 0) < line.quantity for line in order.lines),
        again=again,
    )


def _line(order: Order, line: OrderLine) -> OrderLineView:
    return OrderLineView(line.title, line.quantity, Money(line.unit_price_minor, order.currency))
