"""Withdrawing from the contract: what is typed, what is confirmed, and the receipt."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WithdrawPage:
    """Rendered by ``customer/withdraw.html``; the form posts to ``action``.

    order_number: of an order that somebody is signed in for; None for a guest, who types it.
    """

    action: str
    order_number: str | None = None


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """Rendered by ``customer/withdraw_confirm.html``; the form posts ``fields`` to ``action``.

    goods: of which goods, None for the whole order.
    """

    action: str
    name: str
    mailbox: str
    order_number: str
    goods: str | None
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ReceiptPage:
    """Rendered by ``customer/withdrawn.html``: what was declared, as it was typed, and nothing else of any order."""

    ref: str
    name: str
    mailbox: str
    order_number: str
    goods: str | None
    declared_at: datetime


@dataclass(frozen=True, slots=True)
class WithdrawalLink:
    """A withdrawal that is mentioned on the page of orders."""

    ref: str
    declared_at: datetime
