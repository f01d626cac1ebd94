"""Correct a report: the old one is withdrawn and the new one made in one transaction, while nothing has moved."""

from portal.domain.actors import Actor
from portal.domain.errors import NotFound, UnitsTaken
from portal.records import claims
from portal.records.sessions import IntegrityError, violates
from portal.services.report_problem import Report, report
from portal.services.toolkit import Toolkit, tried_again
from portal.services.withdraw_claim import withdraw


@tried_again
def correct_report(toolkit: Toolkit, *, customer_id: int, claim_ref: str, corrected: Report) -> str:
    """Replace a report by a corrected one, and give the new claim's ref; the same correction again gives the same ref.

    A report about a parcel that was sent again stays one about that parcel, and takes no more pieces from a claim that
    goes on by itself meanwhile. Raises NotFound, UnitsTaken, and MovedOn
    once something has moved.
    """
    actor = Actor.claimant(customer_id)
    try:
        with toolkit.transaction() as session:
            claim = claims.hold_whole(session, claim_ref, customer_id)
            if claim is None or claim.order.order_number != corrected.order_number:
                raise NotFound("no such claim")
            again = claims.by_client_key(session, customer_id, corrected.order_number, corrected.client_key)
            if again is not None:
                return again
            withdraw(session, toolkit, claim, actor)
            session.flush()
            return report(toolkit, session, customer_id, corrected, actor, corrects=claim)
    except IntegrityError as error:
        if violates(error, "ix_claim_units_one_live"):
            raise UnitsTaken(corrected.order_number) from error
        raise
