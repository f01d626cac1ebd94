"""What staff do: decide what policy leaves to a person, ask where they are not sure, confirm what is above a limit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from portal.domain.certainty import certain
from portal.domain.claims import ClaimState
from portal.domain.decisions import Ceiling, GoodwillReason, LineApproval, suggested_offers, terms_of, whole_offers
from portal.domain.errors import BadAmount, NotAllowed
from portal.domain.facts import Facts
from portal.domain.money import Money, zero
from portal.domain.offers import OfferTerms, PolicyClass, RemedyKind
from portal.domain.problems import Problem
from portal.domain.reasons import Alternative, DeclineReason
from portal.records import claims, decisions
from portal.records.tables.claims import Claim, ClaimLine
from portal.services.ask_customer import Question
from portal.services.confirm_decision import Confirmation
from portal.services.current_policy import policy_of
from portal.services.decide_escalation import Approval, Refusal, ceilings
from portal.services.open_claim import Page
from portal.services.preview_letter import Act, preview_letter, send_answer
from portal.services.reply_to_customer import Reply
from portal.year.case import Case, Means
from portal.year.reading import SeenClaim

_ASKS_FIRST, _CHARGE_AGREES = 0.06, 0.6
_WAITS_FOR_ANSWER = timedelta(days=5)
_KINDNESS_PERCENT, _HUNDRED = 15, 100


@dataclass(frozen=True, slots=True)
class Colleagues:
    """Who works for the shop, by row number: those who decide first, and those who confirm."""

    agents: tuple[int, ...]
    approvers: tuple[int, ...]


def plan_decision(means: Means, colleagues: Colleagues, case: Case, seen: SeenClaim) -> None:
    """Plan when a person looks at a claim that waits for one: before its deadline, most of the time."""
    if not seen.waits_for_answer and all(line.state != ClaimState.ESCALATED for line in seen.lines):
        return
    at = means.clock.now + timedelta(hours=0.5 + case.dice.lognormvariate(1.2, 0.7))
    means.plan(at, case, lambda case, _: _decide(means, colleagues, case))


def _escalated(claim: Claim) -> list[ClaimLine]:
    return [line for line in claim.lines if line.state == ClaimState.ESCALATED]


def _decide(means: Means, colleagues: Colleagues, case: Case) -> None:
    case.tries += 1
    with means.toolkit.reading() as session:
        claim = certain(claims.found(session, case.ref), "it was reported")
        proposed = bool(decisions.proposed(session, claim.id))
    page = Page(case.ref, claim.version, f"{case.key}-{case.tries}")
    if proposed:
        _send(means, case, colleagues.approvers, Confirmation(page))
    elif _escalated(claim):
        _send(means, case, colleagues.agents + colleagues.approvers, _act(means, case, claim, page))
    else:
        _send(means, case, colleagues.agents, Reply(page, "Thank you for telling us. It is with us, and we are on it."))


def _send(means: Means, case: Case, people: Sequence[int], act: Act) -> None:
    """Let one of these people do it; who may not, because they took part before, leaves it to the next."""
    first = case.dice.randrange(len(people))
    for staff_id in (*people[first:], *people[:first]):
        try:
            shown = preview_letter(means.toolkit, staff_id=staff_id, act=act)
        except NotAllowed:
            continue
        send_answer(means.toolkit, staff_id=staff_id, act=act, digest=shown.digest)
        means.counts[f"staff: {type(act).__name__.lower()}"] += 1
        return
    means.counts["nobody may decide"] += 1


def _act(means: Means, case: Case, claim: Claim, page: Page) -> Act:
    lines = _escalated(claim)
    problems = {Problem(line.problem) for line in lines}
    if not case.asked_again and case.dice.random() < _ASKS_FIRST:
        case.asked_again = True
        return Question(page, "Could you tell us a little more of how it was?", means.clock.now + _WAITS_FOR_ANSWER)
    numbers = tuple(line.order_line.line_number for line in lines)
    if problems == {Problem.CHARGED_WRONGLY} and case.dice.random() < _CHARGE_AGREES:
        return _refusal(page, numbers, DeclineReason.CHARGE_AGREES)
    with means.toolkit.reading() as session:
        most = ceilings(session, claim, lines)
        policy = policy_of(session, claim.policy_version_id)
    approvals = []
    for line in lines:
        facts, ceiling = Facts.from_document(line.facts), most[line.id]
        offers = _fitting(suggested_offers(facts, policy), ceiling) or _fitting(whole_offers(facts), ceiling)
        if facts.problem is Problem.OTHER:
            offers = _kindness(ceiling)
        if not offers:
            return _refusal(page, numbers, DeclineReason.ALREADY_REFUNDED)
        goodwill = GoodwillReason.KINDNESS if any(offer.bonus for offer in offers) else None
        approvals.append(LineApproval(line.order_line.line_number, offers, goodwill))
    return Approval(page, tuple(approvals), "It is as the customer says.", "")


def _refusal(page: Page, numbers: tuple[int, ...], reason: DeclineReason) -> Refusal:
    words = "We went through it line by line, and everything that you paid is accounted for."
    return Refusal(page, numbers, reason, Alternative.TALK_TO_A_PERSON, words)


def _fitting(offers: Sequence[OfferTerms], ceiling: Ceiling) -> tuple[OfferTerms, ...]:
    """Leave out what gives more than there is."""
    fitting = []
    for offer in offers:
        goodwill = ceiling.goodwill(GoodwillReason.KINDNESS)
        most = ceiling.goods if offer.kind is RemedyKind.REPLACEMENT else ceiling.left
        fits = offer.amount.minor <= most.minor and offer.bonus.minor <= goodwill.minor
        gives = offer.kind is RemedyKind.REPLACEMENT or offer.amount.minor > 0
        if fits and gives:
            fitting.append(offer)
    return tuple(fitting)


def _kindness(ceiling: Ceiling) -> tuple[OfferTerms, ...]:
    """Give a little credit for something that is nobody's problem in the list."""
    try:
        amount = ceiling.left.portion(_KINDNESS_PERCENT, _HUNDRED)
    except BadAmount:
        amount = Money(0, ceiling.left.currency)
    if amount.minor <= 0:
        return ()
    return (terms_of(RemedyKind.STORE_CREDIT, amount, zero(amount.currency), PolicyClass.GOODWILL),)
