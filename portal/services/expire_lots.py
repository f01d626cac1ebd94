"""End store credit whose time is over: what is left of a lot is owed no longer, and is booked once."""

from datetime import datetime

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.credit import Origin, over_and_free
from portal.domain.credit_rules import account_of_rest
from portal.records import books, credit, credit_ends
from portal.records.credit_ends import Ending
from portal.records.sessions import Session
from portal.services.toolkit import Toolkit, tried_again

_AT_ONCE = 1_000
SWEEP = Actor.system("sweep")


def expire_lots(toolkit: Toolkit) -> int:
    """Book what is left of every lot that is over, and tell how many lots ended; safe at any time, and in parallel.

    A lot that a live hold may still take from waits for that hold, half an hour at most.
    """
    with toolkit.reading() as session:
        due = credit_ends.due_accounts(session, toolkit.now(), _AT_ONCE)
    return sum(_end_account(toolkit, account_id) for account_id in due)


@tried_again
def _end_account(toolkit: Toolkit, account_id: int) -> int:
    with toolkit.transaction() as session:
        account = credit.lock(session, account_id)
        # The moment is read under the lock, so that the account's history is in the order of its moments.
        now = toolkit.now()
        found = credit_ends.endings(session, account, now)
        holds = credit.live_holds(session, account, now)
        over = over_and_free([one.lot for one in found.values()], holds, now)
        ended = [found[lot.ref] for lot in over]
        for one in ended:
            if one.lot.left:
                part = [(one.lot.ref, -one.lot.left)]
                credit.move(session, account, part, kind="expire", source=one.lot.ref, actor=SWEEP, now=now)
        _book(toolkit, session, ended, now)
        credit_ends.end(session, [lot.ref for lot in over], now)
        return len(ended)


def _book(toolkit: Toolkit, session: Session, ended: list[Ending], now: datetime) -> None:
    rests = [one for one in ended if one.lot.left]
    entries = [
        journal.credit_expired(
            one.lot.ref,
            one.lot.left,
            account_of_rest(one.jurisdiction, Origin(one.origin)),
            journal.About(None, {"market": one.jurisdiction, "origin": one.origin}),
        )
        for one in rests
    ]
    if entries:
        books.record_all(session, entries, actor=SWEEP, now=now, zone=toolkit.zone)
