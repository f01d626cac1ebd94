"""What the page of one rule shows: its inputs in groups, and what a change would do."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from portal.domain.authority import Role
from portal.domain.offers import PolicyClass
from portal.domain.policy import Wording
from portal.domain.policy.table import WaitFrom
from portal.domain.reasons import Alternative, DeclineReason, EscalateReason, EvidenceReason, WaitReason
from portal.letters.language import listed
from portal.web.shared.language import current_locale
from portal.web.shared.language import gettext as _
from portal.web.shared.names import CLASSES, REMEDIES, named
from portal.web.staff.policies import outcome_fields, words
from portal.web.staff.policies.condition_fields import ConditionField, fields_of
from portal.web.staff.policies.draft_file import DraftFile
from portal.web.staff.policies.draft_page import Beside, DraftHead, head_of
from portal.web.staff.policies.rule_form import RuleTyped, condition_id
from portal.web.staff.policies.rule_words import Options, amount_name, amount_options
from portal.web.staff.words import ALTERNATIVES, DECLINES, REASONS

_AMOUNTS = frozenset({"fixed", "round_to", "cap", "claim_cap", "bonus_cap"})


@dataclass(frozen=True, slots=True)
class Group:
    """Facts of one kind that the rule does not ask about yet."""

    label: str
    fields: tuple[ConditionField, ...]


@dataclass(frozen=True, slots=True)
class PlanField:
    """One remedy of an offer. inputs: (part, label, value, kind), kind one of percent, days, amount and choice."""

    remedy: str
    label: str
    chosen: bool
    place: str
    inputs: tuple[tuple[str, str, str, str], ...]
    gives_money: bool


@dataclass(frozen=True, slots=True)
class RulePage:
    """Rendered by ``staff/policies/rule.html``. key: empty for a new rule; before, after: beside which it stands."""

    head: DraftHead
    title: str
    key: str
    before: str
    after: str
    describe: str
    asked: tuple[ConditionField, ...]
    groups: tuple[Group, ...]
    outcome: Mapping[str, str]
    plans: tuple[PlanField, ...]
    kept: tuple[str, ...]
    options: Mapping[str, Options]
    errors: Mapping[str, str]
    beside: Beside
    tried: bool
    where: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Which rule a form is about. key: empty for a new one, which stands before or after another; where: in words."""

    title: str
    key: str = ""
    before: str = ""
    after: str = ""
    where: str = ""


def rule_page(
    file: DraftFile, place: Place, rule: Mapping[str, Any], typed: RuleTyped, *, shown: Beside, tried: bool
) -> RulePage:
    """Put the page together. rule: as it is in the draft; typed: what stands in the form."""
    errors = {name[2:-5]: sentence for name, sentence in typed.errors.items() if name == condition_id(name[2:-5])}
    fields = fields_of(rule.get("when", {}), typed.conditions, errors, file.heard())
    return RulePage(
        head=head_of(file),
        describe=typed.describe,
        asked=tuple(one for one in fields if one.is_asked),
        groups=_groups([one for one in fields if not one.is_asked]),
        outcome=typed.outcome,
        plans=plan_fields(typed.outcome),
        kept=outcome_fields.kept_of(rule.get("then", {})),
        options=_options(file.policy.document),
        errors=typed.errors,
        title=place.title,
        key=place.key,
        before=place.before,
        after=place.after,
        where=place.where,
        beside=shown,
        tried=tried,
    )


def _groups(fields: list[ConditionField]) -> tuple[Group, ...]:
    """Put facts in groups: those that belong together by their names, then the others by their kind."""
    grouped: dict[str, list[ConditionField]] = {str(label): [] for label, _names in words.GROUPS}
    by_name = {name: str(label) for label, names in words.GROUPS for name in names}
    for one in fields:
        label = by_name.get(one.name) or str(words.GROUP_OF_KIND.get(one.kind, words.OTHER_FACTS))
        grouped.setdefault(label, []).append(one)
    return tuple(Group(label, tuple(inside)) for label, inside in grouped.items() if inside)


def plan_fields(typed: Mapping[str, str]) -> tuple[PlanField, ...]:
    """Give the inputs of every remedy."""
    return tuple(
        PlanField(
            remedy=remedy,
            label=named(REMEDIES, remedy),
            chosen=bool(typed.get(outcome_fields.field(remedy))),
            place=typed.get(outcome_fields.field(remedy, "place"), str(place)),
            inputs=tuple(
                (part, str(words.PLAN_PARTS[part]), typed.get(outcome_fields.field(remedy, part), ""), _kind(part))
                for part in parts
            ),
            gives_money="goods" in parts,
        )
        for place, (remedy, parts) in enumerate(outcome_fields.PLANS.items(), 1)
    )


def _kind(part: str) -> str:
    if part in _AMOUNTS:
        return "amount"
    if part == "round":
        return "choice"
    return "days" if part.endswith("days") else "percent"


def plan_options(document: Mapping[str, Any]) -> dict[str, Options]:
    """Give what can be chosen for a remedy."""
    return {
        "amounts": amount_options(document),
        "round_ways": tuple((code, str(name)) for code, name in words.ROUND_WAYS.items()),
    }


def _options(document: Mapping[str, Any]) -> dict[str, Options]:
    """Give what can be chosen: (code, words) by what it is for."""
    return {
        **plan_options(document),
        "packs": tuple((name, _pack(name, pack)) for name, pack in document.get("packs", {}).items()),
        "classes": _named(PolicyClass, CLASSES),
        "evidence": _named(EvidenceReason, words.EVIDENCE),
        "alternatives": _named(Alternative, ALTERNATIVES),
        "wordings": _named(Wording, words.WORDINGS),
        "reasons": _named(EscalateReason, REASONS),
        "waits": _named(WaitReason, words.WAITS),
        "waits_from": _named(WaitFrom, words.WAITS_FROM),
        "declines": _named(DeclineReason, DECLINES),
        # Whoever decides claims may decide all that is not left to an approver, which is as usual.
        "deciders": ((Role.APPROVER.value, str(words.DECIDERS[Role.APPROVER.value])),),
        "kinds": tuple((code, str(name)) for code, name in words.KINDS.items()),
    }


def _pack(name: str, pack: Mapping[str, Any]) -> str:
    remedies = listed([named(REMEDIES, remedy) for remedy in pack], current_locale(), either=True)
    return _("%(name)s: %(remedies)s", name=amount_name(name), remedies=remedies)


def _named(codes: type[StrEnum], names: Mapping[str, Any]) -> Options:
    return tuple((code.value, named(dict(names), code.value)) for code in codes)
