"""Watch for refunds that wait because our balance at the provider is too low: staff fill it up, nobody else can."""

from portal.domain.troubles import TroubleKind
from portal.records import troubles, waiting_refunds
from portal.services.close_trouble import came_right
from portal.services.open_trouble import open_trouble
from portal.services.toolkit import Toolkit, tried_again


def watch_balance(toolkit: Toolkit) -> None:
    """Tell of each account and currency once, keep the sum that waits up to date, and take it back once none does."""
    with toolkit.reading() as session:
        told = troubles.open_subjects(session, TroubleKind.BALANCE_LOW)
        short = waiting_refunds.for_our_balance(session)
    for one in short:
        _tell(toolkit, one)
    for subject in set(told) - {one.subject for one in short}:
        came_right(toolkit, TroubleKind.BALANCE_LOW, subject=subject)


@tried_again
def _tell(toolkit: Toolkit, short: waiting_refunds.Short) -> None:
    detail = {"amount_minor": short.amount_minor, "currency": short.currency, "refunds": short.refunds}
    kind, now = TroubleKind.BALANCE_LOW, toolkit.now()
    with toolkit.transaction() as session:
        if not open_trouble(session, kind, subject=short.subject, now=now, claim_id=None, **detail):
            trouble = troubles.hold_about(session, kind, short.subject)
            if trouble is not None:
                troubles.keep(trouble, **detail)
