"""Tell staff of a message from outside that cannot be applied. It stays, is tried on, and holds no other one back."""

from collections.abc import Callable

from portal.domain.ports import ProviderBusy, ProviderLocked, UnknownOutcome, Unreadable
from portal.domain.troubles import TroubleKind
from portal.services.close_trouble import came_right
from portal.services.open_trouble import tell_of_trouble
from portal.services.toolkit import Toolkit

# Some twenty minutes, as the waits between tries grow.
POISON_AFTER = 8


def apply_or_tell(toolkit: Toolkit, apply: Callable[[], None], *, sender: str, event_id: str, tries: int) -> None:
    """Apply an event; tell a person where it fails for the eighth time, and take it back where it came right at last.

    tries: those before this one. Raises whatever went wrong, so that it is tried again.
    """
    subject = f"{sender} {event_id}"
    try:
        apply()
    except Exception as error:
        if tries + 1 >= POISON_AFTER and not _is_away(error):
            tell_of_trouble(toolkit, TroubleKind.POISON_EVENT, subject=subject, reason=type(error).__name__)
        raise
    if tries >= POISON_AFTER:
        came_right(toolkit, TroubleKind.POISON_EVENT, subject=subject)


def _is_away(error: Exception) -> bool:
    """Tell whether it is the provider that cannot be asked now, and nothing is wrong with the event.

    An answer that came and cannot be read is no outage: it stays as it is, however long one waits.
    """
    return isinstance(error, UnknownOutcome | ProviderBusy | ProviderLocked) and not isinstance(error, Unreadable)
