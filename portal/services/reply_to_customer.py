"""A person answers what the customer wrote."""

from dataclasses import dataclass

from portal.services.apply_verdict import touch
from portal.services.ask_customer import words_draft
from portal.services.decide_escalation import void_proposals, write_words
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
    write_words(desk, said.words)
    desk.claim.waits_for_answer = False
    touch(desk.claim)
    desk.session.flush()
    return words_draft(desk, said.words, asks=False)
