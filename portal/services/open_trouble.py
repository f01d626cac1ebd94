"""Open a trouble: something that only a person can put right. Told once, in the log and in the queue of staff."""

from datetime import datetime

import structlog

from portal.domain.troubles import TroubleKind
from portal.records import troubles
from portal.records.sessions import Session
from portal.services.toolkit import Toolkit, tried_again

log = structlog.get_logger(__name__)


def open_trouble(
    session: Session,
    kind: TroubleKind,
    *,
    subject: str,
    now: datetime,
    claim_id: int | None = None,
    **detail: object,
) -> bool:
    """Open a trouble in the caller's transaction, and log an error where it is new; tell whether it is.

    subject: the ref of what it is about. detail: what a person reads beside it; JSON-ready.
    """
    new = troubles.open_one(session, kind, subject=subject, claim_id=claim_id, detail=detail, now=now)
    if new:
        log.error("a person must look", trouble=kind.value, subject=subject, **detail)
    return new


@tried_again
def tell_of_trouble(
    toolkit: Toolkit, kind: TroubleKind, *, subject: str, claim_id: int | None = None, **detail: object
) -> bool:
    """Open a trouble in a transaction of its own; tell whether it is new."""
    with toolkit.transaction() as session:
        return open_trouble(session, kind, subject=subject, now=toolkit.now(), claim_id=claim_id, **detail)
