"""Close a month: put its entries into batches for good, each of a currency, and seal their files."""

import time as clock
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from portal.domain.closing import (
    AlreadyClosed,
    BeingClosed,
    Closing,
    LooksOtherwise,
    check_closable,
    needs_another,
)
from portal.domain.errors import NotFound
from portal.domain.periods import Period
from portal.domain.refs import new_ref
from portal.records import batch_file, closing, reconciling
from portal.records.closing import Content, Last
from portal.records.sessions import Session
from portal.services.reconcile_balance import SETTLED_AFTER
from portal.services.toolkit import Toolkit

# How long whoever writes an entry is waited for. Whoever takes longer lands in the next batch, and nothing is lost.
_PATIENCE_SECONDS = 5.0
_LOOK_SECONDS = 0.05
# Stands among what is unmatched where nobody has compared the days with the provider once all in them was settled.
NOT_COMPARED = "not_compared"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: the refs of the batches; or, where another person must close too, what is unmatched."""

    batches: tuple[str, ...] = ()
    unmatched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What closing a month would do. unmatched: by currency."""

    contents: tuple[Content, ...]
    unmatched: Mapping[str, list[str]]


@dataclass(frozen=True, slots=True)
class _Part:
    """One currency of what is to be closed. asker: who has asked for it while the same things were unmatched."""

    currency: str
    unmatched: list[str]
    asker: str | None

    def waits(self, wanted: Closing) -> bool:
        """Tell whether another person has to close it."""
        return needs_another(self.unmatched, wanted.actor, self.asker)


def preview_period(toolkit: Toolkit, month: Period) -> Preview:
    """Tell what closing a month would put into its batches; raise NotOverYet, AlreadyClosed or NotFound."""
    with toolkit.reading() as session:
        contents = _contents(toolkit, session, month, None)
        unmatched = {currency: _unmatched(toolkit, session, month, currency) for currency in contents}
        return Preview(tuple(contents.values()), unmatched)


def close_period(toolkit: Toolkit, wanted: Closing, *, patience: float = _PATIENCE_SECONDS) -> Outcome:
    """Close a month in one transaction, wholly or not at all.

    Raises NotOverYet, AlreadyClosed, BeingClosed, LooksOtherwise or NotFound. Where something is unmatched, the first
    person's close is kept as a request, and another person's carries it out.
    """
    settled_to = _settled(toolkit, patience)
    with toolkit.transaction() as session:
        if not closing.be_the_only_one(session):
            raise BeingClosed(str(wanted.month.last))
        contents = _contents(toolkit, session, wanted.month, wanted.currency)
        if wanted.seen is not None and wanted.seen != sum(content.entries for content in contents.values()):
            raise LooksOtherwise(str(wanted.month.last))
        parts = [_part(toolkit, session, wanted.month, currency) for currency in contents]
        waiting = [part for part in parts if part.waits(wanted)]
        for part in waiting:
            last, actor, now = wanted.month.last, str(wanted.actor), toolkit.now()
            closing.ask_for(session, part.currency, last, part.unmatched, actor, now)
        if waiting:
            return Outcome(unmatched=tuple(dict.fromkeys(name for part in waiting for name in part.unmatched)))
        earlier = closing.last_batches(session)
        batches = [_close(toolkit, session, wanted, part, earlier, settled_to) for part in parts]
        # What came in between is seen by the statement that closes, though not by the one that counted.
        if wanted.seen is not None and wanted.seen != sum(entries for _, entries in batches):
            raise LooksOtherwise(str(wanted.month.last))
        return Outcome(tuple(ref for ref, _ in batches))


def _close(
    toolkit: Toolkit,
    session: Session,
    wanted: Closing,
    part: _Part,
    earlier: Mapping[str, Last],
    settled_to: int | None,
) -> tuple[str, int]:
    """Close one currency; give the ref of its batch and how many entries went in."""
    before, last, ref = earlier.get(part.currency), wanted.month.last, new_ref("BAT", 10)
    written = closing.assign(session, part.currency, last, before.id if before else None)
    closing.add(
        session,
        id=written.id,
        ref=ref,
        currency=part.currency,
        first_on=before.last_on + timedelta(days=1) if before else None,
        last_on=last,
        settled_to=settled_to if settled_to is not None else before.settled_to if before else 0,
        entries=written.entries,
        postings=written.postings,
        layout=batch_file.LAYOUT,
        sha256=batch_file.digest(session, written.id),
        closed_at=toolkit.now(),
        closed_by=str(wanted.actor),
        asked_by=part.asker if part.unmatched else None,
        unmatched=part.unmatched,
    )
    return ref, written.entries


def _settled(toolkit: Toolkit, patience: float) -> int | None:
    """Wait until all entries up to a number are written or rolled back, and give it; None where it takes too long."""
    with toolkit.reading() as session:
        newest, writing = closing.newest_entry(session), closing.writers(session)
    until = clock.monotonic() + patience
    while writing and clock.monotonic() < until:
        clock.sleep(_LOOK_SECONDS)
        with toolkit.reading() as session:
            writing &= closing.writers(session)
    return None if writing else newest


def _contents(toolkit: Toolkit, session: Session, month: Period, currency: str | None) -> dict[str, Content]:
    """Tell what there is to close, by currency. What has nothing open but was closed before gets an empty batch."""
    today = toolkit.now().astimezone(toolkit.zone).date()
    closed_to = {name: batch.last_on for name, batch in closing.last_batches(session).items()}
    check_closable(month, today, closed_to.get(currency) if currency else None)
    found = {name: Content(name) for name in closed_to} | closing.content(session, month)
    wanted = {
        name: content
        for name, content in sorted(found.items())
        if currency in {None, name} and (name not in closed_to or closed_to[name] < month.last)
    }
    if not wanted and found and currency is None:
        raise AlreadyClosed(str(month.last))
    if not wanted:
        raise NotFound("nothing was ever booked until then")
    return wanted


def _part(toolkit: Toolkit, session: Session, month: Period, currency: str) -> _Part:
    unmatched = _unmatched(toolkit, session, month, currency)
    return _Part(currency, unmatched, closing.asked_by(session, currency, month.last, unmatched))


def _unmatched(toolkit: Toolkit, session: Session, month: Period, currency: str) -> list[str]:
    """Name what differs from the provider's balance in the days to be closed; and that nobody has compared them."""
    newest = reconciling.newest(session)
    over = datetime.combine(month.last + timedelta(days=1), time(), toolkit.zone)
    # A comparison keeps nothing that moved within the day before it, so it says nothing of a month that ended in that.
    if newest is None or newest.until_at - SETTLED_AFTER < over:
        return [NOT_COMPARED]
    before = closing.last_batches(session).get(currency)
    opens = datetime.combine(before.last_on + timedelta(days=1), time(), toolkit.zone) if before else None
    return [
        f"{one.name} {one.why}"
        for one in reconciling.differences_of(session, newest)
        # What differed in days that are closed was accepted by the two who closed them.
        if one.currency == currency and one.happened_at < over and (opens is None or one.happened_at >= opens)
    ]
