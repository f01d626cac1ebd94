"""One condition as inputs: what a rule asks of a fact, shown in fields, and read from them again.

The vocabulary says which facts there are and of what kind; a fact that is new there has its fields here at once.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.domain.policy.vocabulary import VOCABULARY, FactKind, FactType
from portal.web.shared.language import gettext as _
from portal.web.shared.language import lazy_gettext as lazy
from portal.web.shared.names import named
from portal.web.staff.policies.fact_names import choice_words, known_words
from portal.web.staff.policies.words import FACT_HINTS
from portal.web.staff.words import FACTS

ANY = "any"
MODES: dict[str, Any] = {
    ANY: lazy("does not matter"),
    "between": lazy("from … to …"),
    "below": lazy("from … to below …"),
    "some": lazy("more than nothing"),
    "none": lazy("nothing"),
    "known": lazy("is known"),
    "unknown": lazy("is not known"),
    "yes": lazy("yes"),
    "no": lazy("no"),
    "one_of": lazy("is one of"),
    "none_of": lazy("is none of"),
    "any_of": lazy("holds any of"),
    "only": lazy("holds only"),
    "kept": lazy("stays as it is written"),
}
_PERCENT = re.compile(r"([0-9]{1,4})(?:\.([0-9]{1,2}))?\s*%?")
_WHOLE = re.compile(r"[0-9]{1,5}")
_RANGE = ("between",)
_MODES_OF: Mapping[FactKind, tuple[str, ...]] = {
    FactKind.DAYS: _RANGE,
    FactKind.TIMES: _RANGE,
    FactKind.SHARE: _RANGE,
    FactKind.DATE: _RANGE,
    FactKind.RECENT: _RANGE,
    FactKind.RECENT_MONEY: ("between", "below"),
    FactKind.MONEY: ("some", "none", "between", "below"),
    FactKind.YES_NO: ("yes", "no"),
    FactKind.WORD: ("one_of", "none_of"),
    FactKind.WORDS: ("any_of", "none_of", "only"),
}
_WITH_WINDOW = frozenset({FactKind.RECENT, FactKind.RECENT_MONEY})
_OF_AMOUNTS = frozenset({FactKind.MONEY, FactKind.RECENT_MONEY})
_OF_WORDS = frozenset({FactKind.WORD, FactKind.WORDS})


class BadField(Exception):
    """What was typed for a fact cannot be read; the message says so to who typed it."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of one fact as they stand on the page. words: ticked or typed."""

    mode: str = ANY
    low: str = ""
    high: str = ""
    window: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConditionField:
    """The inputs of one fact. modes and choices: (value, label, chosen); text: what is kept as it is written.

    inputs: ``number``, ``date``, ``amount`` or ``words``, or nothing beside the mode; hint: what to know of the fact.
    """

    name: str
    label: str
    hint: str
    kind: str
    modes: tuple[tuple[str, str, bool], ...]
    typed: Typed
    inputs: str
    has_window: bool
    choices: tuple[tuple[str, str, bool], ...]
    more_words: str
    is_open: bool
    text: str
    error: str

    @property
    def is_asked(self) -> bool:
        """Tell whether the rule asks about it."""
        return self.typed.mode != ANY or bool(self.error)


def fields_of(
    when: Mapping[str, object],
    typed: Mapping[str, Typed],
    errors: Mapping[str, str],
    heard: Mapping[str, Sequence[str]],
) -> tuple[ConditionField, ...]:
    """Make the inputs of every fact. typed: what was typed for some, else what the rule says is shown.

    heard: words that the shop's orders hold, by their fact, to be ticked beside those that we have names for.
    """
    return tuple(
        _field(
            fact,
            typed.get(fact.name, typed_of(fact, when.get(fact.name))),
            when,
            errors.get(fact.name, ""),
            (*known_words(fact), *heard.get(fact.name, ())),
        )
        for fact in VOCABULARY.values()
    )


def _field(
    fact: FactType, typed: Typed, when: Mapping[str, object], error: str, choices: tuple[str, ...]
) -> ConditionField:
    modes = [ANY, *_MODES_OF.get(fact.kind, ())]
    if fact.unknown:
        modes += ["known", "unknown"]
    kept = fact.name in when and typed_of(fact, when[fact.name]).mode == "kept"
    if kept:
        modes.append("kept")
    return ConditionField(
        name=fact.name,
        label=named(FACTS, fact.name),
        hint=str(FACT_HINTS.get(fact.name, "")),
        kind=fact.kind.value,
        modes=tuple((mode, str(MODES[mode]), mode == typed.mode) for mode in modes),
        typed=typed,
        inputs=_inputs(fact),
        has_window=fact.kind in _WITH_WINDOW,
        choices=tuple((word, choice_words(fact.name, word), word in typed.words) for word in dict.fromkeys(choices)),
        more_words="\n".join(word for word in typed.words if word not in choices),
        is_open=fact.choices is None,
        text=str(when[fact.name]) if kept else "",
        error=error,
    )


