"""A person answers what the customer wrote."""

from dataclasses import dataclass

from portal.records import claims
from portal.services.apply_verdict import touch
from portal.services.ask_customer import words_draft
from portal.services.decide_escalation import void_proposals
from portal.services.open_claim import Desk, Draft, Page


@dataclass(frozen=True, slots=True)
class Reply:
    """Words for the customer."""

    page: Page
    words: str


def reply(desk: Desk, said: Reply) -> Draft:
    """Keep the words; nobody waits for an answer any more. Raises NotAllowed."""
    desk.check_part([])
    void_proposals(desk, "customer_answered")
    claims.add_message(
        desk.session,
        desk.claim.id,
        "to_customer",
        said.words,
        client_key=desk.page.key,
        actor=desk.actor,
        now=desk.now,
    )
    claims.add_event(
        desk.session,
        desk.claim.id,
        "message_from_us",
        actor=desk.actor,
        now=desk.now,
        detail={"name": desk.member.name, "key": desk.page.key},
    )
    desk.claim.waits_for_answer = False
    touch(desk.claim)
    desk.session.flush()
    return words_draft(desk, said.words, asks=False)
