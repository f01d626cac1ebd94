"""Read the whole book as one number, to keep elsewhere or to compare with what was kept."""

from portal.records.invariants import reading
from portal.records.invariants.reading import Reading
from portal.services.toolkit import Toolkit

__all__ = ["Reading", "read_book"]


def read_book(toolkit: Toolkit, up_to: int | None = None) -> Reading:
    """Read the book up to an entry, or up to an hour ago."""
    with toolkit.reading() as session:
        if up_to is None:
            return reading.read_book(session, toolkit.now())
        return reading.read_up_to(session, up_to)
