"""Let a customer say by the link of a letter that they want no such letters, or take them again. Nobody signs in."""

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.records import deeds, outreach_people
from portal.services.outreach_token import is_token
from portal.services.toolkit import Toolkit, tried_again

_BY_LINK = Actor.guest("mail_link")


@tried_again
def stop_outreach_letters(toolkit: Toolkit, *, claim_ref: str, token: str, wanted: bool) -> None:
    """Keep what a customer tapped; the same twice changes nothing. Raises NotFound for a wrong token or claim."""
    with toolkit.transaction() as session:
        written = outreach_people.written_about(session, claim_ref)
        if written is None or not is_token(toolkit.secret_key, claim_ref, token):
            raise NotFound(claim_ref)
        customer_id, now = written.customer_id, toolkit.now()
        if wanted:
            kind, changed = "outreach_wanted", outreach_people.allow(session, customer_id)
        else:
            kind, changed = "outreach_refused", outreach_people.stop(session, customer_id, by=str(_BY_LINK), now=now)
        if changed:
            deeds.note(session, kind, f"customer {customer_id}", actor=_BY_LINK, now=now, detail={"claim": claim_ref})
