"""Close a trouble: a person says that it is put right, or it came right by itself."""

from portal.domain.actors import Actor
from portal.domain.errors import IllegalMove
from portal.domain.troubles import HAS_WAYS, TroubleKind
from portal.records import troubles
from portal.services.toolkit import Toolkit, tried_again


@tried_again
def close_trouble(toolkit: Toolkit, *, ref: str, actor: Actor) -> bool:
    """Close one for a person; tell whether it was open. The same again changes nothing.

    Raises IllegalMove for a kind that is put right by what can be done about it, or comes right by itself.
    """
    with toolkit.transaction() as session:
        found = troubles.named(session, ref)
        if found is not None and found.closed_at is None and found.kind in HAS_WAYS:
            raise IllegalMove(f"{found.kind} is not over because somebody says so")
        return troubles.close_named(session, ref, actor=str(actor), now=toolkit.now())


@tried_again
def came_right(toolkit: Toolkit, *kinds: TroubleKind, subject: str) -> bool:
    """Close what is open of these kinds about a subject, because it came right by itself."""
    actor = str(Actor.system("worker"))
    with toolkit.transaction() as session:
        return troubles.close_about(session, list(kinds), subject=subject, actor=actor, now=toolkit.now())
