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
_MARKET = re.compile(r"\*|[A-Za-z0-9][A-Za-z0-9_-]{0,15}")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
_PERCENT = re.compile(r"(\d{1,4})(?:\.(\d{1,2}))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOST_DAYS = 36_500
_LONGEST_TEXT = 1_000
_LONGEST_REASON = 500

Choice = TypeVar("Choice", bound=StrEnum)


def refuse(place: str, reason: str) -> BadPolicy:
    """Make the refusal that names a place, such as ``rule lost: when.days_late``, and the reason."""
    shown = reason if len(reason) <= _LONGEST_REASON else f"{reason[:_LONGEST_REASON]}…"
    return BadPolicy(f"{place[:_LONGEST_REASON]}: {shown}")


def table(value: object, place: str) -> Mapping[str, Any]:
    """Read a table that is not empty."""
    if not isinstance(value, dict):
        raise refuse(place, f"must be a table, not {value!r}")
    if not value:
        raise refuse(place, "is empty")
    return value


def known_keys(value: Mapping[str, Any], allowed: Collection[str], place: str) -> None:
    """Refuse a key that nobody reads."""
    for key in value:
        if key not in allowed:
            raise refuse(place, f"does not know {key!r}; it knows {', '.join(sorted(allowed))}")


def text(value: object, place: str, *, most: int = _LONGEST_TEXT) -> str:
    """Read words that are not empty, and no longer than so many characters."""
    if not isinstance(value, str) or not value.strip():
        raise refuse(place, f"must be words, not {value!r}")
    if len(value) > most:
        raise refuse(place, f"has {len(value)} characters; at most {most} are kept")
    return value


def market(value: object, place: str) -> str:
    """Read the name of a market: ``*`` for all that have no policy of their own, or up to 16 letters and digits."""
    if not isinstance(value, str) or not _MARKET.fullmatch(value):
        raise refuse(place, f"a market is '*', or up to 16 letters and digits such as 'BR', not {value!r}")
    return value


def key(value: object, place: str) -> str:
    """Read a key: small letters, digits and underscores, up to 60."""
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise refuse(
            place, f"a key is small letters, digits and underscores, such as 'lost_after_grace', not {value!r}"
        )
    return value


def yes_or_no(value: object, place: str) -> bool:
    """Read a yes or a no."""
    if not isinstance(value, bool):
        raise refuse(place, f"must be true or false, not {value!r}")
    return value


def whole(value: object, place: str, *, least: int, most: int) -> int:
    """Read a whole number within bounds."""
    if type(value) is not int:
        raise refuse(place, f"must be a whole number, not {value!r}")
    if not least <= value <= most:
        raise refuse(place, f"must lie from {least} to {most}, not at {value}")
    return value


def days(value: object, place: str, *, least: int = 0) -> int:
    """Read a count of days up to a hundred years."""
    return whole(value, place, least=least, most=_MOST_DAYS)


def day(value: object, place: str) -> int:
    """Read a day of the calendar such as ``"2026-12-24"``, numbered as ``date.toordinal`` does."""
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        raise refuse(place, f'a date is year, month and day in quotes, such as "2026-12-24", not {value!r}')
    try:
        return date.fromisoformat(value).toordinal()
    except ValueError as error:
        raise refuse(place, f"there is no day {value}") from error


def in_order(low: int, high: int, place: str) -> None:
    """Refuse a range that nothing can pass."""
    if low > high:
        raise refuse(place, f"its min, {low}, is above its max, {high}, so that nothing can pass")


def percent(value: object, place: str, *, most: int = 100) -> int:
    """Read a percentage such as ``10`` or ``"12.5"`` as basis points."""
    written = str(value) if type(value) is int else value
    match = _PERCENT.fullmatch(written) if isinstance(written, str) else None
    if match is None:
        raise refuse(place, f'must be a percentage such as 10 or "12.5", not {value!r}')
    points = int(match.group(1)) * 100 + int((match.group(2) or "").ljust(2, "0"))
    if points > most * 100:
        raise refuse(place, f"must be at most {most} %, not {written} %")
    return points


def choice(value: object, kind: type[Choice], place: str) -> Choice:
    """Read one of the words of an enumeration."""
    if not isinstance(value, str) or value not in frozenset(kind):
        raise refuse(place, f"must be one of {', '.join(kind)}, not {value!r}")
    return kind(value)


def amounts(value: object, place: str) -> dict[str, int]:
    """Read an amount in each currency, such as ``{ BRL = "30.00" }``, as minor units."""
    if not isinstance(value, dict):
        raise refuse(place, f'an amount needs its currency, such as {{ BRL = "30.00" }}, not {value!r}')
    return {_currency(code, place): _minor(amount, code, place) for code, amount in table(value, place).items()}


def _currency(code: str, place: str) -> str:
    if not _CURRENCY.fullmatch(code):
        raise refuse(place, f"a currency is three capital letters, not {code!r}")
    if code not in currencies.KNOWN:
        raise refuse(place, f"there is no currency {code!r} (ISO 4217); one is 'BRL'")
    return code


def _minor(amount: object, code: str, place: str) -> int:
    if not isinstance(amount, str):
        raise refuse(place, f'an amount is a decimal in quotes, such as "30.00", not {amount!r}')
    try:
        money = parse_money(amount, code)
    except BadAmount as error:
        raise refuse(place, str(error)) from error
    if money.minor < 0:
        raise refuse(place, f"an amount is not negative, as {amount} {code} is")
    return money.minor
