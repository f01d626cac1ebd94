"""Read one cell of the feed with care: give it in the form that is kept, or say in plain words why it cannot be."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

from portal.domain.currencies import KNOWN
from portal.domain.errors import AmendsError
from portal.domain.feed import Column, Kind, OrderStatus
from portal.domain.mailboxes import BadMailbox, normalise

# A line break or a tab inside a quoted cell is a blank; every other control character has no place in a text.
_BLANKS = re.compile(r" *[\t\r\n\u2028\u2029][ \t\r\n\u2028\u2029]*")
CONTROLS = "\x00-\x1f\x7f-\x9f\u2028\u2029"
_CONTROL = re.compile(f"[{CONTROLS}]")
_COUNT = re.compile(r"[0-9]{1,9}")
_AMOUNT = re.compile(r"([0-9]{1,10})(?:\.([0-9]{1,6}))?")
_NEGATIVE = re.compile(r"-[0-9]+(?:\.[0-9]+)?")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_LOCALE = re.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{2,8})*)")
_METHOD = re.compile(r"[a-z][a-z0-9_]*")
_FIRST_YEAR, _LAST_YEAR = 1970, 2099
_SHOWN = 40


class BadCell(AmendsError):
    """A cell cannot be taken; the message says why, without the column's name."""


def read_cell(column: Column, text: str, digits: int) -> str:
    """Give the cell as it is kept; raise BadCell. digits: how many the order's currency has after the point.

    An amount with more digits than that is refused, except where digits is negative: the currency is not known then.
    """
    cell = text.strip(" ") if column.kind is Kind.MAILBOX else _BLANKS.sub(" ", text).strip(" ")
    if cell == "":
        if column.filled:
            raise BadCell("is empty")
        return ""
    if column.kind is not Kind.MAILBOX and _CONTROL.search(cell):
        raise BadCell("holds a control character")
    if column.kind is Kind.AMOUNT:
        return _amount(cell, digits)
    if column.kind in _SIZED:
        return _SIZED[column.kind](column, cell)
    return _READERS[column.kind](cell)


def shown(text: str) -> str:
    """Quote a cell for a message: short, on one line, nothing in it that a terminal would act on."""
    short = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return ascii(short) if _CONTROL.search(short) else f"“{short}”"


def _text(column: Column, cell: str) -> str:
    if len(cell) > column.largest:
        raise BadCell(f"has {len(cell)} characters; {column.largest} is the most")
    return cell


def _mailbox(cell: str) -> str:
    try:
        return normalise(cell)
    except BadMailbox as error:
        raise BadCell(str(error)) from error


def _amount(cell: str, digits: int) -> str:
    if _NEGATIVE.fullmatch(cell):
        raise BadCell(f"must not be negative, but is {shown(cell)}")
    match = _AMOUNT.fullmatch(cell)
    if match is None:
        raise BadCell(f"must be a plain amount such as 39.90 (a point, at most 10 digits before it), not {shown(cell)}")
    if digits >= 0 and len((match.group(2) or "").rstrip("0")) > digits:
        raise BadCell(f"has more digits after the point than the currency has ({digits}): {shown(cell)}")
    return cell


def _count(column: Column, cell: str) -> str:
    if not _COUNT.fullmatch(cell) or not 1 <= int(cell) <= column.largest:
        raise BadCell(f"must be a whole number from 1 to {column.largest}, not {shown(cell)}")
    return str(int(cell))


def _pieces(column: Column, cell: str) -> str:
    if not _COUNT.fullmatch(cell) or int(cell) > column.largest:
        raise BadCell(f"must be a whole number from 0 to {column.largest}, not {shown(cell)}")
    return str(int(cell))


def _moment(cell: str) -> str:
    match = _MOMENT.fullmatch(cell)
    if match is None:
        raise BadCell(f"must be a date and time such as 2026-03-01T14:05:00-03:00, not {shown(cell)}")
    if match.group(1) is None:
        raise BadCell(f"must end in its time zone, such as Z or -03:00, not {shown(cell)}")
    try:
        moment = datetime.fromisoformat(cell)
        year = moment.astimezone(UTC).year
    except (ValueError, OverflowError) as error:
        raise BadCell(f"is not in the calendar: {shown(cell)}") from error
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise BadCell(f"must lie between the years {_FIRST_YEAR} and {_LAST_YEAR}: {shown(cell)}")
    return moment.astimezone(UTC).isoformat()


def _status(cell: str) -> str:
    if cell not in set(OrderStatus):
        raise BadCell(f"is {shown(cell)}, which is none of {', '.join(OrderStatus)}")
    return cell


def _locale(column: Column, cell: str) -> str:
    if len(cell) > column.largest or not _LOCALE.fullmatch(cell):
        raise BadCell(f"must be a language such as en or pt-BR, not {shown(cell)}")
    return cell


def _currency(cell: str) -> str:
    if cell not in KNOWN:
        raise BadCell(f"must be a currency in three capital letters such as EUR, not {shown(cell)}")
    return cell


def _country(cell: str) -> str:
    if not re.fullmatch("[A-Z]{2}", cell):
        raise BadCell(f"must be a country in two capital letters such as BR, not {shown(cell)}")
    return cell


def _method(column: Column, cell: str) -> str:
    if len(cell) > column.largest or not _METHOD.fullmatch(cell):
        raise BadCell(f"must be one small word such as card, voucher or boleto, not {shown(cell)}")
    return cell


def _last_four(cell: str) -> str:
    if not re.fullmatch("[0-9]{4}", cell):
        raise BadCell(f"must be the last four digits of the card, not {shown(cell)}")
    return cell


def _yes_or_no(cell: str) -> str:
    if cell not in {"yes", "no"}:
        raise BadCell(f"must be yes or no, not {shown(cell)}")
    return cell


_SIZED: dict[Kind, Callable[[Column, str], str]] = {
    Kind.TEXT: _text,
    Kind.COUNT: _count,
    Kind.PIECES: _pieces,
    Kind.LOCALE: _locale,
    Kind.METHOD: _method,
}
_READERS: dict[Kind, Callable[[str], str]] = {
    Kind.MAILBOX: _mailbox,
    Kind.MOMENT: _moment,
    Kind.STATUS: _status,
    Kind.CURRENCY: _currency,
    Kind.COUNTRY: _country,
    Kind.LAST_FOUR: _last_four,
    Kind.YES_OR_NO: _yes_or_no,
}
