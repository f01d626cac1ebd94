"""Compare what moved on the provider's balance because of refunds and disputes with our own rows (X4)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from portal.domain.actors import Actor
from portal.domain.ports_books import ProviderBalance
from portal.records import reconciling
from portal.records.invariants.asking import accounts
from portal.records.reconciling import Compared
from portal.records.sessions import Session
from portal.services.toolkit import Toolkit

# What moved within a day may still be under way to us.
SETTLED_AFTER = timedelta(hours=24)
_AT_LEAST_BACK = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Report:
    """What came of a comparison. waiting: what differs but is younger than a day."""

    ref: str
    since: datetime
    matched: int
    waiting: int
    differences: tuple[Compared, ...]


def reconcile_balance(toolkit: Toolkit, balance: ProviderBalance, actor: Actor) -> Report:
    """Read everything that moved since the first open day, compare it, and keep what differs.

    Raises UnknownOutcome, ProviderBusy or ProviderLocked; then nothing is kept.
    """
    until = toolkit.now()
    settled = until - SETTLED_AFTER
    with toolkit.reading() as session:
        since, names = _since(toolkit, session, until), accounts(session)
    movements = [moved for name in names for moved in balance.movements_since(since, name)]
    with toolkit.transaction() as session:
        compared = reconciling.compare(session, movements, since, settled)
        differing = [one for one in compared if one.why is not None]
        differences = tuple(one for one in differing if one.happened_at < settled)
        matched, waiting = len(compared) - len(differing), len(differing) - len(differences)
        ref = reconciling.keep(
            session, differences, since=since, until=until, actor=str(actor), matched=matched, waiting=waiting
        )
    return Report(ref, since, matched, waiting, differences)


def _since(toolkit: Toolkit, session: Session, until: datetime) -> datetime:
    day = reconciling.first_open_day(session, toolkit.zone)
    if day is None:
        return until - _AT_LEAST_BACK
    return datetime.combine(day, time(), toolkit.zone)
