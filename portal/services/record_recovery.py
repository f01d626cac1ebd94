"""Write down what was paid to us of what an incident cost; a second person books it, or lets it go.

What was booked in error is taken back whole by an entry of its own, which takes two people as well.
"""

from dataclasses import replace
from datetime import datetime

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.authority import check_second_of_books
from portal.domain.errors import MovedOn, NotFound
from portal.domain.journal import About, Entry
from portal.domain.money import Money
from portal.domain.recoveries import (
    BadRecovery,
    Payer,
    Recovery,
    RecoveryOutcome,
    check_reason,
    check_recovery,
    happened_at,
)
from portal.domain.refs import new_ref
from portal.records import books, deeds, incidents, recoveries
from portal.records.sessions import Session
from portal.records.tables.recoveries import RecoveryRow
from portal.services.toolkit import Toolkit, tried_again

_PREFIX = "RCV"
_OF_PAYMENT = {RecoveryOutcome.BOOKED: "recovery_booked", RecoveryOutcome.DROPPED: "recovery_dropped"}
_OF_CORRECTION = {RecoveryOutcome.BOOKED: "recovery_taken_back", RecoveryOutcome.DROPPED: "recovery_upheld"}


@tried_again
def record_recovery(toolkit: Toolkit, said: Recovery) -> str:
    """Write down a payment of an incident, open or closed, and give its ref; nothing is booked yet.

    Of what is a part of another, it counts to that one. Raises BadRecovery, also where the same was told before.
    """
    now = toolkit.now()
    check_recovery(said, now.astimezone(toolkit.zone).date())
    with toolkit.transaction() as session:
        # Held, so that of two who tell the same at once the second is seen.
        incident = incidents.hold_whole(session, said.incident_ref)
        if incident is None:
            raise BadRecovery("there is no such incident", "incident")
        said = replace(said, incident_ref=incident.ref)
        told = recoveries.stands_as(session, said)
        if told is not None:
            raise BadRecovery("this was told before", "told_before", told)
        return _write(session, said, None, now)


@tried_again
def ask_to_take_back(toolkit: Toolkit, ref: str, *, reason: str, actor: Actor) -> str:
    """Write down that a booked recovery was an error, and give the ref under which a second person takes it back.

    Raises NotFound, MovedOn where it is not booked or is taken back already, and BadRecovery without a reason.
    """
    with toolkit.transaction() as session:
        row, now = _held(session, ref), toolkit.now()
        if row.outcome != RecoveryOutcome.BOOKED or row.takes_back_id or recoveries.undone_by(session, row):
            raise MovedOn(ref)
        check_reason(reason)
        undoes = Recovery(
            incident_ref=row.incident_ref,
            payer=Payer(row.payer),
            payer_name=row.payer_name,
            amount=Money(row.amount_minor, row.currency),
            received_on=now.astimezone(toolkit.zone).date(),
            reference=row.reference,
            actor=actor,
            reason=reason,
            takes_back=ref,
        )
        return _write(session, undoes, row.id, now)


@tried_again
def book_recovery(toolkit: Toolkit, ref: str, actor: Actor) -> None:
    """Book what another person wrote down. Raises NotFound, NotAllowed, and MovedOn where it does not wait."""
    with toolkit.transaction() as session:
        row, now = _waiting(session, ref), toolkit.now()
        check_second_of_books(row.recorded_by, str(actor))
        takes_back = _decide(session, row, RecoveryOutcome.BOOKED, actor, now)
        at = now if takes_back else happened_at(row.received_on, now, toolkit.zone)
        books.record(session, _entry(row, takes_back), actor=actor, now=at, zone=toolkit.zone)


@tried_again
def drop_recovery(toolkit: Toolkit, ref: str, actor: Actor) -> None:
    """Let go of what was written down, whoever did; nothing is booked. Raises NotFound, and MovedOn as booking does."""
    with toolkit.transaction() as session:
        _decide(session, _waiting(session, ref), RecoveryOutcome.DROPPED, actor, toolkit.now())


def _entry(row: RecoveryRow, takes_back: str | None) -> Entry:
    party = {row.payer: row.payer_name} if row.payer in {Payer.VENDOR, Payer.CARRIER} else {}
    about = About(None, {"incident": row.incident_ref, "payer": row.payer, **party})
    amount = Money(row.amount_minor, row.currency)
    if takes_back is None:
        return journal.recovery_received(row.ref, amount, about)
    return journal.recovery_reversed(row.ref, amount, takes_back, about)


def _write(session: Session, said: Recovery, takes_back_id: int | None, now: datetime) -> str:
    ref = new_ref(_PREFIX)
    recoveries.add(session, said, ref=ref, takes_back_id=takes_back_id, now=now)
    kind = "recovery_recorded" if said.takes_back is None else "recovery_doubted"
    detail = {"recovery": said.takes_back or ref, "words": said.reason or said.payer_name}
    deeds.note(session, kind, said.incident_ref, actor=said.actor, now=now, detail=detail)
    return ref


def _held(session: Session, ref: str) -> RecoveryRow:
    row = recoveries.hold(session, ref)
    if row is None:
        raise NotFound(ref)
    return row


def _waiting(session: Session, ref: str) -> RecoveryRow:
    row = _held(session, ref)
    if row.outcome is not None:
        raise MovedOn(ref)
    return row


def _decide(session: Session, row: RecoveryRow, outcome: RecoveryOutcome, actor: Actor, now: datetime) -> str | None:
    """Write down the outcome; give the ref of what it takes back. Of a correction its original is told of."""
    row.outcome, row.decided_by, row.decided_at = outcome.value, str(actor), now
    takes_back = recoveries.ref_of(session, row.takes_back_id)
    kind = (_OF_CORRECTION if takes_back else _OF_PAYMENT)[outcome]
    detail = {"recovery": takes_back or row.ref, "words": row.payer_name}
    deeds.note(session, kind, row.incident_ref, actor=actor, now=now, detail=detail)
    return takes_back
