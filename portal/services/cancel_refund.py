"""Cancel a refund that waits for its customer, so that they get their money another way. Only such a one can be."""

from functools import partial

from portal.domain.actors import Actor, staff_id_of
from portal.domain.authority import Stake, check_part
from portal.domain.certainty import certain
from portal.domain.errors import MovedOn, NotAllowed, NotFound
from portal.domain.money import Money
from portal.domain.ports import LaneShut, RefundAnswer, RefundProvider, RefundRefused
from portal.domain.refunds import RefundState, from_provider
from portal.domain.troubles import TroubleKind
from portal.records import claims, decisions, effects, outbox, remedies, troubles
from portal.services.enter_lane import in_turn, seat
from portal.services.put_back import put_back
from portal.services.settle_again import settle_again
from portal.services.toolkit import Toolkit, tried_again

WORKER = Actor.system("worker")
_TASK = "refunds.cancel"


@tried_again
def ask_to_cancel(toolkit: Toolkit, *, staff_id: int, trouble_ref: str) -> None:
    """Let the worker cancel the refund of a trouble. Raises NotAllowed, MovedOn.

    It may be asked for again as long as the refund waits, because the answer to an earlier try may never have come.
    """
    with toolkit.transaction() as session:
        named = troubles.named(session, trouble_ref)
        if named is None:
            raise NotFound("no such trouble")
        if named.closed_at is not None or named.kind != TroubleKind.CUSTOMER_MUST_ACT:
            raise MovedOn(trouble_ref)
        held = effects.hold_refund(session, named.subject)
        refund, claim = certain(held.refund, "a trouble names its refund"), held.claim
        member = decisions.hold_staff(session, staff_id)
        trouble = troubles.hold(session, trouble_ref)
        if member is None:
            raise NotAllowed("this account is closed")
        if trouble is None or refund.state != RefundState.REQUIRES_ACTION:
            raise MovedOn(trouble_ref)
        stake = Stake(
            amount=Money(refund.amount_minor, refund.currency),
            raised_by_staff_id=staff_id_of(claim.raised_by),
            earlier_decider_id=None,
            claimant_mailbox=claim.customer.mailbox,
        )
        check_part(member[1], stake)
        now = toolkit.now()
        troubles.keep(trouble, asked_at=now.isoformat(), not_cancelled=None)
        actor = Actor.staff(staff_id)
        claims.add_event(session, claim.id, "refund_cancel_asked", actor=actor, now=now, detail={"refund": refund.ref})
        outbox.defer(session, _TASK, refund_ref=refund.ref, staff_id=staff_id)


def cancel_refund(toolkit: Toolkit, provider: RefundProvider, *, refund_ref: str, staff_id: int) -> str:
    """Cancel at the provider and settle what it is then: cancelled, or what it became meanwhile; say what came of it.

    Raises UnknownOutcome, so that it is tried again: cancelling twice is refused, and then read.
    """
    with toolkit.reading() as session:
        refund = remedies.read_refund(session, refund_ref)
    if refund.state != RefundState.REQUIRES_ACTION or refund.provider_ref is None:
        return f"refund is {refund.state}"
    try:
        with seat():
            answer, refused = _cancel(toolkit, provider, refund.provider_ref, refund.request["account"])
    except LaneShut as lane:
        return put_back(toolkit, _TASK, lane, refund_ref=refund_ref, staff_id=staff_id)
    if refused and from_provider(answer.state) is RefundState.REQUIRES_ACTION:
        _tell_not_cancelled(toolkit, refund_ref, refused)
    # Who asked for it stands on the claim; what came of it is the provider's answer to the worker.
    return settle_again(toolkit, provider, answer, WORKER)


def _cancel(
    toolkit: Toolkit, provider: RefundProvider, provider_ref: str, account: str | None
) -> tuple[RefundAnswer, str | None]:
    """Give the refund as it is then, and the code where the provider said no."""
    try:
        return in_turn(toolkit, partial(provider.cancel, provider_ref, account)), None
    except RefundRefused as refusal:
        return in_turn(toolkit, partial(provider.read, provider_ref, account)), refusal.code


@tried_again
def _tell_not_cancelled(toolkit: Toolkit, refund_ref: str, code: str) -> None:
    """Keep with the trouble that the provider said no although the refund still waits: a person goes on from there."""
    with toolkit.transaction() as session:
        trouble = troubles.hold_about(session, TroubleKind.CUSTOMER_MUST_ACT, refund_ref)
        if trouble is not None:
            troubles.keep(trouble, asked_at=None, not_cancelled=code)
