"""Offer plans: how the amount of one remedy is found, read from a policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portal.domain.offers import RemedyKind
from portal.domain.policy import shape
from portal.domain.policy.money_conditions import Amounts, named_amount
from portal.domain.policy.plans import CustomerCap, OfferPlan, Rounding, RoundWay
from portal.domain.policy.table import Defaults
from portal.domain.policy.vocabulary import LONGEST_WINDOW

_GOODS_SENT = ("arrives_in_days", "expires_in_days")
_CAPS = ("cap", "claim_cap", "customer_cap")
_GIVEN_BACK = (*_GOODS_SENT, "goods", "fixed", "shipping", "overpaid", "round", "round_to", *_CAPS)
FIELDS: Mapping[RemedyKind, tuple[str, ...]] = {
    RemedyKind.REPLACEMENT: _GOODS_SENT,
    RemedyKind.REFUND: _GIVEN_BACK,
    RemedyKind.STORE_CREDIT: (*_GIVEN_BACK, "bonus", "bonus_cap"),
}
"""What a rule may say of each remedy."""


@dataclass(frozen=True, slots=True)
class Shared:
    """What rules refer to by name: amounts, packs of offers, and the defaults."""

    amounts: Amounts
    packs: Mapping[str, Mapping[str, Any]]
    defaults: Defaults


def read_plan(remedy: str, value: object, place: str, shared: Shared) -> OfferPlan:
    """Read how the amount of one remedy is found."""
    kind = shape.choice(remedy, RemedyKind, place)
    plan = shape.table(value, place)
    shape.known_keys(plan, FIELDS[kind], place)
    goods, shipping, overpaid, bonus = (
        shape.percent(plan.get(part, 0), f"{place}.{part}") for part in ("goods", "shipping", "overpaid", "bonus")
    )
    fixed = _named(plan, "fixed", place, shared)
    if fixed is not None and "goods" in plan:
        raise shape.refuse(place, "takes fixed or a share of goods, not both")
    if kind is not RemedyKind.REPLACEMENT and fixed is None and not goods + shipping + overpaid:
        raise shape.refuse(place, "gives nothing: it needs a share of goods, shipping or overpaid, or a fixed amount")
    arrives = plan.get("arrives_in_days")
    return OfferPlan(
        kind=kind,
        goods=goods,
        shipping=shipping,
        overpaid=overpaid,
        bonus=bonus,
        cap=_named(plan, "cap", place, shared),
        bonus_cap=_named(plan, "bonus_cap", place, shared),
        arrives_in_days=shape.days(arrives, f"{place}.arrives_in_days") if arrives is not None else None,
        expires_in_days=shape.days(
            plan.get("expires_in_days", shared.defaults.offer_expires_in_days), f"{place}.expires_in_days", least=1
        ),
        fixed=fixed,
        rounding=_rounding(plan, place, shared),
        claim_cap=_named(plan, "claim_cap", place, shared),
        customer_cap=_customer_cap(plan, place, shared),
    )


def _named(plan: Mapping[str, Any], key: str, place: str, shared: Shared) -> Mapping[str, int] | None:
    return named_amount(plan[key], f"{place}.{key}", shared.amounts) if key in plan else None


def _rounding(plan: Mapping[str, Any], place: str, shared: Shared) -> Rounding | None:
    step = _named(plan, "round_to", place, shared)
    if step is None:
        if "round" in plan:
            raise shape.refuse(f"{place}.round", "needs round_to, which names the amount to round to a multiple of")
        return None
    if not all(step.values()):
        raise shape.refuse(f"{place}.round_to", "nothing has no multiples: an amount to round to is more than that")
    return Rounding(step, shape.choice(plan.get("round", RoundWay.UP.value), RoundWay, f"{place}.round"))


def _customer_cap(plan: Mapping[str, Any], place: str, shared: Shared) -> CustomerCap | None:
    if "customer_cap" not in plan:
        return None
    place = f"{place}.customer_cap"
    said = shape.table(plan["customer_cap"], place)
    shape.known_keys(said, ("amount", "within_days", "of_goodwill"), place)
    return CustomerCap(
        named_amount(said.get("amount"), f"{place}.amount", shared.amounts),
        shape.whole(said.get("within_days"), f"{place}.within_days", least=1, most=LONGEST_WINDOW),
        shape.yes_or_no(said.get("of_goodwill", False), f"{place}.of_goodwill"),
    )
