"""Ask limits, lists and budgets again when an offer is taken; what they hold back goes to a person, never to a no."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from portal.domain.actors import Actor
from portal.domain.budgets import draws_of
from portal.domain.certainty import certain
from portal.domain.choosing import Choice, why_not
from portal.domain.claims import Action
from portal.domain.holding import Claimed, Held
from portal.domain.limits import Standing
from portal.domain.offers import PolicyClass
from portal.domain.policy import Policy
from portal.domain.policy.plans import CustomerCap
from portal.domain.reasons import EscalateReason
from portal.records import acceptances, claims
from portal.records.budgets import Draw, HeldBudget
from portal.records.sessions import Session
from portal.records.tables.claims import ClaimLine, Offer
from portal.records.tables.remedies import Remedy
from portal.services.apply_verdict import POLICY, move, supersede_offers, touch
from portal.services.judge_standing import with_later
from portal.services.letter_of_claim import leave_letter
from portal.services.toolkit import Toolkit

LIMITS = Actor.system("limits")


@dataclass(frozen=True, slots=True)
class SortedOut:
    """What can be promised, and what held the rest back by the key of its line."""

    fit: list[tuple[ClaimLine, Offer]]
    held: dict[int, tuple[Held, ...]]


def sort_out(held: acceptances.Held, policy: Policy, chosen: Sequence[tuple[ClaimLine, Offer]]) -> SortedOut:
    """Sort chosen offers, each with what those before it took of the budgets that are held.

    What a person offered, or what takes the place of a remedy that failed, is promised whatever is left.
    """
    used = {(one.policy_class, one.period): one.used for one in held.budgets}
    sorted_out = SortedOut([], {})
    for line, offer in chosen:
        by_policy = offer.made_by == str(POLICY)
        found = why_not(_choice(line, offer, policy), policy, held.standing, used) if by_policy else ()
        if found:
            sorted_out.held[line.id] = found
            continue
        sorted_out.fit.append((line, offer))
        for policy_class, minor in _draws(offer).items():
            used = {key: taken + minor if key[0] is policy_class else taken for key, taken in used.items()}
    return sorted_out


def draws_on_budgets(remedies: Sequence[Remedy], budgets: Sequence[HeldBudget]) -> list[Draw]:
    """Tell what remedies take of which budgets."""
    return [
        Draw(budget.use_id, remedy.ref, minor)
        for remedy in remedies
        for policy_class, minor in _draws(remedy).items()
        for budget in budgets
        if budget.policy_class is policy_class
    ]


def leave_to_a_person(
    toolkit: Toolkit,
    session: Session,
    claim_ref: str,
    held: dict[int, tuple[Held, ...]],
    policy: Policy,
    standing: Standing,
) -> None:
    """Move lines of a claim whose order is held to a person, tell the customer, and keep why for staff alone."""
    claim = certain(claims.hold_whole(session, claim_ref), "its order is locked")
    now = toolkit.now()
    for line in claim.lines:
        if line.id in held:
            supersede_offers(line)
            line.reason, line.evidence_wanted = EscalateReason.PERSON_DECIDES.value, None
            line.standing = with_later(line.standing, standing, held[line.id])
            reason = {"reason": line.reason}
            move(session, claim, line, Action.ASK_PERSON, actor=LIMITS, now=now, event="escalated", **reason)
    touch(claim, answer_within=now + timedelta(hours=policy.person_within_hours))
    leave_letter(session, claim, "escalated")


def _draws(taken: Offer | Remedy) -> dict[PolicyClass, int]:
    return draws_of(PolicyClass(taken.policy_class), taken.amount_minor, taken.bonus_minor)


def _choice(line: ClaimLine, offer: Offer, policy: Policy) -> Choice:
    nothing: dict[str, Any] = {"amount_minor": 0, "currency": offer.currency}
    claimed: dict[str, Any] = line.facts.get("claimed_value") or nothing
    return Choice(
        policy_class=PolicyClass(offer.policy_class),
        amount_minor=offer.amount_minor,
        bonus_minor=offer.bonus_minor,
        claimed=Claimed(claimed["currency"], claimed["amount_minor"], bool(line.facts.get("second_failure"))),
        line_minor=(line.facts.get("line_value") or claimed)["amount_minor"],
        cap=_cap(line, offer, policy),
    )


def _cap(line: ClaimLine, offer: Offer, policy: Policy) -> CustomerCap | None:
    """Find what the rule that made an offer says of one customer."""
    plans = policy.plans_of(str(line.verdict["rule_key"]))
    return next((plan.customer_cap for plan in plans if plan.kind == offer.kind), None)
