"""Tell one customer before they tell us: a claim of ours with its apology and its offers, and one letter for it."""

from portal.domain.outreach import TELLS, Skip, TargetState
from portal.domain.quiet_hours import may_write_at, zones_of
from portal.records import orders, outreach_people, outreach_targets, outreaches
from portal.records.sessions import Session
from portal.records.tables.orders import Order
from portal.records.tables.outreach import OutreachTarget
from portal.services.count_outreach import cause_of
from portal.services.judge_outreach import judge_target
from portal.services.letter_of_claim import letter_telling
from portal.services.report_problem import Made, write_claim
from portal.services.toolkit import Toolkit, tried_again
from portal.services.word_outreach import TOLD_FIRST


def tell_first(toolkit: Toolkit, *, outreach_ref: str, customer_id: int) -> None:
    """Tell a customer of each parcel of theirs that waits in an outreach, each in a transaction of its own.

    Judged once more as it is told: whoever told us meanwhile, has their parcel or their money, or wants no such
    letters, is skipped with the reason. At night it waits until the morning. Safe to repeat and to run beside itself.
    """
    with toolkit.reading() as session:
        waiting = outreach_targets.waiting_of(session, outreach_ref, customer_id)
    for target_id in waiting:
        _tell(toolkit, outreach_ref, target_id)


@tried_again
def _tell(toolkit: Toolkit, outreach_ref: str, target_id: int) -> None:
    with toolkit.transaction() as session:
        held, now = outreaches.hold_beside_others(session, outreach_ref), toolkit.now()
        target = outreach_targets.hold(session, target_id)
        if held is None or target.state != TargetState.WAITING:
            return
        if held.state not in TELLS:
            # Paused: it is due again as soon as that is over.
            target.due_at = now
            return
        order = _held_order(session, target)
        if order is None:
            # A feed says by now that the order is somebody else's; nobody is told of what is not theirs.
            target.state, target.skip = TargetState.SKIPPED.value, Skip.NOTHING_TO_OFFER.value
            return
        zones = zones_of(order.ship_to_country, order.ship_to_region, toolkit.zone)
        morning = may_write_at(toolkit.quiet_hours, zones, now)
        if morning > now:
            target.due_at = morning
            return
        made = judge_target(toolkit, session, cause_of(session, held), target, order)
        if isinstance(made, Skip):
            target.state, target.skip = TargetState.SKIPPED.value, made.value
            return
        _write(session, target, made)


def _held_order(session: Session, target: OutreachTarget) -> Order | None:
    number = outreach_people.order_of(session, target).order_number
    return orders.hold_owned(session, number, target.customer_id)


def _write(session: Session, target: OutreachTarget, made: Made) -> None:
    write_claim(session, made, letter_telling(made.claim, TOLD_FIRST))
    outreach_targets.told(session, target, made.claim.ref, made.claim.created_at)
