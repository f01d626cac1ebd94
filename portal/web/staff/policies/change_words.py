"""What becomes of one policy in another, in words: rule by rule, then amounts and settings."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

from portal.domain.policy import Policy, Rule
from portal.domain.policy.difference import Change, Difference, differences
from portal.web.shared.language import gettext as _
from portal.web.shared.language import lazy_gettext as lazy
from portal.web.staff.policies.pack_words import pack_changes
from portal.web.staff.policies.row_words import NAMED_BY, row_changes
from portal.web.staff.policies.rule_words import RuleWords, amount_name, condition_words, rule_words

SETTINGS = {
    "name": lazy("The name of the policy"),
    "market": lazy("The market"),
    "defaults.offer_expires_in_days": lazy("Days until an offer expires"),
    "defaults.answer_within_hours": lazy("Hours until a person answers"),
}

_SAID_WHOLE = frozenset({*NAMED_BY, "packs"})


@dataclass(frozen=True, slots=True)
class LineChange:
    """One thing that is another now; empty where there was or is none."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RuleChange:
    """What became of a rule: ``added``, ``removed``, ``moved`` or ``changed``. whole: of one that came or went."""

    what: str
    title: str
    key: str
    place: str
    lines: tuple[LineChange, ...]
    whole: RuleWords | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """What became of a policy."""

    settings: tuple[LineChange, ...]
    rules: tuple[RuleChange, ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing did."""
        return not self.settings and not self.rules


def changes(before: Policy, after: Policy) -> Changes:
    """Say what became of a policy."""
    settings: list[LineChange] = []
    by_key: dict[str, list[Difference]] = {}
    for one in differences(before, after):
        if one.place.startswith("rules."):
            by_key.setdefault(one.place.split(".")[1], []).append(one)
        elif one.place.partition(".")[0] not in _SAID_WHOLE:
            settings.append(_setting(one))
    whole = (*row_changes(before, after), *pack_changes(before, after))
    settings += [LineChange(*said) for said in whole]
    return Changes(tuple(settings), tuple(_rule(key, found, before, after) for key, found in by_key.items()))


def _setting(one: Difference) -> LineChange:
    first, _apart, rest = one.place.partition(".")
    label = str(SETTINGS.get(one.place, one.place))
    if first == "amounts":
        name, _apart, currency = rest.partition(".")
        words = amount_name(name)
        label = _("The amount “%(name)s” in %(currency)s", name=words, currency=currency) if currency else words
        label = label if currency else _("The amount “%(name)s”", name=words)
    return LineChange(label, _said(one.before), _said(one.after))


def _said(value: object) -> str:
    """Say a setting: an amount by its currencies, everything else as it is written."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {_said(one)}" for name, one in value.items())
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _rule(key: str, found: list[Difference], before: Policy, after: Policy) -> RuleChange:
    was, now = (_find(policy, key) for policy in (before, after))
    number, rule = now or was or (0, None)
    policy = after if now else before
    words = rule_words(rule, number, policy) if rule else None
    title = words.title if words else key
    whole_place = {one.change for one in found if one.place == f"rules.{key}"}
    if Change.ADDED in whole_place:
        return RuleChange("added", title, key, "", (), words)
    if Change.REMOVED in whole_place:
        return RuleChange("removed", title, "", "", (), words)
    lines = tuple(_lines(was[1], before, now[1], after)) if was and now else ()
    moved = Change.MOVED in whole_place
    place = _moved(was[0], now[0]) if moved and was and now else ""
    return RuleChange("moved" if moved and not lines else "changed", title, key, place, lines)


def _find(policy: Policy, key: str) -> tuple[int, Rule] | None:
    return next(((number, rule) for number, rule in enumerate(policy.rules, 1) if rule.key == key), None)


def _moved(before: int, after: int) -> str:
    return _("From place %(before)s to place %(after)s", before=before, after=after)


def _lines(was: Rule, before: Policy, now: Rule, after: Policy) -> Iterator[LineChange]:
    if was.describe != now.describe:
        yield LineChange(_("What it is for"), _(was.describe), _(now.describe))
    asked, asks = (
        dict(condition_words(one, policy) for one in rule.conditions) for rule, policy in ((was, before), (now, after))
    )
    for fact in dict.fromkeys([*asked, *asks]):
        if asked.get(fact) != asks.get(fact):
            yield LineChange(fact, asked.get(fact, ""), asks.get(fact, ""))
    did, does = (rule_words(rule, 0, policy) for rule, policy in ((was, before), (now, after)))
    if (did.heading, did.does) != (does.heading, does.does):
        yield LineChange(_("Then"), "\n".join((did.heading, *did.does)), "\n".join((does.heading, *does.does)))
