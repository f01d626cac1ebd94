"""What a rule does as inputs, and read from them again. What no input can say stays as it is written."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from portal.domain.offers import RemedyKind
from portal.web.shared.language import gettext as _
from portal.web.staff.policies.condition_fields import BadField, percentage

OFFER, PERSON, WAIT, DECLINE = "offer", "person", "wait", "decline"
_OFFER_PARTS = ("class", "evidence", "alternative")
_STANDARD = "standard"
_WHOLE = re.compile(r"[0-9]{1,5}")

Typed = dict[str, str]
Errors = dict[str, str]


def whole(text: str) -> int:
    """Read a whole number; raise BadField."""
    if not _WHOLE.fullmatch(text):
        raise BadField(_("Please give a whole number, such as 30."))
    return int(text)


def same(text: str) -> str:
    """Take a choice as it is."""
    return text


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise BadField(_("Please give a day, such as 2027-01-31.")) from error


def _yes(_text: str) -> bool:
    return True


Parts = Mapping[str, Callable[[str], Any]]
_DAYS: Parts = {"arrives_in_days": whole, "expires_in_days": whole}
_SHARES: Parts = {"goods": percentage, "fixed": same, "shipping": percentage, "overpaid": percentage}
_BOUNDS: Parts = {"round_to": same, "round": same, "cap": same, "claim_cap": same}
_BONUS: Parts = {"bonus": percentage, "bonus_cap": same}
PLANS: Mapping[str, Parts] = {
    RemedyKind.REPLACEMENT.value: _DAYS,
    RemedyKind.REFUND.value: {**_SHARES, **_BOUNDS, **_DAYS},
    RemedyKind.STORE_CREDIT.value: {**_SHARES, **_BONUS, **_BOUNDS, **_DAYS},
}
CUSTOMER_CAP = "customer_cap"
CAP_PARTS: Parts = {"amount": same, "within_days": whole, "of_goodwill": _yes}
_INNER: Mapping[str, Parts] = {
    PERSON: {"reason": same, "to": same, "within_hours": whole},
    WAIT: {"reason": same, "from": same, "days": whole, "until": _day},
    DECLINE: {"reason": same, "alternative": same},
}


def field(*parts: str) -> str:
    """Name an input of the outcome."""
    return "-".join(("o", *parts))


def typed_of(then: Mapping[str, Any]) -> Typed:
    """Say what a rule does in inputs."""
    kind = next((kind for kind in (OFFER, PERSON, WAIT, DECLINE) if kind in then), "")
    typed = {field("kind"): kind, field("wording"): str(then.get("wording", _STANDARD))}
    typed |= {field(part): str(then.get(part, "")) for part in _OFFER_PARTS}
    for way, parts in _INNER.items():
        said = then.get(way)
        if isinstance(said, Mapping):
            typed |= {field(way, part): str(said[part]) for part in parts if part in said}
    offer = then.get(OFFER)
    if isinstance(offer, str):
        typed[field("pack")] = offer
    elif isinstance(offer, Mapping):
        typed |= typed_of_plans(offer)
    if then.get("keep"):
        typed[field("keep")] = "yes"
    return typed


def typed_of_plans(plans: Mapping[str, Any]) -> Typed:
    """Say remedies in inputs, in the order in which they are shown."""
    typed: Typed = {}
    for place, (remedy, plan) in enumerate(plans.items(), 1):
        typed |= {field(remedy): "yes", field(remedy, "place"): str(place)}
        typed |= {field(remedy, part): str(plan[part]) for part in PLANS.get(remedy, {}) if part in plan}
        cap = plan.get(CUSTOMER_CAP, {})
        typed |= {field(remedy, CUSTOMER_CAP, part): str(cap[part]) for part in CAP_PARTS if cap.get(part)}
    return typed


def kept_of(then: Mapping[str, Any]) -> tuple[str, ...]:
    """List what no input can say, as it is written."""
    known = {OFFER, PERSON, WAIT, DECLINE, "wording", "keep", *_OFFER_PARTS}
    found = [f"{name} = {then[name]}" for name in then if name not in known]
    for way, parts in _INNER.items():
        found += _unknown(then.get(way), parts, way)
    offer = then.get(OFFER)
    if isinstance(offer, Mapping):
        for remedy, plan in offer.items():
            found += _unknown(plan, {**PLANS.get(remedy, {}), CUSTOMER_CAP: same}, remedy)
    return tuple(found)


def _unknown(table: object, known: Mapping[str, object], place: str) -> Iterator[str]:
    if isinstance(table, Mapping):
        yield from (f"{place}.{name} = {table[name]}" for name in table if name not in known)


def then_of(typed: Typed, old: Mapping[str, Any]) -> tuple[dict[str, Any], Errors]:
    """Read what a rule does from its inputs; what no input can say is taken from what it did before."""
    errors: Errors = {}
    kind = typed.get(field("kind"), "")
    if kind not in {OFFER, *_INNER}:
        return {}, {field("kind"): _("Please choose what happens.")}
    known = {OFFER, *_INNER, "wording", "keep", *_OFFER_PARTS}
    then: dict[str, Any] = {}
    if kind == OFFER:
        then[OFFER] = _offer(typed, old.get(OFFER), errors)
        then |= {part: typed[field(part)] for part in _OFFER_PARTS if typed.get(field(part))}
        if typed.get(field("keep")) or "keep" in old:
            then["keep"] = bool(typed.get(field("keep")))
        if "class" not in then:
            errors[field("class")] = _("Please choose why we give it.")
    else:
        then[kind] = read_parts(typed, (kind,), _INNER[kind], old.get(kind), errors)
        if not then[kind]:
            errors[field(kind, "reason")] = _("Please choose why.")
    if typed.get(field("wording"), _STANDARD) != _STANDARD or "wording" in old:
        then["wording"] = typed.get(field("wording")) or _STANDARD
    then |= {name: old[name] for name in old if name not in known}
    return ordered(then, old), errors


def _offer(typed: Typed, old: object, errors: Errors) -> str | dict[str, Any]:
    if typed.get(field("pack")):
        return typed[field("pack")]
    plans = plans_of(typed, old if isinstance(old, Mapping) else {}, errors)
    if not plans:
        errors[field("offer")] = _("Please choose at least one remedy, or a set of offers.")
    return plans


def plans_of(typed: Typed, before: Mapping[str, Any], errors: Errors) -> dict[str, Any]:
    """Read remedies from their inputs, in the order in which they are shown."""
    chosen = [remedy for remedy in PLANS if typed.get(field(remedy))]
    chosen += [remedy for remedy in before if remedy not in PLANS]
    ranked = sorted(chosen, key=lambda remedy: _place(typed.get(field(remedy, "place"), "")))
    return {remedy: _plan(typed, remedy, before.get(remedy), errors) for remedy in ranked}


def _plan(typed: Typed, remedy: str, old: object, errors: Errors) -> dict[str, Any]:
    before = old if isinstance(old, Mapping) else {}
    plan = read_parts(typed, (remedy,), PLANS.get(remedy, {}), before, errors)
    cap = read_parts(typed, (remedy, CUSTOMER_CAP), CAP_PARTS, before.get(CUSTOMER_CAP), errors)
    plan.pop(CUSTOMER_CAP, None)
    if cap.get("amount"):
        plan[CUSTOMER_CAP] = cap
    elif any(cap.get(part) for part in CAP_PARTS):
        errors[field(remedy, CUSTOMER_CAP, "amount")] = _(
            "Please choose an amount, or leave the days and the tick out."
        )
    if not plan and remedy in PLANS:
        sentence = _("Please say what it gives: a share, or in how many days it arrives.")
        errors.setdefault(field(remedy, next(iter(PLANS[remedy]))), sentence)
    return ordered(plan, before)


def _place(text: str) -> int:
    return int(text) if _WHOLE.fullmatch(text) else len(PLANS) + 1


def read_parts(typed: Typed, at: tuple[str, ...], parts: Parts, old: object, errors: Errors) -> dict[str, Any]:
    """Read the parts of a table, in the order in which they were written before."""
    before = old if isinstance(old, Mapping) else {}
    found: dict[str, Any] = {name: before[name] for name in before if name not in parts}
    for part, read in parts.items():
        text = typed.get(field(*at, part), "").strip()
        if not text:
            # A no that was written out stays written out.
            found |= {part: False} if before.get(part) is False else {}
            continue
        try:
            found[part] = read(text)
        except BadField as error:
            errors[field(*at, part)] = str(error)
    return ordered(found, before)


def ordered(found: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Give the parts of a table in the order in which they were written before, new ones last."""
    names = [*(name for name in before if name in found), *(name for name in found if name not in before)]
    return {name: found[name] for name in names}
