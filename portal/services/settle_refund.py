"""Settle a refund: the one place where the direct answer, the webhook and the reconciler end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.certainty import certain
from portal.domain.errors import IllegalMove
from portal.domain.money import Money
from portal.domain.ports import RefundAnswer
from portal.domain.refunds import AT_REST, DEAD, RefundState, from_provider, next_refund_state
from portal.records import books, claims, effects
from portal.records.sessions import Session
from portal.records.tables.claims import Claim, ClaimEvent
from portal.records.tables.remedies import Refund, Remedy
from portal.services.ask_for_action import ask_for_action
from portal.services.fail_refund import fail_refund
from portal.services.finish_remedy import finish
from portal.services.letter_of_claim import letter_about
from portal.services.promise_effects import about
from portal.services.tell_of_refund import tell_of_refund
from portal.services.toolkit import Toolkit, tried_again

_IN_FLIGHT = frozenset({RefundState.PENDING, RefundState.REQUIRES_ACTION, RefundState.SUCCEEDED})


@dataclass(frozen=True, slots=True)
class News:
    """What was heard of a refund: the provider's state as ours, its name there, and why where something is wrong."""

    state: RefundState
    provider_ref: str | None
    reason: str | None
    act_by: datetime | None = None

    @classmethod
    def from_answer(cls, answer: RefundAnswer) -> "News":
        """Read the provider's answer."""
        return cls(from_provider(answer.state), answer.provider_ref, answer.reason, answer.act_by)


@tried_again
def settle_refund(
    toolkit: Toolkit, *, refund_ref: str, news: News, actor: Actor, call: str | None = None
) -> RefundState:
    """Record news of a refund once, book it, and move the claim. The same news again changes nothing.

    call: the outcome to note, where the news is the direct answer of a call. Raises IllegalMove for impossible news.
    """
    with toolkit.transaction() as session:
        held = effects.hold_refund(session, refund_ref)
        return settle_held(toolkit, session, held, news, actor, call=call)


def settle_held(
    toolkit: Toolkit,
    session: Session,
    held: effects.Held,
    news: News,
    actor: Actor,
    *,
    call: str | None = None,
    also: Sequence[journal.Entry] = (),
) -> RefundState:
    """Record news of a refund that is held, in the caller's transaction. also: entries to book with it.

    Raises IllegalMove for news that cannot be, or of another refund at the provider than the one that is known.
    """
    now, refund = toolkit.now(), certain(held.refund, "it was asked for")
    if news.provider_ref is not None and refund.provider_ref not in (None, news.provider_ref):
        raise IllegalMove("another refund has its place")
    before = RefundState(refund.state)
    after = next_refund_state(before, news.state)
    refund.provider_ref = refund.provider_ref or news.provider_ref
    refund.reason = news.reason
    events: list[ClaimEvent] = []
    letter: dict[str, Any] | None = None
    entries = list(also)
    if after is not before:
        refund.state, refund.settled_at = after.value, now if after in AT_REST else None
        entries += _entries(refund, held.remedy, before, after, held.claim)
        events, letter = _follow(held, refund, after, news, actor, now)
    tell_of_refund(session, held.claim, refund, before=before, after=after, now=now)
    booked = books.values_of(entries, actor=actor, now=now, zone=toolkit.zone)
    effects.write(session, held, events, letter, booked, call=call)
    return after


def _follow(
    held: effects.Held, refund: Refund, after: RefundState, news: News, actor: Actor, now: datetime
) -> tuple[list[ClaimEvent], dict[str, Any] | None]:
    """Move the claim; give its events, and the letter where there is something to tell."""
    claim, remedy = held.claim, held.remedy
    if after in DEAD:
        return fail_refund(held, refund, actor=actor, now=now)
    if after is RefundState.REQUIRES_ACTION:
        return ask_for_action(held, refund, act_by=news.act_by, actor=actor, now=now)
    happening = {RefundState.SUCCEEDED: "refund_settled", RefundState.PENDING: "refund_sent"}.get(after)
    if happening is None:
        return [], None
    detail, line_id = {"refund": refund.ref}, remedy.claim_line_id
    events = [claims.event_of(claim.id, happening, actor=actor, now=now, line_id=line_id, detail=detail)]
    if after is not RefundState.SUCCEEDED:
        return events, None
    if held.is_last:
        events += finish(claim, remedy, actor=actor, now=now)
    return events, letter_about(claim, "refund_sent", refund=refund.ref)


def _entries(
    refund: Refund, remedy: Remedy, before: RefundState, after: RefundState, claim: Claim
) -> list[journal.Entry]:
    """Book what the news means: sent, settled, or come back; several of them where an answer tells all at once."""
    amount = Money(refund.amount_minor, refund.currency)
    it = about(claim, remedy, of=refund.parts)
    entries = []
    if before not in _IN_FLIGHT and after in _IN_FLIGHT:
        entries.append(journal.refund_sent(refund.ref, amount, it))
    if after is RefundState.SUCCEEDED:
        entries.append(journal.refund_settled(refund.ref, amount, it))
    if before in _IN_FLIGHT and after in DEAD:
        late = before is RefundState.SUCCEEDED
        entries.append(journal.refund_failed(refund.ref, amount, after_success=late, about=it))
    return entries
