"""Money: whole minor units beside a currency, never a float and never a bare number."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from portal.domain.errors import BadAmount, CurrencyMismatch

# Digits after the point by ISO 4217; every currency that is not listed has two.
_EXPONENTS = {
    **dict.fromkeys(
        "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(),
        0,
    ),
    **dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3),
}
_THREE_DECIMALS = 3
# Stripe keeps two decimals for these although ISO gives none; see "special cases" on its currencies page.
_STRIPE_TWO_DECIMALS = frozenset({"ISK", "UGX"})
_CURRENCY = re.compile(r"[A-Z]{3}")
_DECIMAL = re.compile(r"(-?)(\d{1,12})(?:\.(\d{1,6}))?")


def exponent(currency: str) -> int:
    """Tell how many digits a currency has after the point (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def stripe_factor(currency: str) -> int:
    """Tell by what our minor units are multiplied to make Stripe's (1, or 100 for its two-decimal exceptions)."""
    return 100 if currency in _STRIPE_TWO_DECIMALS else 1


def card_step(currency: str) -> int:
    """Tell in what whole minor units a card gives back: Stripe takes currencies of three decimals in tens only."""
    return 10 if exponent(currency) == _THREE_DECIMALS else 1


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole minor units of one currency."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse an amount that is not a whole number, or a currency that is not three capitals."""
        if type(self.minor) is not int:
            raise BadAmount(f"an amount is a whole number of minor units, not {self.minor!r}")
        if not _CURRENCY.fullmatch(self.currency):
            raise BadAmount(f"a currency is three capital letters, not {self.currency!r}")

    def __add__(self, other: "Money") -> "Money":
        """Add an amount of the same currency."""
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """Take away an amount of the same currency."""
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> "Money":
        """Turn the sign."""
        return Money(-self.minor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        """Compare with an amount of the same currency."""
        return self.minor < self._same(other).minor

    def __le__(self, other: "Money") -> bool:
        """Compare with an amount of the same currency."""
        return self.minor <= self._same(other).minor

    def __bool__(self) -> bool:
        """Tell whether there is anything at all."""
        return self.minor != 0

    def _same(self, other: "Money") -> "Money":
        if not isinstance(other, Money) or other.currency != self.currency:
            raise CurrencyMismatch(f"{self!r} and {other!r} do not meet")
        return other

    def portion(self, numerator: int, denominator: int) -> "Money":
        """Take a fraction of a non-negative amount, rounded half up in the receiver's favour."""
        return Money(portion_minor(self.minor, numerator, denominator), self.currency)

    def share(self, weights: Sequence[int]) -> list["Money"]:
        """Split a non-negative amount by whole weights: largest remainder first, then order; the total is preserved.

        Weights that are all zero share equally.
        """
        return [Money(part, self.currency) for part in share_minor(self.minor, weights)]


def portion_minor(minor: int, numerator: int, denominator: int) -> int:
    """Take a fraction of minor units as ``Money.portion`` does."""
    return (minor * numerator * 2 + denominator) // (2 * denominator)


def share_minor(minor: int, weights: Sequence[int]) -> list[int]:
    """Split minor units by whole weights as ``Money.share`` does."""
    if not weights or min(weights) < 0 or minor < 0:
        raise BadAmount("only a non-negative amount is shared, by non-negative weights")
    total = sum(weights)
    if total == 0:
        weights, total = [1] * len(weights), len(weights)
    floors = [minor * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(minor * weights[i] % total), i))
    for index in by_remainder[: minor - sum(floors)]:
        floors[index] += 1
    return floors


def zero(currency: str) -> Money:
    """Make nothing, in a currency."""
    return Money(0, currency)


def total(amounts: Sequence[Money], currency: str) -> Money:
    """Add amounts of one currency."""
    return sum(amounts, zero(currency))


def parse(text: str, currency: str) -> Money:
    """Read a plain decimal such as ``39.9``; raise BadAmount for all else, and for digits that the currency has not."""
    digits = exponent(currency)
    match = _DECIMAL.fullmatch(text.strip()) if text.isascii() else None
    if match is None:
        raise BadAmount(f"{text!r} is not a plain decimal amount")
    sign, whole, fraction = match.group(1), match.group(2), (match.group(3) or "").rstrip("0")
    if len(fraction) > digits:
        raise BadAmount(f"{text!r} has more digits than {currency} has")
    minor = int(whole) * 10**digits + int(fraction.ljust(digits, "0") or "0")
    return Money(-minor if sign else minor, currency)


def decimal_text(money: Money) -> str:
    """Write an amount as a plain decimal with all digits of its currency, for files and machines."""
    digits = exponent(money.currency)
    sign, minor = ("-" if money.minor < 0 else ""), abs(money.minor)
    if digits == 0:
        return f"{sign}{minor}"
    return f"{sign}{minor // 10**digits}.{minor % 10**digits:0{digits}d}"
