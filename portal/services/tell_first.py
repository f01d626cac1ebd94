"""Tell one customer before they tell us: a claim of ours for each parcel, with its offers, and one letter for them."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

from portal.domain.outreach import TELLS, Skip
from portal.domain.quiet_hours import may_write_at, zones_of
from portal.domain.troubles import TroubleKind
from portal.records import orders, outreach_people, outreach_targets, outreaches
from portal.records.sessions import Session
from portal.records.tables.orders import Order
from portal.records.tables.outreach import Outreach, OutreachTarget
from portal.services.count_outreach import cause_of
from portal.services.judge_outreach import judge_target
from portal.services.letter_of_claim import letter_telling
from portal.services.open_trouble import open_trouble, tell_of_trouble
from portal.services.report_problem import write_claim
from portal.services.toolkit import Toolkit, tried_again
from portal.services.word_outreach import TOLD_FIRST


class NoneJudged(Exception):
    """No parcel of a customer could be judged: that is more likely to be our doing than the parcels'."""


def tell_first(toolkit: Toolkit, *, outreach_ref: str, customer_id: int) -> None:
    """Tell a customer of the parcels of theirs that wait in an outreach, in one transaction and by one letter.

    It holds so many at most; what is left goes on to wait, and is told when the customer's turn comes again.
    Judged once more as it is told: whoever told us meanwhile, has their parcel or their money, or wants no such
    letters, is skipped with the reason. At night it waits until the morning. Safe to repeat and to run beside itself.

    A person hears of parcels that could not be judged. Raises NoneJudged, which leaves them as they were.
    """
    try:
        _tell_now(toolkit, outreach_ref, customer_id)
    except NoneJudged:
        tell_of_trouble(toolkit, TroubleKind.PARCEL_UNJUDGED, subject=outreach_ref)
        raise


@tried_again
def _tell_now(toolkit: Toolkit, outreach_ref: str, customer_id: int) -> None:
    with toolkit.transaction() as session:
        held, now = outreaches.hold_beside_others(session, outreach_ref), toolkit.now()
        if held is None:
            return
        if held.state not in TELLS:
            # Paused: they are due again as soon as that is over.
            outreach_targets.put_off(session, held, [customer_id], now)
            return
        waiting = outreach_targets.hold_waiting(session, held, customer_id)
        theirs = _held_orders(session, waiting)
        morning = may_write_at(toolkit.quiet_hours, _clocks(toolkit, theirs), now)
        if morning > now:
            outreach_targets.put_off(session, held, [customer_id], morning)
            return
        _tell(toolkit, session, held, waiting, theirs)


def _held_orders(session: Session, waiting: Sequence[OutreachTarget]) -> dict[int, Order]:
    """Hold the orders, the oldest first as everybody does; without one that a feed says is somebody else's by now."""
    held = {}
    of_order = {target.order_id: target for target in waiting}
    for order_id, target in sorted(of_order.items()):
        number = outreach_people.order_of(session, target).order_number
        order = orders.hold_owned(session, number, target.customer_id)
        if order is not None:
            held[order_id] = order
    return held


def _clocks(toolkit: Toolkit, theirs: Mapping[int, Order]) -> tuple[ZoneInfo, ...]:
    """Name the clocks of all places that their parcels go to."""
    places = {(order.ship_to_country, order.ship_to_region) for order in theirs.values()}
    return tuple({zone for place in places for zone in zones_of(*place, toolkit.zone)}) or (toolkit.zone,)


def _tell(
    toolkit: Toolkit, session: Session, held: Outreach, waiting: Sequence[OutreachTarget], theirs: Mapping[int, Order]
) -> None:
    """Write a claim for each parcel that is to be told of. The letter is left with the first, and speaks of all."""
    cause, letter, letter_id = cause_of(session, held), None, 0
    for target in waiting:
        order = theirs.get(target.order_id)
        # Nobody is told of what is not theirs.
        made = judge_target(toolkit, session, cause, target, order) if order else Skip.NOTHING_TO_OFFER
        if isinstance(made, Skip):
            outreach_targets.skip(target, made)
            continue
        letter = letter or letter_telling(made.claim, TOLD_FIRST)
        write_claim(session, made, letter)
        letter_id = letter_id or outreach_targets.key_of_letter(session, letter["ref"])
        outreach_targets.told(session, target, made.claim.ref, letter_id, made.claim.created_at)
    _speak_of_unjudged(toolkit, session, held, [target for target in waiting if target.order_id in theirs])


def _speak_of_unjudged(toolkit: Toolkit, session: Session, held: Outreach, theirs: Sequence[OutreachTarget]) -> None:
    unjudged = [target for target in theirs if target.skip == Skip.UNJUDGED]
    if not unjudged:
        return
    if len(unjudged) == len(theirs):
        raise NoneJudged(held.ref)
    open_trouble(session, TroubleKind.PARCEL_UNJUDGED, subject=held.ref, now=toolkit.now())
