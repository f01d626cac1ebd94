"""Shape: well-formed values of a policy document; whatever is not is refused with its place and the reason."""

import re
from collections.abc import Collection, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from portal.domain import currencies
from portal.domain.errors import BadAmount, BadPolicy
from portal.domain.money import parse as parse_money

_CURRENCY = re.compile(r"[A-Z]{3}")
# The pages of the default have the word all in their addresses, so that no market has it as its name.
_MARKET = re.compile(r"\*|(?!all$)[A-Za-z0-9][A-Za-z0-9_-]{0,15}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_PERCENT = re.compile(r"(\d{1,4})(?:\.(\d{1,2}))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_DAYS = 36_500
_LONGEST_TEXT = 1_000
_LONGEST_PLACE = 500

Choice = TypeVar("Choice", bound=StrEnum)


def refuse(place: str, sentence: str, **values: object) -> BadPolicy:
    """Make the refusal that names a place, such as ``rule lost: when.days_late``, and says why.

    The catalogue takes the sentence from here, so that a page says it in its language; values are what it names.
    """
    return BadPolicy(sentence, place[:_LONGEST_PLACE], values)


def quoted(value: object) -> str:
    """Show a value as the text writes it, so that somebody finds it there."""
    return repr(value)


def table(value: object, place: str) -> Mapping[str, Any]:
    """Read a table that is not empty."""
    if not isinstance(value, dict):
        raise refuse(place, "must be a table, not %(found)s", found=quoted(value))
    if not value:
        raise refuse(place, "is empty")
    return value


def known_keys(value: Mapping[str, Any], allowed: Collection[str], place: str) -> None:
    """Refuse a key that nobody reads."""
    for key in value:
        if key not in allowed:
            raise refuse(
                place,
                "does not know %(found)s; it knows %(known)s",
                found=quoted(key),
                known=", ".join(sorted(allowed)),
            )


def text(value: object, place: str, *, most: int = _LONGEST_TEXT) -> str:
    """Read words that are not empty, and no longer than so many characters."""
    if not isinstance(value, str) or not value.strip():
        raise refuse(place, "must be words, not %(found)s", found=quoted(value))
    if len(value) > most:
        raise refuse(place, "has %(number)s characters; at most %(most)s are kept", number=len(value), most=most)
    return value


def market(value: object, place: str) -> str:
    """Read the name of a market: ``*`` for all that have no policy of their own, or up to 16 letters and digits."""
    if not isinstance(value, str) or not _MARKET.fullmatch(value):
        raise refuse(
            place, "a market is '*', or up to 16 letters and digits such as 'BR', not %(found)s", found=quoted(value)
        )
    return value


def key(value: object, place: str) -> str:
    """Read a key: small letters, digits and underscores, up to 60."""
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise refuse(
            place,
            "a key is small letters, digits and underscores, such as 'lost_after_grace', not %(found)s",
            found=quoted(value),
        )
    return value


def yes_or_no(value: object, place: str) -> bool:
    """Read a yes or a no."""
    if not isinstance(value, bool):
        raise refuse(place, "must be true or false, not %(found)s", found=quoted(value))
    return value


def whole(value: object, place: str, *, least: int, most: int) -> int:
    """Read a whole number within bounds."""
    if type(value) is not int:
        raise refuse(place, "must be a whole number, not %(found)s", found=quoted(value))
    if not least <= value <= most:
        raise refuse(
            place, "must lie from %(least)s to %(most)s, not at %(found)s", least=least, most=most, found=value
        )
    return value


def days(value: object, place: str, *, least: int = 0) -> int:
    """Read a count of days up to a hundred years."""
    return whole(value, place, least=least, most=_MOST_DAYS)


def day(value: object, place: str) -> int:
    """Read a day of the calendar such as ``"2026-12-24"``, numbered as ``date.toordinal`` does."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise refuse(
            place, 'a date is year, month and day in quotes, such as "2026-12-24", not %(found)s', found=quoted(value)
        )
    try:
        return date.fromisoformat(value).toordinal()
    except ValueError as error:
        raise refuse(place, "there is no day %(found)s", found=value) from error


def in_order(low: int, high: int, place: str) -> None:
    """Refuse a range that nothing can pass."""
    if low > high:
        raise refuse(
            place, "its min, %(low)s, is above its max, %(high)s, so that nothing can pass", low=low, high=high
        )


def percent(value: object, place: str, *, most: int = 100) -> int:
    """Read a percentage such as ``10`` or ``"12.5"`` as basis points."""
    written = str(value) if type(value) is int else value
    match = _PERCENT.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise refuse(place, 'must be a percentage such as 10 or "12.5", not %(found)s', found=quoted(value))
    points = int(match.group(1)) * 100 + int((match.group(2) or "").ljust(2, "0"))
    if points > most * 100:
        raise refuse(place, "must be at most %(most)s, not %(found)s", most=f"{most} %", found=f"{written} %")
    return points


def choice(value: object, kind: type[Choice], place: str) -> Choice:
    """Read one of the words of an enumeration."""
    if not isinstance(value, str) or value not in frozenset(kind):
        raise refuse(place, "must be one of %(known)s, not %(found)s", known=", ".join(kind), found=quoted(value))
    return kind(value)


def amounts(value: object, place: str) -> dict[str, int]:
    """Read an amount in each currency, such as ``{ BRL = "30.00" }``, as minor units."""
    if not isinstance(value, dict):
        raise refuse(
            place, 'an amount needs its currency, such as { BRL = "30.00" }, not %(found)s', found=quoted(value)
        )
    return {_currency(code, place): _minor(amount, code, place) for code, amount in table(value, place).items()}


def _currency(code: str, place: str) -> str:
    if not _CURRENCY.fullmatch(code):
        raise refuse(place, "a currency is three capital letters, not %(found)s", found=quoted(code))
    if code not in currencies.KNOWN:
        raise refuse(place, "there is no currency %(found)s (ISO 4217); one is 'BRL'", found=quoted(code))
    return code


def _minor(amount: object, code: str, place: str) -> int:
    if not isinstance(amount, str):
        raise refuse(place, 'an amount is a decimal in quotes, such as "30.00", not %(found)s', found=quoted(amount))
    try:
        money = parse_money(amount, code)
    except BadAmount as error:
        raise refuse(
            place,
            "%(found)s is not an amount in %(currency)s, which is a plain decimal with the currency's digits at most",
            found=quoted(amount),
            currency=code,
        ) from error
    if money.minor < 0:
        raise refuse(place, "an amount is not negative, as %(found)s is", found=f"{amount} {code}")
    return money.minor
