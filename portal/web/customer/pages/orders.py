"""The orders of one customer."""

from dataclasses import dataclass
from datetime import date

from portal.domain.money import Money
from portal.web.customer.pages.parts import ClaimLink, ParcelView
from portal.web.customer.pages.withdrawal import WithdrawalLink
from portal.web.shared.paging import Pager


@dataclass(frozen=True, slots=True)
class OrderLineView:
    """One line of an order. price: what one unit cost."""

    title: str
    quantity: int
    price: Money


@dataclass(frozen=True, slots=True)
class ParcelCard:
    """One parcel with its lines."""

    parcel: ParcelView
    lines: tuple[OrderLineView, ...]


@dataclass(frozen=True, slots=True)
class NewParcelCard:
    """A parcel that was sent again and has left. ref: for ``customer.report_again``; reportable: as in OrderCard."""

    ref: str
    parcel: ParcelView
    line: OrderLineView
    reportable: bool


@dataclass(frozen=True, slots=True)
class OrderCard:
    """One order.

    total: what it cost with shipping. cancelled: the whole order was cancelled. claims: open or recently closed, newest
    first. reportable: False once every unit is in a claim already; the button is then left out. again: what was sent
    again. withdrawable: law gives a right to withdraw, and its time is not over; withdrawals: what was declared.
    """

    number: str
    placed_on: date
    total: Money
    parcels: tuple[ParcelCard, ...]
    claims: tuple[ClaimLink, ...] = ()
    cancelled: bool = False
    reportable: bool = True
    again: tuple[NewParcelCard, ...] = ()
    withdrawable: bool = False
    withdrawals: tuple[WithdrawalLink, ...] = ()


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """Rendered by ``customer/orders.html``. Newest order first.

    credit: the customer's store credit balances, one for each currency, only where there is something.
    """

    orders: tuple[OrderCard, ...]
    pager: Pager | None = None
    credit: tuple[Money, ...] = ()
