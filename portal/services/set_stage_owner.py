"""Name who answers for a stage of the journey, and where they read the digest."""

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.mailboxes import normalise
from portal.records import deeds, journey
from portal.services.toolkit import Toolkit


def set_stage_owner(toolkit: Toolkit, *, stage: str, name: str, mailbox: str, actor: Actor) -> None:
    """Name a stage's owner; an empty mailbox means that the leader reads for them.

    Raises NotFound for a stage that is none, BadMailbox.
    """
    known_as = normalise(mailbox) if mailbox else ""
    with toolkit.transaction() as session:
        if not journey.set_owner(session, stage, name.strip(), known_as):
            raise NotFound(stage)
        detail = {"name": name.strip(), "mailbox": known_as}
        deeds.note(session, "stage_owner_set", stage, actor=actor, now=toolkit.now(), detail=detail)
