"""Outcomes: what a rule says where its conditions pass, read from ``then`` and checked against ``when``."""

from collections.abc import Mapping
from typing import Any

from portal.domain.authority import DECIDES, Role
from portal.domain.offers import PolicyClass
from portal.domain.policy import shape
from portal.domain.policy.offer_plans import Shared, read_plan
from portal.domain.policy.plans import OfferPlan
from portal.domain.policy.table import Outcome, WaitFrom, WaitPlan
from portal.domain.policy.verdict import OutcomeKind, Wording
from portal.domain.reasons import Alternative, DeclineReason, EscalateReason, EvidenceReason, WaitReason

OF_OFFER = ("offer", "class", "evidence", "alternative", "keep", "wording")
"""What a rule that offers something may say."""
OF_OTHERS: Mapping[str, tuple[str, ...]] = {
    "person": ("reason", "within_hours", "to"),
    "wait": ("reason", "from", "days", "until"),
    "decline": ("reason", "alternative"),
}
"""What each other outcome may say; ``wording`` stands beside it."""
_WAYS = ("offer", *OF_OTHERS)
_MOST_HOURS = 24 * 30
# What only grows from day to day, so that a most of it ends a wait. A carrier's next scan would begin it anew.
_GROWING = frozenset(f"days_since_{moment}" for moment in ("ordered", "promised", "handed_over", "delivered"))


def read_outcome(then: object, when: Mapping[str, Any], place: str, shared: Shared) -> Outcome:
    """Read what a rule does: exactly one of offer, person, wait and decline."""
    said = shape.table(then, place)
    ways = [way for way in _WAYS if way in said]
    if not ways:
        raise shape.refuse(place, "needs exactly one of %(ways)s, and has none", ways=", ".join(_WAYS))
    if len(ways) > 1:
        raise shape.refuse(
            place, "needs exactly one of %(ways)s, and has %(had)s", ways=", ".join(_WAYS), had=", ".join(ways)
        )
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
    shape.known_keys(said, OF_OFFER, place)
    evidence, alternative = said.get("evidence"), said.get("alternative")
    return Outcome(
        OutcomeKind.OFFER,
        plans=_plans(said["offer"], f"{place}.offer", shared),
        policy_class=shape.choice(said.get("class"), PolicyClass, f"{place}.class"),
        evidence=shape.choice(evidence, EvidenceReason, f"{place}.evidence") if evidence is not None else None,
        alternative=shape.choice(alternative, Alternative, f"{place}.alternative") if alternative is not None else None,
        wording=_wording(said, place),
        keeps=shape.yes_or_no(said.get("keep", False), f"{place}.keep"),
    )


def _plans(value: object, place: str, shared: Shared) -> tuple[OfferPlan, ...]:
    """Read the offers of a rule, in the order to show them: a table of remedies, or the name of a pack."""
    if isinstance(value, str):
        if value not in shared.packs:
            raise shape.refuse(
                place, "there is no pack of offers named %(found)s in [packs]", found=shape.quoted(value)
            )
        value, place = shared.packs[value], f"packs.{value}"
    return tuple(read_plan(kind, plan, f"{place}.{kind}", shared) for kind, plan in shape.table(value, place).items())


def _person(said: Mapping[str, Any], place: str, wording: Wording, shared: Shared) -> Outcome:
    shape.known_keys(said, OF_OTHERS["person"], place)
    hours = said.get("within_hours", shared.defaults.answer_within_hours)
    return Outcome(
        OutcomeKind.ESCALATE,
        reason=shape.choice(said.get("reason"), EscalateReason, f"{place}.reason"),
        answer_within_hours=shape.whole(hours, f"{place}.within_hours", least=1, most=_MOST_HOURS),
        wording=wording,
        answered_by=_decider(said["to"], f"{place}.to") if "to" in said else None,
    )


def _decider(value: object, place: str) -> Role:
    role = shape.choice(value, Role, place)
    if role not in DECIDES:
        raise shape.refuse(
            place,
            "must be one of %(known)s, who decide claims, not %(found)s",
            known=", ".join(sorted(DECIDES)),
            found=shape.quoted(value),
        )
    return role


def _decline(said: Mapping[str, Any], place: str, wording: Wording) -> Outcome:
    """Read a refusal, which cannot be written without its reason and something that we can still do."""
    shape.known_keys(said, OF_OTHERS["decline"], place)
    return Outcome(
        OutcomeKind.DECLINE,
        reason=shape.choice(said.get("reason"), DeclineReason, f"{place}.reason"),
        alternative=shape.choice(said.get("alternative"), Alternative, f"{place}.alternative"),
        wording=wording,
    )


def _wait(said: Mapping[str, Any], when: Mapping[str, Any], place: str, wording: Wording) -> Outcome:
    """Read a wait. The rule must stop matching by the date it names, so that nobody is asked to wait twice."""
    if "until" in said:
        return _wait_for_a_day(said, when, place, wording)
    shape.known_keys(said, ("reason", "from", "days"), place)
    start = shape.choice(said.get("from"), WaitFrom, f"{place}.from")
    days = shape.days(said.get("days"), f"{place}.days", least=1)
    if start is not WaitFrom.NOW:
        limits = when.get(f"days_since_{start.value}")
        latest = limits.get("max") if isinstance(limits, dict) else None
        if not isinstance(latest, int) or latest >= days:
            raise shape.refuse(
                place,
                "ends %(days)s days after %(start)s, so when.days_since_%(start)s needs a max below %(days)s",
                days=days,
                start=start.value,
            )
    elif not any(name in _GROWING and isinstance(value, dict) and "max" in value for name, value in when.items()):
        raise shape.refuse(place, "waits from now, so a day range with a max must end it")
    reason = shape.choice(said.get("reason"), WaitReason, f"{place}.reason")
    return Outcome(OutcomeKind.WAIT, wait=WaitPlan(start, days), reason=reason, wording=wording)


def _wait_for_a_day(said: Mapping[str, Any], when: Mapping[str, Any], place: str, wording: Wording) -> Outcome:
    """Read a wait until a day of the calendar, on which the rule must match no more."""
    shape.known_keys(said, ("reason", "until"), place)
    until = shape.day(said["until"], f"{place}.until")
    limits = when.get("today")
    latest = limits.get("max") if isinstance(limits, dict) else None
    if latest is None or shape.day(latest, f"{place}: when.today.max") >= until:
        raise shape.refuse(place, "ends on %(until)s, so when.today needs a max before it", until=said["until"])
    reason = shape.choice(said.get("reason"), WaitReason, f"{place}.reason")
    return Outcome(OutcomeKind.WAIT, wait=WaitPlan(WaitFrom.NOW, 0, until), reason=reason, wording=wording)
