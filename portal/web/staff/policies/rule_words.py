"""A rule in words: what it asks for, and what it does, as the table of a policy shows it."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.domain.errors import BadAmount
from portal.domain.money import Money, parse
from portal.domain.policy import OutcomeKind, Policy
from portal.domain.policy.plans import OfferPlan
from portal.domain.policy.table import Condition, Outcome, Rule
from portal.domain.policy.vocabulary import VOCABULARY, FactKind
from portal.letters.language import day, listed, money, percent
from portal.web.shared.language import current_locale, ngettext
from portal.web.shared.language import gettext as _
from portal.web.shared.names import CLASSES, REMEDIES, named
from portal.web.staff.findings import wanted
from portal.web.staff.policies.plan_words import bounds
from portal.web.staff.policies.words import DECIDERS, EVIDENCE, SHARES, WAITS, WAITS_FROM, WHOLE_PARTS, WORDINGS
from portal.web.staff.words import ALTERNATIVES, DECLINES, FACTS, REASONS

_MONEY = frozenset({FactKind.MONEY, FactKind.RECENT_MONEY})
_AMOUNTS = re.compile(r"(?P<low>\w*)\.\.(?P<below><?)(?P<high>\w*)(?: in (?P<window>\d+) days)?")
_WHOLE = 10_000
_SHOWN_CURRENCIES = 2
_LONGEST_TITLE = 70
Options = tuple[tuple[str, str], ...]
_HOURS_A_DAY = 24


@dataclass(frozen=True, slots=True)
class RuleWords:
    """A rule in words. asks: (fact, what it asks for); does: what happens, its heading first."""

    number: int
    key: str
    describe: str
    asks: tuple[tuple[str, str], ...]
    heading: str
    does: tuple[str, ...]
    kind: str

    @property
    def title(self) -> str:
        """Name the rule by its number and the beginning of its description."""
        return titled(self.number, self.describe)


def titled(number: int, describe: str) -> str:
    """Name a rule by its number and the beginning of its description."""
    words = _(describe)
    short = words if len(words) <= _LONGEST_TITLE else f"{words[:_LONGEST_TITLE].rsplit(' ', 1)[0]} …"
    return f"{number}. {short}"


def rule_words(rule: Rule, number: int, policy: Policy) -> RuleWords:
    """Say a rule of a policy; number is its place in the table, from 1."""
    asks = tuple(condition_words(one, policy) for one in rule.conditions)
    heading, *does = outcome_words(rule.outcome)
    return RuleWords(number, rule.key, _(rule.describe), asks, heading, tuple(does), rule.outcome.kind.value)


def condition_words(condition: Condition, policy: Policy) -> tuple[str, str]:
    """Say a condition: the fact, and what is asked of it."""
    return named(FACTS, condition.name), _asked(condition.name, condition.wanted, policy)


def _asked(name: str, notation: str, policy: Policy) -> str:
    kind = VOCABULARY[name].kind if name in VOCABULARY else None
    match = _AMOUNTS.fullmatch(notation)
    if kind not in _MONEY or match is None:
        return wanted(name, notation, "", policy.document)
    low, high = (amount_words(match[end], policy.document) if match[end] else "" for end in ("low", "high"))
    said = _between(low, high, below=bool(match["below"]))
    return _("%(range)s in %(days)s days", range=said, days=match["window"]) if match["window"] else said


def _between(low: str, high: str, *, below: bool) -> str:
    if low and high:
        values = {"low": low, "high": high}
        return _("%(low)s to below %(high)s", **values) if below else _("%(low)s to %(high)s", **values)
    if low:
        return _("%(low)s or more", low=low)
    return _("less than %(high)s", high=high) if below else _("%(high)s or less", high=high)


def amount_name(name: str) -> str:
    """Say the name of an amount as words."""
    return name.replace("_", " ")


def amount_words(name: str, document: Mapping[str, object]) -> str:
    """Say an amount that a policy names: in its first currencies, and by its name."""
    given = document.get("amounts")
    by_currency = given.get(name, {}) if isinstance(given, Mapping) else {}
    said = [_money(str(value), str(currency)) for currency, value in list(by_currency.items())[:_SHOWN_CURRENCIES]]
    return f"{' / '.join(said)} ({amount_name(name)})" if said else amount_name(name)


def amount_options(document: Mapping[str, Any]) -> Options:
    """Give the amounts that can be chosen, each with what it is."""
    return tuple((name, amount_words(name, document)) for name in document.get("amounts", {}))


def _money(value: str, currency: str) -> str:
    try:
        return money(parse(value, currency), current_locale())
    except BadAmount:
        return f"{value} {currency}"


def outcome_words(outcome: Outcome) -> Iterator[str]:
    """Say what a rule does, line by line, the most telling first."""
    yield from _OUTCOMES[outcome.kind](outcome)
    if outcome.wording.value != "standard":
        yield _("The apology sounds %(wording)s.", wording=named(WORDINGS, outcome.wording.value))


def _offer(outcome: Outcome) -> Iterator[str]:
    names = [named(REMEDIES, plan.kind.value) for plan in outcome.plans]
    yield listed(names, current_locale(), either=True)
    for plan in outcome.plans:
        gives = gives_of(plan)
        if gives:
            yield _("%(remedy)s: %(gives)s", remedy=named(REMEDIES, plan.kind.value), gives=gives)
    yield named(CLASSES, outcome.policy_class.value)
    if outcome.evidence:
        yield _("A photo first, %(why)s", why=named(EVIDENCE, outcome.evidence.value))
    if outcome.keeps:
        yield _("They keep what came")
    if outcome.alternative:
        yield _("Beside it: %(what)s", what=named(ALTERNATIVES, outcome.alternative.value))


def gives_of(plan: OfferPlan) -> str:
    """Say what an offer gives, and its bounds; nothing where it gives the goods again."""
    parts = [(plan.goods, "goods"), (plan.shipping, "shipping"), (plan.overpaid, "overpaid")]
    said = [_part(points, part) for points, part in parts if points]
    if (plan.goods, plan.shipping, plan.overpaid) == (_WHOLE, _WHOLE, 0):
        said = [_("all of the goods and the shipping")]
    if plan.bonus:
        said.append(_bonus(plan))
    if plan.fixed is not None:
        said.insert(0, _("%(amount)s of the goods", amount=_first(plan.fixed)))
    text = listed(said, current_locale()) if said else ""
    return ", ".join([text, *bounds(plan, _first)]) if text else ""


def _bonus(plan: OfferPlan) -> str:
    if plan.bonus_cap is None:
        return _("%(share)s bonus on top", share=_share(plan.bonus))
    return _("%(share)s bonus on top (at most %(cap)s)", share=_share(plan.bonus), cap=_first(plan.bonus_cap))


def _part(points: int, part: str) -> str:
    if points == _WHOLE:
        return str(WHOLE_PARTS[part])
    return str(SHARES[part]) % {"share": _share(points)}


def _first(by_currency: Mapping[str, int]) -> str:
    pairs = list(by_currency.items())[:_SHOWN_CURRENCIES]
    return " / ".join(money(Money(minor, currency), current_locale()) for currency, minor in pairs)


def _share(points: int) -> str:
    return percent(points / _WHOLE, current_locale())


def _person(outcome: Outcome) -> Iterator[str]:
    yield _("A person decides")
    yield named(REASONS, outcome.reason.value if outcome.reason else None)
    if outcome.answered_by:
        yield named(DECIDERS, outcome.answered_by.value)
    yield answered_within(outcome.answer_within_hours or 0)


def answered_within(hours: int) -> str:
    """Say by when a person answers."""
    if hours % _HOURS_A_DAY:
        return ngettext("Answered within %(num)s hour", "Answered within %(num)s hours", hours)
    days = hours // _HOURS_A_DAY
    return ngettext("Answered within %(num)s day", "Answered within %(num)s days", days)


def _wait(outcome: Outcome) -> Iterator[str]:
    plan = outcome.wait
    if plan is not None and plan.until is not None:
        yield _("Waits until %(day)s", day=day(date.fromordinal(plan.until), current_locale(), "UTC", year=True))
    elif plan is not None:
        since = named(WAITS_FROM, plan.start.value)
        yield ngettext(
            "Waits until %(num)s day after %(since)s",
            "Waits until %(num)s days after %(since)s",
            plan.days,
            since=since,
        )
    yield named(WAITS, outcome.reason.value if outcome.reason else None)


def _decline(outcome: Outcome) -> Iterator[str]:
    yield _("Says no")
    yield named(DECLINES, outcome.reason.value if outcome.reason else None)
    yield _("Instead: %(what)s", what=named(ALTERNATIVES, outcome.alternative.value if outcome.alternative else None))


_OUTCOMES = {
    OutcomeKind.OFFER: _offer,
    OutcomeKind.ESCALATE: _person,
    OutcomeKind.WAIT: _wait,
    OutcomeKind.DECLINE: _decline,
}
