"""What a customer has bought and what was paid for it: discounts, taxes, interest, and totals that are off."""

from collections.abc import Sequence
from typing import Any

from portal.domain.money import Money, card_step, decimal_text, parse
from portal.domain.paid import lines_total
from tests.prove.simulation.chance import Chance, one_in, pick
from tests.support.an_order import Beside, Wanted

# Titles, prices and shipping by currency: something cheap, something that wants a photo, something for a person.
_PRICES = {
    "BRL": ("50.00", "19.90", "80.00", "7.77", "112.35", "250.10", "333.33", "1700.00", "0.03"),
    "EUR": ("25.00", "9.99", "14.50", "3.33", "40.01", "66.67", "310.00", "0.03"),
    "JPY": ("1200", "333", "2500", "77", "9500", "46000", "1"),
    "KWD": ("7.500", "3.333", "4.250", "0.995", "12.345", "20.000", "95.000", "0.010"),
}
_SHIPPING = {"BRL": "5.00", "EUR": "0.00", "JPY": "100", "KWD": "0.750"}
_CURRENCIES = ("BRL", "BRL", "BRL", "EUR", "JPY", "KWD")
_PERCENTS_OFF = (10, 5, 33, 100)
_TAXES = (
    ("no tax", 0),
    ("no tax", 0),
    ("tax on top", 8),
    ("tax on top", 19),
    ("tax included", 20),
    ("tax included", 5),
)
OVERCHARGED = "paid too much"
_EXACT, _INTEREST, _UNIT_MORE, _UNIT_LESS = (
    "paid exactly",
    "paid with interest",
    "paid a unit more",
    "paid a unit less",
)
_PAID = (*(_EXACT,) * 8, _INTEREST, _INTEREST, OVERCHARGED, _UNIT_MORE, _UNIT_LESS)
_INTEREST_PERCENTS = {3: 2, 6: 5, 12: 9}
_SPLITS = (None, None, None, ("card", "card"), ("card", "voucher"), ("voucher", "card"))
# What every cart is counted by, so that a run can tell that none of it was left out.
KINDS = (
    *dict.fromkeys(_CURRENCIES),
    "a discount",
    "shipping discounted",
    *dict.fromkeys(name for name, _ in _TAXES),
    *dict.fromkeys(_PAID),
)


def a_cart(chance: Chance) -> tuple[dict[str, Any], list[str]]:
    """Fill a cart and pay for it: what ``an_order`` is told of it, and of which kinds it is."""
    currency, (taxed, rate) = pick(chance, _CURRENCIES), pick(chance, _TAXES)
    lines = tuple(
        (f"thing {number}", pick(chance, _PRICES[currency]), 1 + chance.below(2))
        for number in range(1 + chance.below(3))
    )
    shipping = _SHIPPING[currency]
    beside = tuple(
        _beside(
            chance, [parse(price, currency).minor * quantity, parse(shipping, currency).minor * quantity], rate, taxed
        )
        for _, price, quantity in lines
    )
    said: dict[str, Any] = {"lines": lines, "shipping": shipping, "currency": currency, "beside": beside}
    prices = Wanted(**said).prices
    total, paid = lines_total(prices), pick(chance, _PAID)
    installments = pick(chance, tuple(_INTEREST_PERCENTS)) if paid == _INTEREST else 1
    more = {
        _INTEREST: total * _INTEREST_PERCENTS.get(installments, 0) // 100,
        OVERCHARGED: total // 7,
        _UNIT_MORE: card_step(currency),
        _UNIT_LESS: -card_step(currency),
    }
    payments = _payments(chance, Money(max(total + more.get(paid, 0), 0), currency))
    said |= {"payments": payments, "installments": installments}
    kinds = [currency, taxed, paid]
    kinds += ["a discount"] * any(one.discount for one in beside)
    kinds += ["shipping discounted"] * any(
        one.discount > p.quantity * p.unit_price for one, p in zip(beside, prices, strict=True)
    )
    return said, kinds


def _beside(chance: Chance, asked: Sequence[int], rate: int, taxed: str) -> Beside:
    """Draw a discount for a line, at times one that takes off shipping too, and tax what is left."""
    listed, shipping = asked
    percent = pick(chance, _PERCENTS_OFF) if one_in(chance, 3) else 0
    discount = listed * percent // 100 + (shipping // 2 if percent == 100 else 0)
    goods, carriage = listed - min(discount, listed), shipping - max(discount - listed, 0)
    included = taxed == "tax included"
    of = 100 + rate if included else 100
    return Beside(discount, goods * rate // of, carriage * rate // of, included)


def _payments(chance: Chance, total: Money) -> tuple[tuple[str, str], ...]:
    """Pay with one card, with two, or with a card and a voucher; a card takes what the currency's step lets it."""
    step = card_step(total.currency)
    on_cards = total.minor - total.minor % step
    how = pick(chance, _SPLITS)
    if how is None or total.minor < 3 * step:
        return (("card", decimal_text(Money(max(on_cards, step), total.currency))),)
    first = (total.minor // 3 // step or 1) * step
    amounts = (first, (total.minor if "voucher" in how else on_cards) - first)
    if how[0] == "voucher":
        amounts = (total.minor - on_cards + first, on_cards - first)
    return tuple((method, decimal_text(Money(one, total.currency))) for method, one in zip(how, amounts, strict=True))
