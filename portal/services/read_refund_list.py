"""Read the provider's list of a payment again for a person who is to decide about a refund of unknown outcome."""

from portal.domain.actors import Actor
from portal.domain.authority import DECIDES
from portal.domain.errors import MovedOn, NotAllowed, NotFound
from portal.domain.ports import LaneShut, RefundAnswer, RefundProvider
from portal.domain.refund_list import Listed, ListRead
from portal.domain.refunds import RefundState
from portal.domain.troubles import UNKNOWN_OUTCOME
from portal.records import claims, outbox, remedies, staff, troubles
from portal.records.tables.remedies import Refund
from portal.services.enter_lane import seat
from portal.services.list_refunds import RefundList, list_refunds
from portal.services.put_back import put_back
from portal.services.send_refund import WORKER, ours_among, request_of
from portal.services.settle_again import settle_again
from portal.services.toolkit import Toolkit, tried_again

_TASK = "refunds.read_list"


@tried_again
def ask_for_list(toolkit: Toolkit, *, staff_id: int, trouble_ref: str) -> None:
    """Let the worker read the list, because only it may speak to the provider. Raises NotAllowed, NotFound, MovedOn."""
    with toolkit.transaction() as session:
        decider = staff.decider(session, staff_id)
        if decider is None or decider.role not in DECIDES:
            raise NotAllowed("this role does not decide claims")
        if troubles.named(session, trouble_ref) is None:
            raise NotFound("no such trouble")
        trouble = troubles.hold(session, trouble_ref)
        if trouble is None or trouble.kind not in UNKNOWN_OUTCOME:
            raise MovedOn(trouble_ref)
        troubles.keep(trouble, asked_at=toolkit.now().isoformat())
        outbox.defer(session, _TASK, trouble_ref=trouble_ref, staff_id=staff_id)


def read_list(toolkit: Toolkit, provider: RefundProvider, *, trouble_ref: str, staff_id: int) -> str:
    """Read the list, settle the refund where it is there, and else keep the list with the trouble; say what came of it.

    Raises UnknownOutcome, so that it is tried again, unless the list came and cannot be read. The same again reads the
    list again.
    """
    with toolkit.reading() as session:
        trouble = troubles.named(session, trouble_ref)
        if trouble is None or trouble.closed_at is not None:
            return "it is over"
        refund = remedies.read_refund(session, trouble.subject)
    if refund.state != RefundState.UNKNOWN:
        return "its outcome is known"
    request = request_of(refund.request)
    try:
        with seat():
            listed = list_refunds(toolkit, provider, request.payment_ref, request.account)
        return _use(toolkit, provider, trouble_ref, refund, listed, Actor.staff(staff_id))
    except LaneShut as lane:
        return put_back(toolkit, _TASK, lane, trouble_ref=trouble_ref, staff_id=staff_id)
    except NotFound:
        # The trouble says that the provider has no such payment, so a person reads this list as what it is.
        return _use(toolkit, provider, trouble_ref, refund, RefundList([], None), Actor.staff(staff_id))


def _use(
    toolkit: Toolkit, provider: RefundProvider, trouble_ref: str, refund: Refund, listed: RefundList, actor: Actor
) -> str:
    found = ours_among(listed.answers, request_of(refund.request))
    if listed.unread is None:
        _keep(toolkit, trouble_ref, refund.request["metadata"]["claim"], refund.ref, listed.answers, actor)
    elif found is None:
        return _tell_not_read(toolkit, trouble_ref)
    # Somebody asked to look; that the refund is there is what the provider told the worker.
    return "not in the list" if found is None else settle_again(toolkit, provider, found, WORKER)


@tried_again
def _tell_not_read(toolkit: Toolkit, trouble_ref: str) -> str:
    """Keep that the list cannot be read: ours may be what we do not understand, so it is no list to decide on."""
    with toolkit.transaction() as session:
        trouble = troubles.hold(session, trouble_ref)
        if trouble is not None:
            troubles.keep(trouble, not_read=True, asked_at=None, read_at=None, listed=None, proposal=None)
    return "the list cannot be read"


@tried_again
def _keep(
    toolkit: Toolkit, trouble_ref: str, claim_ref: str, refund_ref: str, answers: list[RefundAnswer], actor: Actor
) -> None:
    """Keep the list; what was proposed on another one is void."""
    read = ListRead(toolkit.now(), tuple(Listed.of(answer) for answer in answers))
    with toolkit.transaction() as session:
        claim = claims.hold_whole(session, claim_ref)
        trouble = troubles.hold(session, trouble_ref)
        if trouble is None or claim is None:
            return
        before = ListRead.from_detail(trouble.detail)
        same = before is not None and before.listed == read.listed
        troubles.keep(
            trouble, **read.to_detail(), not_read=None, proposal=trouble.detail.get("proposal") if same else None
        )
        detail = {"refund": refund_ref, "found": len(answers)}
        claims.add_event(session, claim.id, "refund_list_read", actor=actor, now=toolkit.now(), detail=detail)
