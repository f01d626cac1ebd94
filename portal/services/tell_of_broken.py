"""Tell staff of what the nightly check found broken, with the rows by name, and take it back once a check is clean."""

from collections.abc import Sequence

import structlog

from portal.domain.ports import UnknownOutcome
from portal.domain.ports_books import ProviderBooks
from portal.domain.troubles import TroubleKind
from portal.records import troubles
from portal.records.invariants.asking import Held
from portal.services.check_invariants import Beside, examine_invariants
from portal.services.close_trouble import came_right
from portal.services.open_trouble import open_trouble
from portal.services.toolkit import Toolkit, tried_again

log = structlog.get_logger(__name__)


def check_and_tell(toolkit: Toolkit, books: ProviderBooks | None) -> None:
    """Check everything; what is broken is told, and what holds again is told no more.

    Books of the provider that do not answer hide nothing of our own; what was found beside them before stays.
    """
    try:
        held = list(examine_invariants(toolkit, Beside(books) if books else None))
    except UnknownOutcome:
        log.warning("the provider's books could not be read")
        held = list(examine_invariants(toolkit, None))
    tell_of_broken(toolkit, held)


def tell_of_broken(toolkit: Toolkit, held: Sequence[Held]) -> None:
    """Open a trouble for each invariant that is broken, and close those of each one that was looked at and holds."""
    with toolkit.reading() as session:
        before = set(troubles.open_subjects(session, TroubleKind.INVARIANT_BROKEN))
    for one in held:
        if one.broken:
            _tell(toolkit, one)
        elif one.key in before:
            came_right(toolkit, TroubleKind.INVARIANT_BROKEN, subject=one.key)


@tried_again
def _tell(toolkit: Toolkit, one: Held) -> None:
    """Open its trouble, or bring the rows of the open one up to date."""
    log.error("an invariant is broken", invariant=one.key, says=one.says, rows=one.broken, refs=list(one.refs))
    now = toolkit.now()
    detail: dict[str, object] = {
        "says": one.says,
        "rows": one.broken,
        "refs": list(one.refs),
        "checked_at": now.isoformat(),
    }
    with toolkit.transaction() as session:
        if not open_trouble(session, TroubleKind.INVARIANT_BROKEN, subject=one.key, now=now, claim_id=None, **detail):
            trouble = troubles.hold_about(session, TroubleKind.INVARIANT_BROKEN, one.key)
            if trouble is not None:
                troubles.keep(trouble, **detail)
