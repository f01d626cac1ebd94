"""Random carts: what a shop may have asked for and what was paid for it, in any currency and any number of payments."""

from dataclasses import dataclass

from hypothesis import strategies as some

from portal.domain.money import Money
from portal.domain.paid import LinePrice, lines_total
from portal.domain.refunds import Capacity

CURRENCIES = ("JPY", "KRW", "CLP", "BRL", "EUR", "USD", "KWD", "TND")
METHODS = ("card", "card", "card", "boleto", "voucher", "credit")


@dataclass(frozen=True)
class Cart:
    """An order: what its lines should have cost, and what its payments took."""

    currency: str
    prices: tuple[LinePrice, ...]
    payments: tuple[Capacity, ...]

    @property
    def captured(self) -> Money:
        return Money(sum(payment.left.minor for payment in self.payments), self.currency)


@some.composite
def line_prices(draw: some.DrawFn) -> LinePrice:
    """Make a line: at times free, at times with a discount that eats into the shipping, with tax on top or inside."""
    quantity, unit_price = draw(some.integers(1, 20)), draw(some.sampled_from([0, 1, 3]) | some.integers(1, 90_000))
    shipping = draw(some.just(0) | some.integers(0, 9_000))
    most = quantity * unit_price + shipping
    return LinePrice(
        quantity=quantity,
        unit_price=unit_price,
        discount=draw(some.just(0) | some.integers(0, most)),
        tax=draw(some.just(0) | some.integers(0, most // 4)),
        shipping=shipping,
        shipping_tax=draw(some.just(0) | some.integers(0, shipping // 4)),
        tax_included=draw(some.booleans()),
    )


def _with_order_discount(lines: list[LinePrice], percent: int) -> tuple[LinePrice, ...]:
    """Share a discount on the whole order over its lines, as the feed wants it."""
    rooms = [line.quantity * line.unit_price + line.shipping - line.discount for line in lines]
    off = Money(sum(rooms) * percent // 100, "XXX").share(rooms)
    return tuple(
        LinePrice(
            line.quantity,
            line.unit_price,
            line.discount + less.minor,
            line.tax,
            line.shipping,
            line.shipping_tax,
            line.tax_included,
        )
        for line, less in zip(lines, off, strict=True)
    )


@some.composite
def carts(draw: some.DrawFn) -> Cart:
    """Make a cart of 1 to 8 lines, paid exactly, off by cents, with interest, or hardly at all, in 1 to 9 payments."""
    currency = draw(some.sampled_from(CURRENCIES))
    lines = draw(some.lists(line_prices(), min_size=1, max_size=8))
    prices = _with_order_discount(lines, draw(some.just(0) | some.integers(0, 100)))
    asked = lines_total(prices)
    off = draw(some.just(0) | some.integers(-9, 9) | some.integers(0, asked // 4) | some.integers(-asked, 0))
    weights = draw(some.lists(some.integers(0, 9), min_size=1, max_size=9))
    parts = Money(max(asked + off, 0), currency).share(weights)
    payments = tuple(
        Capacity(payment_id=number, left=part, reachable=draw(some.sampled_from(METHODS)) == "card")
        for number, part in enumerate(parts, 1)
    )
    return Cart(currency, prices, payments)
