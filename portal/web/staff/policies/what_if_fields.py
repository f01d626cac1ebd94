"""Facts as inputs: one for each fact that policy may ask about, with what was typed.

The vocabulary says which facts there are and of what kind; a fact that is new there has its input here at once.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from portal.domain.policy import Policy
from portal.domain.policy.vocabulary import VOCABULARY, FactKind, FactType
from portal.web.shared.language import gettext as _
from portal.web.shared.names import named
from portal.web.staff.policies.fact_names import choice_words, known_words
from portal.web.staff.policies.what_if_reading import DAY, NO, YES, Typed, attribute_of, one_of, typed_facts
from portal.web.staff.words import FACTS

# What the amounts of remedies are found from, whatever a text asks.
_PRICED = frozenset({"goods_value", "shipping_value", "card_refundable"})
_KINDS: Mapping[FactKind, str] = {
    FactKind.DAYS: "number",
    FactKind.TIMES: "number",
    FactKind.MONEY: "amount",
    FactKind.YES_NO: "choice",
    FactKind.WORDS: "ticks",
    FactKind.RECENT: "list",
}


@dataclass(frozen=True, slots=True)
class FactInput:
    """The input of one fact. kind: ``choice``, ``ticks``, ``number``, ``amount``, ``date``, ``list`` or ``words``.

    choices: (value, label, chosen). asked: the text asks about it.
    """

    name: str
    label: str
    kind: str
    value: str
    choices: tuple[tuple[str, str, bool], ...]
    hint: str
    error: str
    asked: bool


def inputs_of(typed: Typed, policy: Policy, refused: Collection[str]) -> tuple[FactInput, ...]:
    """Make the inputs, those that the text asks about first."""
    asked = {attribute_of(VOCABULARY[one.name]) for rule in policy.rules for one in rule.conditions} | _PRICED
    plans = (plan for rule in policy.rules for plan in rule.outcome.plans)
    asked |= {attribute_of(VOCABULARY[name]) for plan in plans for name in plan.reads}
    made = [_input(fact, typed, policy, asked, refused) for fact in typed_facts()]
    error = _("Please type a day such as 2026-01-31.") if DAY in refused else ""
    day = FactInput(DAY, named(FACTS, DAY), "date", one_of(typed, DAY), (), "", error, asked=DAY in asked)
    return tuple(sorted([*made, day], key=lambda one: not one.asked))


def _input(fact: FactType, typed: Typed, policy: Policy, asked: Collection[str], refused: Collection[str]) -> FactInput:
    name = attribute_of(fact)
    return FactInput(
        name=name,
        label=named(FACTS, fact.name),
        kind=_kind(fact),
        value=one_of(typed, name),
        choices=_choices(fact, typed.get(name, ()), policy),
        hint=_hint(fact),
        error=_sentence(fact) if name in refused else "",
        asked=name in asked,
    )


def _kind(fact: FactType) -> str:
    if fact.kind is FactKind.WORD:
        return "choice" if fact.choices else "words"
    return _KINDS[fact.kind]


def _choices(fact: FactType, chosen: Sequence[str], policy: Policy) -> tuple[tuple[str, str, bool], ...]:
    """List what can be chosen; of a word that may be any, what the text asks about."""
    if fact.kind is FactKind.YES_NO:
        return (YES, _("yes"), YES in chosen), (NO, _("no"), YES not in chosen)
    if fact.kind not in (FactKind.WORD, FactKind.WORDS):
        return ()
    if fact.kind is FactKind.WORD and fact.choices is None:
        return tuple((word, choice_words(fact.name, word), False) for word in sorted(_asked_words(fact.name, policy)))
    listed = [(word, choice_words(fact.name, word), word in chosen) for word in known_words(fact)]
    if fact.unknown:
        listed.insert(0, ("", _("not known"), not any(chosen)))
    elif fact.may_lack and not any(chosen):
        listed.insert(0, ("", _("not recorded"), True))
    return tuple(listed)


def _asked_words(name: str, policy: Policy) -> set[str]:
    conditions = (condition for rule in policy.rules for condition in rule.conditions if condition.name == name)
    return {word for condition in conditions for word in getattr(condition.region, "words", ())}


def _hint(fact: FactType) -> str:
    if fact.kept:
        return _("Each as days ago, worth and goodwill, such as: 30 12.50 2.00; 90 40.00 0")
    if fact.kind is FactKind.RECENT:
        return _("Days ago, such as: 3, 40, 100")
    return _("Leave it empty where it is not known.") if fact.unknown and fact.kind is FactKind.DAYS else ""


def _sentence(fact: FactType) -> str:
    """Say what can be typed."""
    if fact.kind is FactKind.MONEY:
        return _("Please type an amount such as 39.90.")
    if fact.kind is FactKind.RECENT:
        return _hint(fact)
    if fact.kind in (FactKind.DAYS, FactKind.TIMES):
        return _("Please type a whole number.")
    return _("Please type a word.") if _kind(fact) == "words" else _("Please choose one of the list.")
