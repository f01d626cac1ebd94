"""Have the worker count the journey at once: it reads every claim there is, which no page may."""

from portal.records import outbox
from portal.services.toolkit import Toolkit

TASK = "journey.count"


def ask_to_count(toolkit: Toolkit) -> None:
    """Leave the job, unless it waits already."""
    with toolkit.transaction() as session:
        outbox.defer_once(session, TASK)
