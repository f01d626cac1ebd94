"""Tell all customers with a claim of an incident by one letter: one person writes it, an approver sends it.

Each customer is told by a job of their own, once, in the conversation of their newest claim and by mail.
"""

from collections.abc import Mapping
from datetime import datetime

from portal.domain.actors import Actor, staff_id_of
from portal.domain.errors import MovedOn, NotAllowed
from portal.letters.language import LOCALES, best_locale
from portal.records import claims, deeds, incident_claims, incident_tellings, incidents, outbox, post, staff_names
from portal.records.incident_tellings import Sent
from portal.records.letter_facts import GOES_TO
from portal.records.sessions import Session
from portal.records.tables.claims import Claim
from portal.records.tables.orders import Customer
from portal.services.toolkit import Toolkit, tried_again
from portal.services.work_on_incident import At, held, said

TELL_ALL, TELL = "incidents.tell_all", "incidents.tell"
_AT_ONCE = 500
# After whatever a customer waits for.
_PRIORITY = -5


@tried_again
def propose_telling(toolkit: Toolkit, at: At, *, words: Mapping[str, str]) -> None:
    """Write the letter, in each of ``LOCALES``. Raises BadIncident where one is empty, NotFound, MovedOn."""
    kept = {language: said(words.get(language, ""), f"words_{language}") for language in LOCALES}
    with held(toolkit, at) as (session, incident, now):
        incident_tellings.propose(session, incident, kept, at.actor, now)
        deeds.note(session, "incident_telling", at.ref, actor=at.actor, now=now, detail={"words": kept["en"]})


@tried_again
def drop_telling(toolkit: Toolkit, at: At) -> None:
    """Let go of the letter that waits. Raises NotFound, MovedOn."""
    with held(toolkit, at) as (session, incident, now):
        incident_tellings.drop_waiting(session, incident, at.actor, now)


@tried_again
def send_telling(toolkit: Toolkit, at: At) -> None:
    """Send the letter that waits, to whom it is about now and to nobody else whatever becomes of the incident.

    Raises NotAllowed for who wrote it, NotFound, and MovedOn where none waits.
    """
    with held(toolkit, at) as (session, incident, now):
        telling = incident_tellings.waiting(session, incident)
        if telling is None:
            raise MovedOn(at.ref)
        if telling.proposed_by == str(at.actor):
            raise NotAllowed("the second pair of eyes is another person")
        tie = incidents.tie_of(incidents.parts_of(session, incident), now, toolkit.zone)
        incident_tellings.send(telling, tie, at.actor, now)
        deeds.note(session, "incident_telling_sent", at.ref, actor=at.actor, now=now)
        outbox.defer(session, TELL_ALL, priority=_PRIORITY, telling_id=telling.id, after=0)


@tried_again
def tell_all(toolkit: Toolkit, telling_id: int, after: int) -> None:
    """Leave a job for each of the next customers, and one for those after them. Safe to run twice."""
    with toolkit.transaction() as session:
        found = incident_tellings.sent(session, telling_id)
        if found is None:
            return
        customers = incident_claims.customers_after(session, found.tie, after, _AT_ONCE)
        for customer_id in customers:
            outbox.defer(session, TELL, priority=_PRIORITY, telling_id=telling_id, customer_id=customer_id)
        if len(customers) == _AT_ONCE:
            outbox.defer(session, TELL_ALL, priority=_PRIORITY, telling_id=telling_id, after=customers[-1])


@tried_again
def tell_customer(toolkit: Toolkit, telling_id: int, customer_id: int) -> None:
    """Tell one customer, once, in the language of their claim; who was erased meanwhile is told nothing."""
    with toolkit.transaction() as session:
        found = incident_tellings.sent(session, telling_id)
        claim_id = incident_claims.newest_of(session, found.tie, customer_id) if found else None
        if found is None or claim_id is None:
            return
        claim = claims.hold_by_id(session, claim_id)
        if incident_tellings.tell_once(session, telling_id, customer_id, claim_id, toolkit.now()):
            _write(session, found, claim, toolkit.now())


def _write(session: Session, found: Sent, claim: Claim, now: datetime) -> None:
    """Write the words into the conversation of a claim, and leave the mail with them, which waits for the morning."""
    telling = found.telling
    words = telling.words[best_locale(claim.locale, "")]
    name = staff_names.names_of(session, [telling.proposed_by]).get(telling.proposed_by, "")
    actor, key = Actor.staff(staff_id_of(telling.proposed_by) or 0), f"{found.incident_ref}-{telling.number}"
    claims.add_message(session, claim.id, "to_customer", words, client_key=key, actor=actor, now=now)
    detail = {"name": name, "key": key, "incident": found.incident_ref}
    claims.add_event(session, claim.id, "message_from_us", actor=actor, now=now, detail=detail)
    place = [claim.order.ship_to_country, claim.order.ship_to_region]
    letter = post.new_letter(
        "answer_from_person",
        recipient=session.get_one(Customer, claim.customer_id).mailbox,
        locale=claim.locale,
        subject_ref=found.incident_ref,
        subject_version=telling.number,
        context={"claim": claim.ref, "staff_name": name, "words": words, "asks": False, GOES_TO: place},
        claim_id=claim.id,
    )
    post.leave(session, letter)
