"""The feeds: which columns the two files of orders and the one of stock have, and what may stand in each.

The order and the meaning of the columns are written down for people in ``docs/order-feed.md`` and ``docs/stock.md``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a cell of a column holds."""

    TEXT = "text"
    MAILBOX = "mailbox"
    MOMENT = "moment"
    AMOUNT = "amount"
    COUNT = "count"
    PIECES = "pieces"
    STATUS = "status"
    LOCALE = "locale"
    CURRENCY = "currency"
    COUNTRY = "country"
    METHOD = "method"
    LAST_FOUR = "last_four"
    YES_OR_NO = "yes_or_no"


class OrderStatus(StrEnum):
    """How far an order is, in the words of the feed. `created` means that nothing was paid yet."""

    CREATED = "created"
    PROCESSING = "processing"
    INVOICED = "invoiced"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELED = "canceled"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a feed file.

    needed: the column must be in the file. filled: no cell of it may be empty. largest: characters of a text, or the
    value of a count.
    """

    name: str
    kind: Kind
    needed: bool = True
    filled: bool = True
    largest: int = 0


def _text(name: str, largest: int, *, needed: bool = True, filled: bool = True) -> Column:
    return Column(name, Kind.TEXT, needed, filled, largest)


def _maybe(name: str, kind: Kind, *, needed: bool = False) -> Column:
    return Column(name, kind, needed, filled=False)


ORDER_COLUMNS = (
    _text("order_number", 64),
    Column("placed_at", Kind.MOMENT),
    Column("status", Kind.STATUS),
    Column("email", Kind.MAILBOX),
    _text("customer_name", 200),
    Column("locale", Kind.LOCALE, largest=16),
    Column("currency", Kind.CURRENCY),
    _text("ship_to_name", 200),
    _text("ship_to_line1", 200, filled=False),
    _text("ship_to_city", 120, filled=False),
    _text("ship_to_region", 80, filled=False),
    _text("ship_to_postcode", 20, filled=False),
    Column("ship_to_country", Kind.COUNTRY),
    _text("shipment", 80),
    Column("line_number", Kind.COUNT, largest=999_999),
    _text("sku", 80),
    _text("title", 300),
    _text("category", 120, filled=False),
    _text("vendor", 80, filled=False),
    _text("vendor_region", 80, filled=False),
    Column("quantity", Kind.COUNT, largest=9_999),
    Column("unit_price", Kind.AMOUNT),
    Column("shipping_price", Kind.AMOUNT),
    _maybe("handed_to_carrier_at", Kind.MOMENT, needed=True),
    _maybe("promised_at", Kind.MOMENT, needed=True),
    _maybe("delivered_at", Kind.MOMENT, needed=True),
    _maybe("line_discount", Kind.AMOUNT),
    _maybe("line_tax", Kind.AMOUNT),
    _maybe("shipping_tax", Kind.AMOUNT),
    _maybe("tax_included", Kind.YES_OR_NO),
    _maybe("unit_cost", Kind.AMOUNT),
    _text("carrier", 80, needed=False, filled=False),
    _text("service", 80, needed=False, filled=False),
    _text("tracking_number", 80, needed=False, filled=False),
    _text("signed_by", 200, needed=False, filled=False),
    _text("left_at", 200, needed=False, filled=False),
    _maybe("last_scan_at", Kind.MOMENT),
)

PAYMENT_COLUMNS = (
    _text("order_number", 64),
    Column("sequence", Kind.COUNT, largest=9_999),
    Column("method", Kind.METHOD, largest=32),
    Column("installments", Kind.COUNT, largest=999),
    Column("amount", Kind.AMOUNT),
    _text("card_brand", 32, filled=False),
    _maybe("card_last4", Kind.LAST_FOUR, needed=True),
    _text("reference", 255, needed=False, filled=False),
    _text("account", 255, needed=False, filled=False),
    _maybe("captured_at", Kind.MOMENT),
    _text("card_fingerprint", 80, needed=False, filled=False),
)


STOCK_COLUMNS = (
    _text("sku", 80),
    _text("vendor", 80, needed=False, filled=False),
    Column("on_hand", Kind.PIECES, largest=9_999_999),
)


class FeedFile(StrEnum):
    """The files of the feeds: two of orders, which come together, and one of stock."""

    ORDERS = "orders"
    PAYMENTS = "payments"
    STOCK = "stock"


COLUMNS = {
    FeedFile.ORDERS: ORDER_COLUMNS,
    FeedFile.PAYMENTS: PAYMENT_COLUMNS,
    FeedFile.STOCK: STOCK_COLUMNS,
}


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that cannot be taken: which file, which line as an editor counts it, and why."""

    file: FeedFile
    line: int
    reason: str


class BadLines:
    """Every bad line is counted and told; the first ones are kept with their reasons, so that memory stays flat."""

    def __init__(self, keep: int = 1000, told: Callable[[BadLine], object] | None = None) -> None:
        """Start with nothing bad. told: called with each bad line as it is found."""
        self.count = 0
        self.kept: list[BadLine] = []
        self._keep = keep
        self._told = told

    def add(self, bad: BadLine) -> None:
        """Count and tell one bad line, and keep it while there is room."""
        self.count += 1
        if self._told is not None:
            self._told(bad)
        if len(self.kept) < self._keep:
            self.kept.append(bad)
