"""Facts as they are typed: read into facts, and written as they would be typed."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime
from datetime import time as time_of_day
from typing import Any

from portal.domain.errors import BadAmount
from portal.domain.facts import LATER, EarlierRemedy, Facts
from portal.domain.money import Money, decimal_text, parse, zero
from portal.domain.policy.vocabulary import MOST_COUNTED, VOCABULARY, FactKind, FactType

CURRENCY, DAY, UNRECORDED = "currency", "today", "unrecorded"
YES, NO = "yes", "no"
Typed = Mapping[str, Sequence[str]]

_FIELDS = frozenset(field.name for field in fields(Facts))
# What follows from other facts, or is no fact of a claim.
_NOT_TYPED = frozenset({"line_value", "shipping_given_back", "now", UNRECORDED})
_WITHOUT_GOODWILL = 2
_NUMBER = re.compile(r"-?[0-9]{1,6}")
_USUAL = {
    "problem": "damaged",
    "parcel_state": "delivered",
    "order_status": "delivered",
    "days_since_ordered": "15",
    "days_since_promised": "8",
    "days_since_handed_over": "12",
    "days_since_last_scan": "5",
    "days_since_delivered": "5",
    "days_late": "-3",
    "days_since_first_order": "15",
    "paid": YES,
    "payment_methods": "card",
    "asked_by": "customer",
    "delivered_to": "address",
    "goods_value": "80",
    "shipping_value": "20",
    "claimed_value": "100",
    "order_value": "100",
    "card_refundable": "100",
}
# What stands in place of a fact that is not recorded, where that is not None.
_LACKING: Mapping[FactKind, object] = {FactKind.RECENT: (), FactKind.YES_NO: False}
_NOTHING = {FactKind.MONEY: "0", FactKind.TIMES: "0", FactKind.YES_NO: NO}


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: facts, or the names of those that cannot be read."""

    facts: Facts | None
    refused: frozenset[str]


def typed_facts() -> tuple[FactType, ...]:
    """List the facts that are typed, one for each attribute of the facts that is kept."""
    by_attribute: dict[str, FactType] = {}
    for fact in VOCABULARY.values():
        if attribute_of(fact) in _FIELDS - _NOT_TYPED:
            by_attribute.setdefault(attribute_of(fact), fact)
    return tuple(by_attribute.values())


def attribute_of(fact: FactType) -> str:
    """Name the attribute of the facts that a fact is kept in."""
    return fact.kept or fact.reads


def usual(currency: str, market: str, today: date) -> dict[str, list[str]]:
    """Give what is typed to begin with: something came damaged, five days ago and in time."""
    typed = {CURRENCY: [currency], DAY: [today.isoformat()], UNRECORDED: list[str]()}
    for fact in typed_facts():
        name = attribute_of(fact)
        typed[name] = [_USUAL.get(name, _NOTHING.get(fact.kind, ""))]
    return typed | {"market": [market]}


def written(facts: Facts) -> dict[str, list[str]]:
    """Write facts as they would be typed."""
    typed = {
        CURRENCY: [facts.line_value.currency],
        DAY: [facts.now.astimezone(UTC).date().isoformat()],
        UNRECORDED: sorted(facts.unrecorded),
    }
    for fact in typed_facts():
        typed[attribute_of(fact)] = _written(getattr(facts, attribute_of(fact)), facts.line_value.currency)
    return typed


def read_facts(typed: Typed) -> Read:
    """Read what was typed; facts that are not recorded stay so where nothing was typed for them."""
    currency, refused = one_of(typed, CURRENCY), set()
    lacking = {name for name in typed.get(UNRECORDED, ()) if name in LATER and one_of(typed, name) in ("", NO)}
    values: dict[str, Any] = {}
    for fact in typed_facts():
        name = attribute_of(fact)
        if name in lacking:
            values[name] = _LACKING.get(fact.kind)
            continue
        try:
            values[name] = _READERS[fact.kind](fact, typed.get(name, ()), currency)
        except (ValueError, BadAmount):
            refused.add(name)
    try:
        noon = datetime.combine(date.fromisoformat(one_of(typed, DAY)), time_of_day(12), UTC)
    except ValueError:
        refused.add(DAY)
    if refused:
        return Read(None, frozenset(refused))
    line_value = values["goods_value"] + values["shipping_value"]
    more = {"line_value": line_value, "shipping_given_back": zero(currency), "now": noon}
    return Read(Facts(**values, **more, unrecorded=frozenset(lacking)), frozenset())


