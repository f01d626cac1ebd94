"""End the doubt about a refund: a person who has read the provider's list says that it is there, or that it is not.

Above what one person approves alone a second one confirms. No other key is made for the refund either way: what is
given up is owed again, and whatever takes its place is a refund or credit of its own.
"""

from dataclasses import dataclass

from portal.domain import journal
from portal.domain.actors import Actor, staff_id_of
from portal.domain.authority import Decider, Stake, check_part, check_second, within_limit
from portal.domain.certainty import certain
from portal.domain.errors import MovedOn, NotAllowed
from portal.domain.money import Money
from portal.domain.ports import ProviderState
from portal.domain.refund_list import Listed, ListIsOld, ListRead, Proposal, Way
from portal.domain.refunds import NOT_THERE, RefundState, from_provider
from portal.domain.troubles import UNKNOWN_OUTCOME
from portal.records import claims, decisions, effects, provider_money, remedies, troubles
from portal.records.sessions import Session
from portal.records.tables.remedies import Refund
from portal.records.tables.troubles import Trouble
from portal.services.settle_refund import News, settle_held
from portal.services.toolkit import Toolkit, tried_again


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose on the page of a trouble. provider_ref: of the one that is ours; empty to give up."""

    trouble_ref: str
    way: Way
    provider_ref: str = ""


@tried_again
def decide_unknown_refund(toolkit: Toolkit, *, staff_id: int, choice: Choice) -> bool:
    """Do what was chosen, or leave it to a second person; tell whether it is done.

    Raises NotAllowed, ListIsOld (read the list again first), MovedOn (it was settled meanwhile, or is not in the list).
    """
    actor = Actor.staff(staff_id)
    with toolkit.transaction() as session:
        named = troubles.named(session, choice.trouble_ref)
        if named is None or named.closed_at is not None or named.kind not in UNKNOWN_OUTCOME:
            raise MovedOn(choice.trouble_ref)
        held = effects.hold_refund(session, named.subject)
        refund = certain(held.refund, "a trouble names its refund")
        member = decisions.hold_staff(session, staff_id)
        trouble = troubles.hold(session, choice.trouble_ref)
        if trouble is None or refund.state != RefundState.UNKNOWN:
            raise MovedOn(choice.trouble_ref)
        if member is None:
            raise NotAllowed("this account is closed")
        chosen = _chosen(toolkit, session, refund, trouble, choice)
        if not _may_do(member[1], held, refund, trouble, choice):
            proposal = Proposal(choice.way, choice.provider_ref, staff_id)
            troubles.keep(trouble, proposal=proposal.to_detail())
            detail = {"refund": refund.ref, "way": choice.way.value}
            claims.add_event(
                session, held.claim.id, "refund_way_proposed", actor=actor, now=toolkit.now(), detail=detail
            )
            return False
        # Before it is settled, which would close it in the worker's name.
        now = toolkit.now()
        troubles.close_about(session, list(UNKNOWN_OUTCOME), subject=refund.ref, actor=str(actor), now=now)
        _do(toolkit, session, held, refund, chosen, actor)
        return True


def _chosen(toolkit: Toolkit, session: Session, refund: Refund, trouble: Trouble, choice: Choice) -> Listed | None:
    """Check the choice against the list that was read just before; give the one that is to be ours."""
    read = ListRead.from_detail(trouble.detail)
    if read is None or not read.is_fresh(toolkit.now()):
        raise ListIsOld(choice.trouble_ref)
    if choice.way is Way.GIVE_UP:
        return None
    chosen = read.named(choice.provider_ref, Money(refund.amount_minor, refund.currency))
    if remedies.is_ours(session, chosen.provider_ref):
        raise MovedOn(chosen.provider_ref)
    return chosen


def _may_do(decider: Decider, held: effects.Held, refund: Refund, trouble: Trouble, choice: Choice) -> bool:
    """Tell whether this person may do it now, alone or as the second one. Raises NotAllowed."""
    proposal = Proposal.from_detail(trouble.detail)
    confirms = proposal is not None and (proposal.way, proposal.provider_ref) == (choice.way, choice.provider_ref)
    amount = Money(refund.amount_minor, refund.currency)
    stake = Stake(
        amount=amount,
        raised_by_staff_id=staff_id_of(held.claim.raised_by),
        earlier_decider_id=proposal.by_staff_id if proposal is not None and confirms else None,
        claimant_mailbox=held.claim.customer.mailbox,
    )
    check_part(decider, stake)
    if within_limit(decider, amount):
        return True
    if confirms:
        check_second(decider, stake)
    return confirms


def _do(
    toolkit: Toolkit, session: Session, held: effects.Held, refund: Refund, chosen: Listed | None, actor: Actor
) -> None:
    event, detail = "refund_given_up", {"refund": refund.ref}
    news, also = News(RefundState.REFUSED, None, NOT_THERE), []
    if chosen is not None:
        event, detail = "refund_adopted", {"refund": refund.ref, "provider_ref": chosen.provider_ref}
        news = News(from_provider(ProviderState(chosen.state)), chosen.provider_ref, None)
        also = _no_longer_others(session, held, chosen)
    claims.add_event(session, held.claim.id, event, actor=actor, now=toolkit.now(), detail=detail)
    session.flush()
    settle_held(toolkit, session, held, news, actor, also=also)


def _no_longer_others(session: Session, held: effects.Held, chosen: Listed) -> list[journal.Entry]:
    """Take out of the books that somebody else made this refund, where the poller took it for that."""
    external = provider_money.external_refund(session, chosen.provider_ref)
    if external is None:
        return []
    session.delete(external)
    if external.state != RefundState.SUCCEEDED:
        return []
    about = journal.About(None, {"order": held.claim.order.order_number, "market": held.claim.order.market})
    return [journal.refund_elsewhere_is_ours(external.ref, Money(external.amount_minor, external.currency), about)]
