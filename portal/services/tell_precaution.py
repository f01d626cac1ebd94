"""Tell whoever can call ahead of one parcel about to go wrong: read, call with no transaction open, keep the answer."""

import structlog

from portal.domain.errors import NotFound
from portal.domain.ports import ProviderBusy, ProviderLocked, UnknownOutcome
from portal.domain.ports_prevention import PreventionDesk
from portal.domain.prevention import Told
from portal.records import prevention
from portal.services.toolkit import Toolkit, tried_again

log = structlog.get_logger(__name__)


def tell_precaution(toolkit: Toolkit, desk: PreventionDesk | None, *, ref: str) -> None:
    """Send one message; the same ref again is a repeat that the other side knows.

    Nothing is sent where it is not needed, where the customer was erased, or where the shop has nobody to tell by now.
    Where no clear answer came it waits until it is left once more.
    """
    now = toolkit.now()
    with toolkit.reading() as session:
        listed = prevention.one(session, ref)
        if desk is None or listed is None or listed.precaution.told != Told.WAITING.value:
            return
        needed = listed.is_open(now) and listed.precaution.done is None and not listed.of_nobody
        message = prevention.message_of(listed, now)
    if not needed:
        _keep(toolkit, ref, Told.OVERTAKEN)
        return
    try:
        reason = desk.tell(message)
    except (UnknownOutcome, ProviderBusy, ProviderLocked) as error:
        log.warning("nobody heard of a parcel", ref=ref, error=type(error).__name__, why=str(error))
        return
    _keep(toolkit, ref, Told.HEARD if reason is None else Told.REFUSED, reason)


@tried_again
def _keep(toolkit: Toolkit, ref: str, told: Told, reason: str | None = None) -> None:
    with toolkit.transaction() as session:
        precaution = prevention.hold(session, ref)
        if precaution is None:
            raise NotFound(ref)
        if precaution.told == Told.WAITING.value:
            prevention.keep_told(precaution, told, toolkit.now(), reason)
