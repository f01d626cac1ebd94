"""Settle a refund: the one place where the direct answer, the webhook and the reconciler end."""

from dataclasses import dataclass
from datetime import datetime

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.money import Money
from portal.domain.offers import OfferTerms, PolicyClass, RemedyKind
from portal.domain.ports import RefundAnswer
from portal.domain.refunds import AT_REST, DEAD, RefundState, from_provider, next_refund_state
from portal.records import books, claims, remedies
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.records.tables.remedies import Refund, Remedy
from portal.services.apply_verdict import make_offer, touch
from portal.services.fail_remedy import ANOTHER_WAY_DAYS, fail_remedy
from portal.services.finish_remedy import finish_when_settled
from portal.services.letter_of_claim import leave_letter_about
from portal.services.toolkit import Toolkit, tried_again

_IN_FLIGHT = frozenset({RefundState.PENDING, RefundState.REQUIRES_ACTION, RefundState.SUCCEEDED})


@dataclass(frozen=True, slots=True)
class News:
    """What was heard of a refund: the provider's state as ours, its name there, and why where something is wrong."""

    state: RefundState
    provider_ref: str | None
    reason: str | None

    @classmethod
    def from_answer(cls, answer: RefundAnswer) -> "News":
        """Read the provider's answer."""
        return cls(from_provider(answer.state), answer.provider_ref, answer.reason)


@tried_again
def settle_refund(
    toolkit: Toolkit, *, refund_ref: str, news: News, actor: Actor, call: str | None = None
) -> RefundState:
    """Record news of a refund once, book it, and move the claim. The same news again changes nothing.

    call: the outcome to note, where the news is the direct answer of a call. Raises IllegalMove for impossible news.
    """
    with toolkit.transaction() as session:
        refund, remedy = remedies.hold_refund(session, refund_ref)
        if call is not None:
            remedies.note_call(session, refund, call)
        before = RefundState(refund.state)
        after = next_refund_state(before, news.state)
        refund.provider_ref = refund.provider_ref or news.provider_ref
        refund.reason = news.reason
        if after is before:
            return after
        refund.state = after.value
        refund.settled_at = toolkit.now() if after in AT_REST else None
        _follow(toolkit, session, refund, remedy, before, after, actor)
        return after


def _follow(
    toolkit: Toolkit,
    session: Session,
    refund: Refund,
    remedy: Remedy,
    before: RefundState,
    after: RefundState,
    actor: Actor,
) -> None:
    now = toolkit.now()
    claim = claims.hold_by_id(session, remedy.claim_id)
    _book(toolkit, session, refund, remedy, before, after, claim, actor, now)
    happening = {RefundState.SUCCEEDED: "refund_settled", RefundState.PENDING: "refund_sent"}.get(after)
    if happening is not None:
        detail, line_id = {"refund": refund.ref}, remedy.claim_line_id
        claims.add_event(session, claim.id, happening, actor=actor, now=now, line_id=line_id, detail=detail)
    if after is RefundState.SUCCEEDED:
        leave_letter_about(session, claim, "refund_sent", refund=refund.ref)
        finish_when_settled(session, claim, remedy, actor=actor, now=now, settled=refund.ref)
    elif after in DEAD:
        _open_another_way(session, claim, remedy, refund, actor=actor, now=now)


def _book(
    toolkit: Toolkit,
    session: Session,
    refund: Refund,
    remedy: Remedy,
    before: RefundState,
    after: RefundState,
    claim: Claim,
    actor: Actor,
    now: datetime,
) -> None:
    """Book what the news means: sent, settled, or come back; several of them where an answer tells all at once."""
    amount = Money(refund.amount_minor, refund.currency)
    about = journal.About(claim.ref, remedy.dimensions)
    entries = []
    if before not in _IN_FLIGHT and after in _IN_FLIGHT:
        entries.append(journal.refund_sent(refund.ref, amount, about))
    if after is RefundState.SUCCEEDED:
        entries.append(journal.refund_settled(refund.ref, amount, about))
    if before in _IN_FLIGHT and after in DEAD:
        late = before is RefundState.SUCCEEDED
        entries.append(journal.refund_failed(refund.ref, amount, after_success=late, about=about))
    if entries:
        books.record_all(session, entries, actor=actor, now=now, zone=toolkit.zone)


def _open_another_way(
    session: Session, claim: Claim, remedy: Remedy, refund: Refund, *, actor: Actor, now: datetime
) -> None:
    """Offer what a card would not take as store credit at once, beside a person; we still owe it."""
    line = fail_remedy(
        session,
        claim,
        remedy,
        "refund_failed",
        effect={"refund": refund.ref},
        reason=refund.reason,
        actor=actor,
        now=now,
    )
    terms = OfferTerms(
        kind=RemedyKind.STORE_CREDIT,
        amount=Money(refund.amount_minor, refund.currency),
        bonus=Money(0, refund.currency),
        policy_class=PolicyClass(remedy.policy_class),
        arrives_in_days=0,
        expires_in_days=ANOTHER_WAY_DAYS,
    )
    make_offer(line, terms, made_by=actor, now=now)
    touch(claim)
    leave_letter_about(session, claim, "refund_failed", refund=refund.ref)
