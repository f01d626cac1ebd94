"""Findings in plain words: what each rule asked, what was found, and which rules were close."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.domain.errors import BadAmount
from portal.domain.money import Money, parse
from portal.domain.policy import Finding, Policy, Verdict
from portal.domain.policy.conditions import NOT_RECORDED
from portal.domain.policy.nearly import Tested, nearness
from portal.letters.language import day, listed, money, percent
from portal.web.shared.language import current_locale
from portal.web.shared.language import gettext as _
from portal.web.shared.names import METHODS, ORDERS, PARCELS, PROBLEMS, named
from portal.web.staff.words import ASKERS, FACTS, PLACES, SIGNERS

_RANGE = re.compile(r"(?P<low>[^.<]*)\.\.(?P<below><?)(?P<high>[^ ]*)(?: in (?P<window>\d+) days)?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHARES = frozenset({"claimed_share", "given_back_share"})
_WHOLE = 10_000
_CODES: dict[str, dict[str, Any]] = {
    "problem": PROBLEMS,
    "parcel_state": PARCELS,
    "order_status": ORDERS,
    "payment_methods": METHODS,
    "signed_for_by": SIGNERS,
    "delivered_to": PLACES,
    "asked_by": ASKERS,
}


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule and what it found. won: it decided; entries: (holds, sentence) per condition.

    A rule that misses nothing and did not win stands below the one that did.
    """

    describe: str
    won: bool
    entries: tuple[tuple[bool, str], ...]

    @property
    def missed(self) -> tuple[str, ...]:
        """Give what does not hold."""
        return tuple(said for holds, said in self.entries if not holds)


@dataclass(frozen=True, slots=True)
class Explained:
    """Why policy said what it said: the rule that won, those that nearly did (the nearest first), and all others."""

    won: RuleView | None
    close: tuple[RuleView, ...]
    others: tuple[RuleView, ...]


def explain(verdict: Verdict, policy: Policy) -> Explained:
    """Say every finding of a verdict, the rule that won first."""
    words = {rule.key: rule.describe for rule in policy.rules}

    def view(rule: Tested, *, won: bool = False) -> RuleView:
        entries = tuple((finding.passed, sentence(finding, policy)) for finding in rule.findings)
        return RuleView(_(words.get(rule.key, rule.key)), won, entries)

    ranked = nearness(verdict)
    return Explained(
        view(ranked.won, won=True) if ranked.won else None,
        tuple(view(rule) for rule in ranked.close),
        tuple(view(rule) for rule in ranked.others),
    )


def sentence(finding: Finding, policy: Policy) -> str:
    """Say one finding."""
    values = {
        "fact": named(FACTS, finding.condition),
        "found": found_words(finding),
        "wanted": wanted(finding.condition, finding.wanted, finding.found, policy.document),
    }
    return _("%(fact)s: %(found)s. The rule asks for: %(wanted)s.", **values)


def found_words(finding: Finding) -> str:
    """Say what the facts held."""
    name, text = finding.condition, finding.found
    amount = _amount(text)
    if amount is not None:
        return money(amount, current_locale())
    if name in _SHARES:
        return percent(int(text) / _WHOLE, current_locale())
    return _word(name, text)


def wanted(name: str, notation: str, found: str, document: Mapping[str, Any]) -> str:
    """Say what a condition wants, from the policy's notation."""
    match = _RANGE.fullmatch(notation)
    if match is None:
        return _choice(name, notation)
    currency = found.rpartition(" ")[2]
    low, high = (_bound(name, match[part], currency, document) for part in ("low", "high"))
    said = _span(low, high, below=bool(match["below"]))
    return _("%(range)s in %(days)s days", range=said, days=match["window"]) if match["window"] else said


def _span(low: str, high: str, *, below: bool) -> str:
    if low == high and not below:
        return low
    if low and high:
        values = {"low": low, "high": high}
        return _("%(low)s to below %(high)s", **values) if below else _("%(low)s to %(high)s", **values)
    if low:
        return _("%(low)s or more", low=low)
    return _("less than %(high)s", high=high) if below else _("%(high)s or less", high=high)


def _bound(name: str, text: str, currency: str, document: Mapping[str, Any]) -> str:
    """Say one end of a range: a number, a share, or an amount that the policy names."""
    if name in _SHARES and text:
        return percent(int(text) / _WHOLE, current_locale())
    if _DAY.fullmatch(text):
        return day(date.fromisoformat(text), current_locale(), "UTC", year=True)
    given = document.get("amounts", {}).get(text, {}).get(currency)
    return money(parse(str(given), currency), current_locale()) if given is not None else text


def _choice(name: str, notation: str) -> str:
    unwanted, only = notation.startswith("!"), notation.startswith("only ")
    words = notation.removeprefix("!").removeprefix("only ").split("|")
    said = listed([_word(name, word) for word in words], current_locale(), either=True)
    if unwanted:
        return _("none of %(list)s", list=said)
    if only:
        return _("only %(list)s", list=said)
    return _("one of %(list)s", list=said) if len(words) > 1 else said


def _word(name: str, word: str) -> str:
    if "|" in word:
        return listed([_word(name, one) for one in word.split("|")], current_locale())
    plain = {
        "yes": _("yes"),
        "no": _("no"),
        "known": _("known"),
        "unknown": _("not known"),
        "some": _("more than nothing"),
        "none": _("nothing"),
        NOT_RECORDED: _("not recorded"),
    }
    if name == "today" and _DAY.fullmatch(word):
        return day(date.fromisoformat(word), current_locale(), "UTC", year=True)
    return plain.get(word) or named(_CODES.get(name, {}), word)


def _amount(text: str) -> Money | None:
    number, _space, currency = text.rpartition(" ")
    try:
        return parse(number, currency)
    except BadAmount:
        return None