def one_of(typed: Typed, name: str) -> str:
    """Give what was typed for a name, the first where there are several."""
    return next(iter(typed.get(name, ())), "")


def _first(texts: Sequence[str]) -> str:
    return next(iter(texts), "").strip()


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    return int(text)


def _days(fact: FactType, texts: Sequence[str], _currency: str) -> int | None:
    text = _first(texts)
    return None if not text and fact.unknown else _number(text)


def _times(_fact: FactType, texts: Sequence[str], _currency: str) -> int:
    return _not_negative(_number(_first(texts)))


def _not_negative(number: int) -> int:
    if number < 0:
        raise ValueError(number)
    return number


def _money(_fact: FactType, texts: Sequence[str], currency: str) -> Money:
    amount = parse(_first(texts), currency)
    _not_negative(amount.minor)
    return amount


def _yes_no(_fact: FactType, texts: Sequence[str], _currency: str) -> bool:
    if _first(texts) not in (YES, NO):
        raise ValueError(texts)
    return _first(texts) == YES


def _word(fact: FactType, texts: Sequence[str], _currency: str) -> str | None:
    text = _first(texts)
    if not text:
        if not fact.unknown:
            raise ValueError(fact.name)
        return None
    if fact.choices is None:
        return text
    return {str(choice): choice for choice in fact.choices}[text] if text in fact.choices else _refuse(text)


def _refuse(text: str) -> str:
    raise ValueError(text)


def _words(_fact: FactType, texts: Sequence[str], _currency: str) -> frozenset[str]:
    return frozenset(text.strip() for text in texts if text.strip())


def _recent(fact: FactType, texts: Sequence[str], currency: str) -> tuple[Any, ...]:
    """Read days ago with commas between; of earlier remedies each with its worth and goodwill, semicolons between."""
    separator = ";" if fact.kept else ","
    parts = [part.strip() for part in _first(texts).split(separator) if part.strip()]
    if len(parts) > MOST_COUNTED:
        raise ValueError(len(parts))
    if not fact.kept:
        return tuple(_not_negative(_number(part)) for part in parts)
    return tuple(_remedy(part.split(), currency) for part in parts)


def _remedy(said: list[str], currency: str) -> EarlierRemedy:
    """Read days ago, worth and goodwill; without the last there was none."""
    days, worth, goodwill = [*said, "0"] if len(said) == _WITHOUT_GOODWILL else said
    amounts = (_not_negative(parse(text, currency).minor) for text in (worth, goodwill))
    return EarlierRemedy(_not_negative(_number(days)), *amounts)


_READERS: Mapping[FactKind, Callable[[FactType, Sequence[str], str], Any]] = {
    FactKind.DAYS: _days,
    FactKind.TIMES: _times,
    FactKind.MONEY: _money,
    FactKind.YES_NO: _yes_no,
    FactKind.WORD: _word,
    FactKind.WORDS: _words,
    FactKind.RECENT: _recent,
}


def _written(value: object, currency: str) -> list[str]:
    match value:
        case None | bool():
            return [{None: "", True: YES, False: NO}[value]]
        case Money():
            return [decimal_text(value)]
        case frozenset():
            return sorted(map(str, value))
        case tuple():
            remedies = [_said(one, currency) for one in value if isinstance(one, EarlierRemedy)]
            return ["; ".join(remedies) or ", ".join(map(str, value))]
        case _:
            return [str(value)]


def _said(remedy: EarlierRemedy, currency: str) -> str:
    worth, goodwill = (decimal_text(Money(minor, currency)) for minor in (remedy.minor, remedy.goodwill_minor))
    return f"{remedy.days} {worth} {goodwill}"
