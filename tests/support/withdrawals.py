"""Withdrawals for tests: declared as a page would, and looked at by the worker."""

from typing import Any

from sqlalchemy import text

from portal.domain.refs import new_ref
from portal.services.decide_withdrawal import WithdrawalPage
from portal.services.declare_withdrawal import Declaration, declare_withdrawal
from portal.services.limit_rate import Visitor
from tests.support.shop import AnOrder, Shop

VISITOR = Visitor(b"a browser", "203.0.113.7")


def european(shop: Shop, **wanted: Any) -> AnOrder:
    """Make an order that goes to Germany."""
    order = shop.order(**wanted)
    with shop.toolkit.transaction() as session:
        to_germany = text("UPDATE orders SET ship_to_country = 'DE', market = 'DE' WHERE id = :id")
        session.execute(to_germany, {"id": order.order_id})
    return order


def declare(shop: Shop, order: AnOrder, *, customer_id: int | None = None, **said: Any) -> str:
    """Declare a withdrawal from an order, as a guest where nobody is named, and give its ref."""
    told = {
        "client_key": new_ref("key", 12),
        "name": "Ana Souza",
        "mailbox": order.mailbox,
        "order_number": order.number,
        "goods": "",
        "locale": "en",
    }
    declaration = Declaration(**{**told, **said})
    return declare_withdrawal(shop.toolkit, declaration=declaration, visitor=VISITOR, customer_id=customer_id)


def looked_at(shop: Shop, order: AnOrder, **said: Any) -> str:
    """Declare a withdrawal and let the worker do all that follows from it."""
    ref = declare(shop, order, **said)
    shop.work()
    return ref


def row_of(shop: Shop, ref: str) -> Any:
    """Give a withdrawal as it stands, with the ref of its claim."""
    asked = """SELECT w.*, c.ref AS claim FROM withdrawals w LEFT JOIN claims c ON c.id = w.claim_id
        WHERE w.ref = :ref"""
    return shop.rows(asked, ref=ref)[0]


def page_of(shop: Shop, ref: str) -> WithdrawalPage:
    """Give the page that shows a withdrawal as it stands."""
    return WithdrawalPage(ref, row_of(shop, ref).version)


def history(shop: Shop, ref: str) -> list[tuple[str, str]]:
    """Give what was done to a withdrawal, and by whom."""
    asked = """SELECT e.move, e.actor FROM withdrawal_events e JOIN withdrawals w ON w.id = e.withdrawal_id
        WHERE w.ref = :ref ORDER BY e.id"""
    return [(row.move, row.actor) for row in shop.rows(asked, ref=ref)]
