"""Add the books up again, and name what does not agree."""

from portal.records import book_checks
from portal.records.book_checks import Broken
from portal.services.toolkit import Toolkit


def check_books(toolkit: Toolkit) -> list[Broken]:
    """Run every check on what is recorded; an empty list means that all hold."""
    with toolkit.reading() as session:
        return book_checks.broken(session)
