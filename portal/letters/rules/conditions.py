"""What a rule asks about, said from what it lets through: a fact, and what it must be."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from portal.domain.money import Money
from portal.domain.policy.regions import (
    AmountSpan,
    AnyOf,
    Flag,
    Known,
    Only,
    Recent,
    RecentSum,
    Region,
    Some,
    Span,
    Words,
)
from portal.domain.policy.table import Condition
from portal.domain.policy.vocabulary import VOCABULARY, FactKind
from portal.letters.language import country, day, listed, money, msg, msgs, share, translation
from portal.letters.rules.facts import COUNTRIES, label_of, word_of

_YES_OR_NO = {
    Flag: {True: msg("yes"), False: msg("no")},
    Known: {True: msg("known"), False: msg("not known")},
    Some: {True: msg("more than nothing"), False: msg("nothing")},
}
_BETWEEN, _AT_LEAST, _AT_MOST = msg("%(low)s to %(high)s"), msg("%(low)s or more"), msg("%(high)s at most")
_NONE_OF, _ONLY = msg("none of %(list)s"), msg("only %(list)s")
_WITHIN = msgs("%(range)s in the last day", "%(range)s in the last %(num)s days")
_ANY = msg("anything")


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a policy is said to: in which language, and in which of its currencies amounts are told."""

    locale: str
    currency: str


def asked_of(condition: Condition, reader: Reader) -> tuple[str, str]:
    """Say one condition: the fact it asks about, and what it must be."""
    label = translation(reader.locale).gettext(label_of(condition.name))
    return label, _wanted(condition.name, condition.region, reader)


def _wanted(name: str, region: Region, reader: Reader) -> str:
    if isinstance(region, Known | Flag | Some):
        return translation(reader.locale).gettext(_YES_OR_NO[type(region)][region.yes])
    if isinstance(region, Words | AnyOf | Only):
        return _words(name, region, reader)
    return _numbers(name, region, reader)


def _numbers(name: str, region: Span | AmountSpan | Recent | RecentSum, reader: Reader) -> str:
    if isinstance(region, Span):
        return _range(_number(name, region.low, reader), _number(name, region.high, reader), reader)
    if isinstance(region, AmountSpan):
        return _range(_amount(region.low, reader), _amount(region.high, reader), reader)
    if isinstance(region, RecentSum):
        return _within(region.window, _range(_amount(region.low, reader), _amount(region.high, reader), reader), reader)
    least = None if not region.low and region.high is not None else str(region.low)
    return _within(region.window, _range(least, _text(region.high), reader), reader)


def _words(name: str, region: Words | AnyOf | Only, reader: Reader) -> str:
    say = translation(reader.locale).gettext
    said = _either(name, region.words, reader)
    if isinstance(region, Only):
        return say(_ONLY) % {"list": said}
    is_in = region.inside if isinstance(region, Words) else region.yes
    return said if is_in else say(_NONE_OF) % {"list": said}


def _either(name: str, words: Collection[str], reader: Reader) -> str:
    say = translation(reader.locale).gettext
    if name in COUNTRIES:
        return listed([country(word, reader.locale) for word in sorted(words)], reader.locale, either=True)
    said = [word_of(name, word) for word in sorted(words)]
    # A name of the shop's own is nobody's sentence, whatever it looks like.
    own = VOCABULARY[name].choices is None and name not in {"order_status", "payment_methods"}
    return listed(said if own else [say(one) for one in said], reader.locale, either=True)


def _range(low: str | None, high: str | None, reader: Reader) -> str:
    say = translation(reader.locale).gettext
    if low is None and high is None:
        return say(_ANY)
    if low is None:
        return say(_AT_MOST) % {"high": high}
    if high is None:
        return say(_AT_LEAST) % {"low": low}
    return low if low == high else say(_BETWEEN) % {"low": low, "high": high}


def _within(window: int, said: str, reader: Reader) -> str:
    return translation(reader.locale).ngettext(*_WITHIN, window) % {"range": said, "num": window}


def _number(name: str, number: int | None, reader: Reader) -> str | None:
    if number is None:
        return None
    kind = VOCABULARY[name].kind if name in VOCABULARY else None
    if kind is FactKind.SHARE:
        return share(number, reader.locale)
    if kind is FactKind.DATE:
        return day(date.fromordinal(number), reader.locale, "UTC", year=True)
    return str(number)


def _amount(amounts: Mapping[str, int] | None, reader: Reader) -> str | None:
    return None if amounts is None else money(Money(amounts[reader.currency], reader.currency), reader.locale)


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
