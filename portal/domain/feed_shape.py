"""One expression for a whole line of the feed as almost every line is, so that a million lines are checked fast.

It may say no to a line that is fine after all: such a line is then read cell by cell with care. It never says yes to
a line that `read_cell` would refuse or keep differently, and it never tracks back, so no line takes long.
"""

import re
from collections.abc import Sequence

from portal.domain.currencies import KNOWN
from portal.domain.feed import Column, Kind, OrderStatus
from portal.domain.feed_cells import CONTROLS
from portal.domain.money import exponent

_DAY = r"(?>(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)"
# The first and the last year are left to the careful reading, because a zone can push them over the edge.
_YEAR = "(?:19[7-9][1-9]|20[0-8][0-9])"
_TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_ZONE = "(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
_MOMENT = f"{_YEAR}-{_DAY}T{_TIME}{_ZONE}"
_LABEL = r"(?=[A-Za-z0-9-]{1,60}[.,\n])[A-Za-z0-9]++(?:-++[A-Za-z0-9]++)*+"
_MAILBOX = rf"(?=[^@,]{{1,64}}@)[A-Za-z0-9_+'-]++(?:\.[A-Za-z0-9_+'-]++)*+@{_LABEL}(?:\.{_LABEL}){{1,2}}+"


def line_shape(columns: Sequence[Column], digits: int) -> re.Pattern[str]:
    """Make the expression for lines with these columns in this order, and a currency of so many digits.

    It matches from the start of a line to its end or its line break, so it may be matched inside a longer text.
    """
    return re.compile(",".join(_cell(column, digits) for column in columns) + r"(?=\n)")


def _cell(column: Column, digits: int) -> str:
    shape = _SHAPES[column.kind] if column.kind in _SHAPES else _sized(column, digits)
    if column.filled:
        return shape
    return f"(?>{shape}|(?=[,\n]))"


def _sized(column: Column, digits: int) -> str:
    if column.kind is Kind.TEXT:
        return _text(column)
    if column.kind is Kind.AMOUNT:
        return r"[0-9]{1,10}+" + (rf"(?:\.[0-9]{{1,{digits}}}+)?+" if digits else "")
    if column.kind is Kind.COUNT:
        return rf"[1-9][0-9]{{0,{len(str(column.largest)) - 1}}}+"
    if column.kind is Kind.PIECES:
        return rf"(?:0|[1-9][0-9]{{0,{len(str(column.largest)) - 1}}}+)"
    if column.kind is Kind.CURRENCY:
        return f"(?:{'|'.join(sorted(code for code in KNOWN if exponent(code) == digits))})"
    return _SHAPES[column.kind]


def _text(column: Column) -> str:
    least = 1 if column.filled else 0
    plain = rf"(?! )[^\",\\{CONTROLS}]{{{least},{column.largest}}}+(?<! )(?=[,\n])"
    quoted = rf"\"(?! )(?:[^\"\\{CONTROLS}]|\"\"){{1,{column.largest}}}+(?<! )\"(?=[,\n])"
    return f"(?>{plain}|{quoted})"


_SHAPES = {
    Kind.MAILBOX: _MAILBOX,
    Kind.MOMENT: _MOMENT,
    Kind.STATUS: f"(?:{'|'.join(OrderStatus)})",
    Kind.LOCALE: "[A-Za-z]{2,3}+(?:[-_][A-Za-z0-9]{2,5}+){0,2}+",
    Kind.COUNTRY: "[A-Z]{2}",
    Kind.METHOD: "[a-z][a-z0-9_]{0,31}+",
    Kind.LAST_FOUR: "[0-9]{4}",
    Kind.YES_OR_NO: "(?:yes|no)",
}
