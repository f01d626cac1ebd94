"""Seal the record of who did what, so that a line that was changed or taken out later shows."""

from portal.records import deeds
from portal.records.deeds import Sealed
from portal.services.toolkit import Toolkit, tried_again

__all__ = ["Sealed", "is_still_so", "newest_seal", "seal_record"]


def seal_record(toolkit: Toolkit) -> int:
    """Seal everything that settled since the last seal; tell how many seals that took. Run again it adds none."""
    count = 0
    while _seal_next(toolkit) is not None:
        count += 1
    return count


@tried_again
def _seal_next(toolkit: Toolkit) -> Sealed | None:
    with toolkit.transaction() as session:
        return deeds.seal_next(session, toolkit.now())


def newest_seal(toolkit: Toolkit) -> Sealed | None:
    """Give the newest seal, to be kept where nobody of this database can write."""
    with toolkit.reading() as session:
        return deeds.newest_seal(session)


def is_still_so(toolkit: Toolkit, kept: Sealed) -> bool:
    """Tell whether a seal that was kept elsewhere is still the one of its number."""
    with toolkit.reading() as session:
        return deeds.seal_of(session, kept.number) == kept
