"""Have the worker compare the provider's balance with ours at once: only the worker speaks to the provider."""

from portal.records import outbox
from portal.services.toolkit import Toolkit

TASK = "balance.reconcile"


def ask_to_reconcile(toolkit: Toolkit) -> None:
    """Leave the job, unless it waits already."""
    with toolkit.transaction() as session:
        outbox.defer_once(session, TASK)