def _inputs(fact: FactType) -> str:
    if fact.kind in _OF_AMOUNTS:
        return "amount"
    if fact.kind in _OF_WORDS:
        return "words"
    if fact.kind is FactKind.DATE:
        return "date"
    return "" if fact.kind is FactKind.YES_NO else "number"


def typed_of(fact: FactType, value: object) -> Typed:
    """Say a condition of a rule in fields; one that they cannot say is kept as it is written."""
    if value is None:
        return Typed()
    typed = _from_table(value) if isinstance(value, Mapping) else _from_text(value)
    if typed.mode in {*_MODES_OF.get(fact.kind, ()), "known", "unknown"}:
        try:
            if alike(value_of(fact, typed), value) and typed.words == words_typed((), "\n".join(typed.words)):
                return typed
        except BadField:
            return Typed(mode="kept")
    return Typed(mode="kept")


def alike(one: object, other: object) -> bool:
    """Tell whether two conditions on a fact ask the same: the order of words says nothing."""
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(str, one)) == sorted(map(str, other))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(one[name], other[name]) for name in one)
    return type(one) is type(other) and one == other


def _from_text(value: object) -> Typed:
    if isinstance(value, list):
        return Typed(mode="one_of", words=tuple(str(word) for word in value))
    if isinstance(value, bool):
        return Typed(mode="yes" if value else "no")
    return Typed(mode=str(value))


def _from_table(value: Mapping[str, Any]) -> Typed:
    for mode in ("any_of", "none_of", "only"):
        if isinstance(value.get(mode), list):
            return Typed(mode=mode, words=tuple(str(word) for word in value[mode]))
    low, high = str(value.get("min", "")), str(value.get("below", value.get("max", "")))
    return Typed("below" if "below" in value else "between", low, high, str(value.get("within_days", "")))


def value_of(fact: FactType, typed: Typed) -> object:
    """Write fields as a condition; raise BadField."""
    if typed.mode in {"yes", "no"}:
        return typed.mode == "yes"
    if typed.mode in {"known", "unknown", "some", "none"}:
        return typed.mode
    if fact.kind in _OF_WORDS:
        if not typed.words:
            raise BadField(_("Please choose at least one, or say that it does not matter."))
        return list(typed.words) if typed.mode == "one_of" else {typed.mode: list(typed.words)}
    ends = _ends(fact, typed)
    if not ends:
        raise BadField(_("Please give one end at least, or say that it does not matter."))
    if fact.kind in _WITH_WINDOW:
        return {"within_days": _whole(typed.window, _("Please give the days to look back, such as 90.")), **ends}
    return ends


def _ends(fact: FactType, typed: Typed) -> dict[str, object]:
    upper = "below" if typed.mode == "below" else "max"
    if upper == "below" and not typed.high:
        raise BadField(_("Please choose the amount that it is below."))
    return {name: _end(fact, text) for name, text in (("min", typed.low), (upper, typed.high)) if text}


def _end(fact: FactType, text: str) -> object:
    if fact.kind in _OF_AMOUNTS:
        return text
    if fact.kind is FactKind.SHARE:
        return percentage(text)
    if fact.kind is FactKind.DATE:
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError as error:
            raise BadField(_("Please give a day, such as 2027-01-31.")) from error
    return _whole(text, _("Please give a whole number, such as 30."))


def percentage(text: str) -> int | str:
    """Read a percentage as a policy writes it: a whole number, or a text such as ``12.5``; raise BadField."""
    match = _PERCENT.fullmatch(text.replace(",", ".").strip())
    if match is None:
        raise BadField(_("Please give a percentage, such as 10 or 12.5."))
    fraction = (match[2] or "").rstrip("0")
    return f"{int(match[1])}.{fraction}" if fraction else int(match[1])


def _whole(text: str, sentence: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise BadField(sentence)
    return int(text)


def words_typed(ticked: Iterable[str], text: str) -> tuple[str, ...]:
    """Put together what was ticked and what was typed, one a line, each once."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(dict.fromkeys([*ticked, *(line for line in lines if line)]))
