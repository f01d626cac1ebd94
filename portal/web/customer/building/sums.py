"""Our sums, for somebody who was told that what they paid is the order's total."""

from portal.domain.money import Money, total
from portal.letters.offers import card_brand
from portal.records.tables.orders import Payment
from portal.services.order_entitlement import price_of, surplus_is_interest
from portal.web.customer.building.reading import ClaimRead
from portal.web.customer.pages.claim_groups import SumRow, Sums
from portal.web.shared.language import gettext as _


def sums_of(read: ClaimRead) -> Sums:
    """Add up the order line by line beside what was paid for it."""
    currency = read.claim.order.currency
    prices = [price_of(line) for line in read.order_lines]
    goods = [
        SumRow(f"{line.quantity} × {line.title}" if line.quantity > 1 else line.title, Money(price.goods, currency))
        for line, price in zip(read.order_lines, prices, strict=True)
    ]
    carriage = Money(sum(price.carriage for price in prices), currency)
    lines = [*goods, SumRow(_("Shipping"), carriage)] if carriage else goods
    captured = [payment for payment, _refunds in read.money if payment.captured_at is not None]
    payments = [SumRow(_paid_by(payment), Money(payment.amount_minor, currency)) for payment in captured]
    beyond = total([row.amount for row in payments], currency) - total([row.amount for row in lines], currency)
    if beyond.minor > 0 and surplus_is_interest(captured):
        lines = [*lines, SumRow(_("Interest for paying in instalments"), beyond)]
    return Sums(
        lines=tuple(lines),
        lines_total=total([row.amount for row in lines], currency),
        payments=tuple(payments),
        payments_total=total([row.amount for row in payments], currency),
    )


def _paid_by(payment: Payment) -> str:
    if payment.method == "card" and payment.card_last4 and card_brand(payment.card_brand):
        return _("%(brand)s card ending %(ending)s", brand=card_brand(payment.card_brand), ending=payment.card_last4)
    names = {"card": _("Card"), "boleto": _("Bank slip"), "voucher": _("Voucher"), "credit": _("Store credit")}
    return names.get(payment.method, _("Another way"))
