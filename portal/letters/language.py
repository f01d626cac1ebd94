"""Languages: which one a person reads, its catalogue, and how it writes amounts, days and times.

The catalogue is compiled in memory when it is first needed, so there is no compile step to forget.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import (
    NumberPattern,
    format_percent,
    get_currency_symbol,
    get_territory_currencies,
    parse_pattern,
)
from babel.support import Translations

from portal.domain.money import Money, decimal_text, exponent

LOCALES = ("en", "pt_BR")
FOLDER = Path(__file__).parent / "translations"
_BY_LANGUAGE = {"en": "en", "pt": "pt_BR"}
_AT_HOME = {"en": "US", "pt_BR": "BR"}
_NAMES = {"en": "English", "pt_BR": "Português"}
# In Portuguese the weekday comes last, so that "em", "até" and "de" fit before every day of the week.
_DAY = {"en": "EEEE, d MMMM", "pt_BR": "d 'de' MMMM (EEEE)"}
_DAY_OF_YEAR = {"en": "EEEE, d MMMM y", "pt_BR": "d 'de' MMMM 'de' y (EEEE)"}
# What stands between a day and its time.
_AT = {"en": ", ", "pt_BR": ", às "}
_MOST_DAYS = 4096
_ACCEPTED = re.compile(
    r"\s*([A-Za-z]{1,8})(?:[-_][A-Za-z0-9]{1,8})*\s*(?:;\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?\s*"
)
_LONGEST_HEADER = 500
_FIRST_OF_MONTH = re.compile(r"^1 de ")


def msg(text: str) -> str:
    """Mark a sentence for the catalogue where a table holds it; it is translated when it is said."""
    return text


def msgs(singular: str, plural: str) -> tuple[str, str]:
    """Mark a sentence in its two numbers for the catalogue."""
    return singular, plural


@cache
def translation(locale: str) -> Translations:
    """Give the catalogue of one of LOCALES; English is the language that msgids are written in."""
    path = FOLDER / locale / "LC_MESSAGES" / "messages.po"
    if locale == "en" or not path.exists():
        return Translations()
    compiled = BytesIO()
    with path.open("rb") as source:
        write_mo(compiled, read_po(source, locale=locale, abort_invalid=True))
    compiled.seek(0)
    return Translations(compiled)


def best_locale(requested: str | None, accept_language: str) -> str:
    """Choose one of LOCALES: what was asked for, else what the browser prefers.

    requested is an order's locale or a switch, such as ``pt-BR``, ``pt``, ``en-GB``.
    English where neither names a language of ours. A header that is not well-formed counts for nothing.
    """
    asked = _BY_LANGUAGE.get(re.split(r"[-_]", (requested or "").strip(), maxsplit=1)[0].lower())
    if asked:
        return asked
    wishes = []
    for place, part in enumerate(accept_language[:_LONGEST_HEADER].split(",")):
        match = _ACCEPTED.fullmatch(part)
        if match and match.group(1).lower() in _BY_LANGUAGE and float(match.group(2) or 1) > 0:
            wishes.append((-float(match.group(2) or 1), place, _BY_LANGUAGE[match.group(1).lower()]))
    return min(wishes)[2] if wishes else LOCALES[0]


def language_name(locale: str) -> str:
    """Name one of LOCALES in its own words, for the switch."""
    return _NAMES[locale]


def language_tag(locale: str) -> str:
    """Write one of LOCALES as a BCP 47 tag, for ``<html lang>``."""
    return locale.replace("_", "-")


@cache
def _spoken(locale: str) -> Locale:
    """Give what Babel knows of one of LOCALES; it looks a name up anew for every number and every day."""
    return Locale.parse(locale)


@cache
def _amount_pattern(locale: str, currency: str) -> NumberPattern:
    digits = exponent(currency)
    pattern = _spoken(locale).currency_formats["standard"].pattern
    if get_currency_symbol(currency, locale=locale)[-1].isalpha():
        pattern = pattern.replace("¤#", "¤\u00a0#")
    return parse_pattern(pattern.replace("0.00", f"0.{'0' * digits}" if digits else "0"))


@cache
def _around(locale: str, currency: str, *, below_zero: bool) -> tuple[str, str]:
    """Learn from Babel what stands before and after the digits of an amount, which it would find out for each anew."""
    nothing = _amount_pattern(locale, currency).apply(
        Decimal("-1" if below_zero else "1"), _spoken(locale), currency=currency, currency_digits=False
    )
    before, _, rest = nothing.partition("1")
    return before, rest.lstrip(f"0{_spoken(locale).number_symbols['latn']['decimal']}")


def money(amount: Money, locale: str) -> str:
    """Write an amount: ``R$1,234.56`` in English, ``R$ 1.234,56`` (a no-break space) in Portuguese.

    The digits are our own table's: Babel's currency precision is not ISO's for every currency.
    """
    below_zero = amount.minor < 0
    whole, _, fraction = decimal_text(-amount if below_zero else amount).partition(".")
    before, after = _around(locale, amount.currency, below_zero=below_zero)
    symbols = _spoken(locale).number_symbols["latn"]
    digits = f"{int(whole):,}".replace(",", symbols["group"])
    return f"{before}{digits}{symbols['decimal'] if fraction else ''}{fraction}{after}"


def day(when: date | datetime, locale: str, zone: ZoneInfo | str, *, year: bool = False) -> str:
    """Write a day, ``Tuesday, 24 November`` or ``24 de novembro (terça-feira)``; year adds the year.

    A time is first taken to the zone.
    """
    if isinstance(when, datetime):
        when = when.astimezone(_zone(zone)).date()
    return _written(when, locale, year=year)


@lru_cache(maxsize=_MOST_DAYS)
def _written(when: date, locale: str, *, year: bool) -> str:
    """Write a day. Pages and letters tell the same days over and over, and how a language writes one is what costs."""
    return _ordinal(format_date(when, (_DAY_OF_YEAR if year else _DAY)[locale], locale=_spoken(locale)))


def moment(when: datetime, locale: str, zone: ZoneInfo | str) -> str:
    """Write a time of a day in a zone, ``Tuesday, 24 November, 14:05``."""
    there = when.astimezone(_zone(zone))
    return f"{_written(there.date(), locale, year=False)}{_AT[locale]}{there:%H:%M}"


def clock(when: datetime, zone: ZoneInfo | str) -> str:
    """Write a time of day in a zone to the second, with how far the zone is from UTC: ``14:05:09 (UTC+01:00)``."""
    local = when.astimezone(_zone(zone))
    ahead = local.strftime("%z")
    return f"{local:%H:%M:%S} (UTC{ahead[:3]}:{ahead[3:]})"


def percent(share: Decimal | float, locale: str) -> str:
    """Write a share of one, ``0.1`` as ``10%``."""
    return format_percent(share, locale=locale)


def share(points: int, locale: str) -> str:
    """Write basis points as the percentage that they are, ``1250`` as ``12.5%``."""
    return str(format_percent(Decimal(points) / 10_000, format="#,##0.##%", locale=locale))


def listed(names: Sequence[str], locale: str, *, either: bool = False) -> str:
    """Write names as a list a person would say: ``A, B, and C``, or ``A, B, or C`` where either of them will do."""
    return format_list(list(names), style="or" if either else "standard", locale=locale)


def country(code: str, locale: str) -> str:
    """Name a country by its two letters; what is none stays as it is."""
    return str(_spoken(locale).territories.get(code, code))


def currency_of(code: str, locale: str) -> str | None:
    """Tell which money a country uses; without a country, whoever reads this language most likely does."""
    found = get_territory_currencies(code if code in _spoken("en").territories else _AT_HOME[locale])
    return found[0] if found else None


def _ordinal(text: str) -> str:
    return _FIRST_OF_MONTH.sub("1º de ", text)


def _zone(zone: ZoneInfo | str) -> ZoneInfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone
