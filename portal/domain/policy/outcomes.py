"""Outcomes: what a rule says where its conditions pass, read from ``then`` and checked against ``when``."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.offers import PolicyClass, RemedyKind
from portal.domain.policy import shape
from portal.domain.policy.money_conditions import Amounts, named_amount
from portal.domain.policy.table import Defaults, OfferPlan, Outcome, WaitFrom, WaitPlan
from portal.domain.policy.verdict import OutcomeKind, Wording
from portal.domain.reasons import Alternative, DeclineReason, EscalateReason, EvidenceReason, WaitReason

_WAYS = ("offer", "person", "wait", "decline")
_MOST_HOURS = 24 * 30
_GOODS_SENT = ("arrives_in_days", "expires_in_days")
_GIVEN_BACK = (*_GOODS_SENT, "goods", "shipping", "overpaid", "cap")
_FIELDS = {
    RemedyKind.REPLACEMENT: _GOODS_SENT,
    RemedyKind.REFUND: _GIVEN_BACK,
    RemedyKind.STORE_CREDIT: (*_GIVEN_BACK, "bonus", "bonus_cap"),
}


@dataclass(frozen=True, slots=True)
class Shared:
    """What rules refer to by name: amounts, packs of offers, and the defaults."""

    amounts: Amounts
    packs: Mapping[str, Mapping[str, Any]]
    defaults: Defaults


def read_outcome(then: object, when: Mapping[str, Any], place: str, shared: Shared) -> Outcome:
    """Read what a rule does: exactly one of offer, person, wait and decline."""
    said = shape.table(then, place)
    ways = [way for way in _WAYS if way in said]
    if len(ways) != 1:
        raise shape.refuse(place, f"needs exactly one of {', '.join(_WAYS)}, and has {', '.join(ways) or 'none'}")
    if ways[0] == "offer":
        return _offer(said, place, shared)
    shape.known_keys(said, (ways[0], "wording"), place)
    wording = _wording(said, place)
    inner = shape.table(said[ways[0]], f"{place}.{ways[0]}")
    place = f"{place}.{ways[0]}"
    if ways[0] == "wait":
        return _wait(inner, when, place, wording)
    return _decline(inner, place, wording) if ways[0] == "decline" else _person(inner, place, wording, shared)


def _wording(said: Mapping[str, Any], place: str) -> Wording:
    return shape.choice(said.get("wording", Wording.STANDARD.value), Wording, f"{place}.wording")


def _offer(said: Mapping[str, Any], place: str, shared: Shared) -> Outcome:
    shape.known_keys(said, ("offer", "class", "evidence", "alternative", "wording"), place)
    evidence, alternative = said.get("evidence"), said.get("alternative")
    return Outcome(
        OutcomeKind.OFFER,
        plans=_plans(said["offer"], f"{place}.offer", shared),
        policy_class=shape.choice(said.get("class"), PolicyClass, f"{place}.class"),
        evidence=shape.choice(evidence, EvidenceReason, f"{place}.evidence") if evidence is not None else None,
        alternative=shape.choice(alternative, Alternative, f"{place}.alternative") if alternative is not None else None,
        wording=_wording(said, place),
    )


def _plans(value: object, place: str, shared: Shared) -> tuple[OfferPlan, ...]:
    """Read the offers of a rule, in the order to show them: a table of remedies, or the name of a pack."""
    if isinstance(value, str):
        if value not in shared.packs:
            raise shape.refuse(place, f"there is no pack of offers named {value!r} in [packs]")
        value, place = shared.packs[value], f"packs.{value}"
    return tuple(read_plan(kind, plan, f"{place}.{kind}", shared) for kind, plan in shape.table(value, place).items())


def read_plan(remedy: str, value: object, place: str, shared: Shared) -> OfferPlan:
    """Read how the amount of one remedy is found."""
    kind = shape.choice(remedy, RemedyKind, place)
    plan = shape.table(value, place)
    shape.known_keys(plan, _FIELDS[kind], place)
    goods, shipping, overpaid, bonus = (
        shape.percent(plan.get(part, 0), f"{place}.{part}") for part in ("goods", "shipping", "overpaid", "bonus")
    )
    if kind is not RemedyKind.REPLACEMENT and not goods + shipping + overpaid:
        raise shape.refuse(place, "gives nothing: it needs a share of goods, shipping or overpaid")
    arrives = plan.get("arrives_in_days")
    return OfferPlan(
        kind=kind,
        goods=goods,
        shipping=shipping,
        overpaid=overpaid,
        bonus=bonus,
        cap=_cap(plan.get("cap"), f"{place}.cap", shared),
        bonus_cap=_cap(plan.get("bonus_cap"), f"{place}.bonus_cap", shared),
        arrives_in_days=shape.days(arrives, f"{place}.arrives_in_days") if arrives is not None else None,
        expires_in_days=shape.days(
            plan.get("expires_in_days", shared.defaults.offer_expires_in_days), f"{place}.expires_in_days", least=1
        ),
    )


def _cap(value: object, place: str, shared: Shared) -> Mapping[str, int] | None:
    if value is None:
        return None
    return named_amount(value, place, shared.amounts)


def _person(said: Mapping[str, Any], place: str, wording: Wording, shared: Shared) -> Outcome:
    shape.known_keys(said, ("reason", "within_hours"), place)
    hours = said.get("within_hours", shared.defaults.answer_within_hours)
    return Outcome(
        OutcomeKind.ESCALATE,
        reason=shape.choice(said.get("reason"), EscalateReason, f"{place}.reason"),
        answer_within_hours=shape.whole(hours, f"{place}.within_hours", least=1, most=_MOST_HOURS),
        wording=wording,
    )


def _decline(said: Mapping[str, Any], place: str, wording: Wording) -> Outcome:
    """Read a refusal, which cannot be written without its reason and something that we can still do."""
    shape.known_keys(said, ("reason", "alternative"), place)
    return Outcome(
        OutcomeKind.DECLINE,
        reason=shape.choice(said.get("reason"), DeclineReason, f"{place}.reason"),
        alternative=shape.choice(said.get("alternative"), Alternative, f"{place}.alternative"),
        wording=wording,
    )


def _wait(said: Mapping[str, Any], when: Mapping[str, Any], place: str, wording: Wording) -> Outcome:
    """Read a wait. The rule must stop matching by the date it names, so that nobody is asked to wait twice."""
    shape.known_keys(said, ("reason", "from", "days"), place)
    start = shape.choice(said.get("from"), WaitFrom, f"{place}.from")
    days = shape.days(said.get("days"), f"{place}.days", least=1)
    if start is not WaitFrom.NOW:
        limits = when.get(f"days_since_{start.value}")
        latest = limits.get("max") if isinstance(limits, dict) else None
        if not isinstance(latest, int) or latest >= days:
            raise shape.refuse(
                place,
                f"ends {days} days after {start.value}, so when.days_since_{start.value} needs a max below {days}",
            )
    elif not any(
        name.startswith("days_since_") and isinstance(value, dict) and "max" in value for name, value in when.items()
    ):
        raise shape.refuse(place, "waits from now, so a day range with a max must end it")
    reason = shape.choice(said.get("reason"), WaitReason, f"{place}.reason")
    return Outcome(OutcomeKind.WAIT, wait=WaitPlan(start, days), reason=reason, wording=wording)
