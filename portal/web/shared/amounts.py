"""Amounts as staff type them: strictly by the signs of the page's language, so that none becomes a hundredfold."""

import re

from portal.domain.errors import BadAmount
from portal.domain.money import Money, decimal_text, parse

# The sign before the fraction, and the one between groups of three.
_SIGNS = {"en": (".", ","), "pt_BR": (",", ".")}
_LONGEST = 24


def read_amount(text: str, currency: str, locale: str) -> Money:
    """Read ``1,234.50`` in English and ``1.234,50`` in Portuguese; raise BadAmount for anything else."""
    point, group = _SIGNS[locale]
    p, g = re.escape(point), re.escape(group)
    match = re.fullmatch(rf"(\d+|\d{{1,3}}(?:{g}\d{{3}})+)(?:{p}(\d+))?", text.strip()[:_LONGEST], re.ASCII)
    if match is None:
        raise BadAmount(f"{text!r} is no amount in this language")
    fraction = f".{match[2]}" if match[2] else ""
    return parse(match[1].replace(group, "") + fraction, currency)


def write_amount(money: Money, locale: str) -> str:
    """Write an amount as ``read_amount`` reads it, without groups."""
    return decimal_text(money).replace(".", _SIGNS[locale][0])
