"""Tell staff of a customer whom no mail reaches, so that a person does; and take it back once a later mail arrives."""

from collections.abc import Sequence
from datetime import datetime

from portal.domain.actors import Actor
from portal.domain.claims import PERSON_ANSWERS_WITHIN
from portal.domain.troubles import TroubleKind
from portal.records import troubles
from portal.records.sessions import Session
from portal.records.tables.inbox import Letter
from portal.services.open_trouble import open_trouble


def tell_of_mail(session: Session, claim_ref: str, closed: Sequence[Letter], *, was_told: bool, now: datetime) -> None:
    """Open what a person has to see, or close it, by the newest of a claim's letters that were just handed over.

    was_told: it is open already. In the caller's transaction; most letters need neither.
    """
    if not closed:
        return
    newest, kind = closed[-1], TroubleKind.MAIL_UNDELIVERABLE
    if newest.state == "undeliverable":
        due_at = (now + PERSON_ANSWERS_WITHIN).isoformat()
        open_trouble(session, kind, subject=claim_ref, claim_id=newest.claim_id, now=now, due_at=due_at)
    elif was_told:
        troubles.close_about(session, [kind], subject=claim_ref, actor=str(Actor.system("worker")), now=now)
