"""Import the order feed: two files, wholly or not at all."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO

from portal.domain.actors import Actor
from portal.domain.errors import AmendsError
from portal.domain.feed import BadLine, BadLines, FeedFile
from portal.domain.feed_reader import FeedReader
from portal.domain.ports_feed import PaymentBooker
from portal.domain.troubles import TroubleKind
from portal.records import (
    feed_contradictions,
    feed_given,
    feed_grouping,
    feed_import,
    feed_log,
    feed_staging,
    troubles,
)
from portal.records.feed_given import Contradicted
from portal.records.feed_import import Written
from portal.records.sessions import Session
from portal.services.book_sandbox_payments import book_sandbox_payments
from portal.services.open_trouble import open_trouble
from portal.services.toolkit import Toolkit

if TYPE_CHECKING:
    from psycopg import Connection


class FeedRefused(AmendsError):
    """The feed was not imported; report says why."""

    def __init__(self, report: "ImportReport") -> None:
        """Keep the report."""
        super().__init__(f"{report.bad_count} bad lines, nothing was imported")
        self.report = report


class ImportRunning(AmendsError):
    """Another import is running; this one did nothing."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. lines and payments count the good lines of the files.

    moved_days: by how many days all dates were moved. bad_count counts every bad line, bad_lines holds the first
    thousand. written: by table. mismatched: orders whose lines and payments add up to different amounts, which is no
    error. held: orders that keep their amounts against the feed, because they were put right already. booked: card
    payments that got a sandbox PaymentIntent.
    """

    lines: int
    payments: int
    moved_days: int
    bad_count: int
    bad_lines: tuple[BadLine, ...]
    written: dict[str, Written] = field(default_factory=dict)
    mismatched: int = 0
    held: int = 0
    booked: int = 0
    seconds: float = 0.0

    def counts(self) -> dict[str, Any]:
        """Write the numbers as a document."""
        tables = {table: asdict(written) for table, written in self.written.items()}
        told = {"moved_days": self.moved_days, "mismatched": self.mismatched, "held": self.held}
        return {"lines": self.lines, **told, "tables": tables}


@dataclass(slots=True)
class _Watched:
    """A file that is read, with its digest and somebody who is told how far it is."""

    source: BinaryIO
    told: Callable[[int], None]
    digest: "hashlib._Hash"

    def read(self, size: int, /) -> bytes:
        return self._seen(self.source.read(size))

    def readline(self, size: int, /) -> bytes:
        return self._seen(self.source.readline(size))

    def _seen(self, piece: bytes) -> bytes:
        self.digest.update(piece)
        self.told(len(piece))
        return piece


def _nobody(size: int) -> None:
    """Be told in vain."""


def import_orders(
    toolkit: Toolkit,
    *,
    orders: BinaryIO,
    payments: BinaryIO,
    actor: Actor,
    rebase_dates: bool = False,
    booker: PaymentBooker | None = None,
    told: Callable[[int], None] = _nobody,
    told_bad: Callable[[BadLine], object] | None = None,
) -> ImportReport:
    """Import both files in one transaction, then book card payments where a sandbox is given.

    told is called with the number of bytes just read, told_bad with each bad line as it is found. Raises FeedRefused
    with the first thousand of them, FeedUnreadable for a file that is no feed at all, ImportRunning; nothing was
    written then.
    """
    began = time.monotonic()
    digest = hashlib.sha256()
    bad = BadLines(told=told_bad)
    sources = {
        FeedFile.ORDERS: _Watched(orders, told, digest),
        FeedFile.PAYMENTS: _Watched(payments, told, digest),
    }
    with toolkit.transaction() as session:
        now = toolkit.now()
        connection = feed_log.driver_connection(session)
        if not feed_staging.prepare(connection):
            raise ImportRunning("another import is running")
        records = {file: _staged(connection, file, source, bad) for file, source in sources.items()}
        days = feed_grouping.days_to_yesterday(connection, now) if rebase_dates else 0
        feed_grouping.group(connection, days=days, now=now if rebase_dates else None)
        feed_contradictions.find(connection, bad)
        report = ImportReport(records[FeedFile.ORDERS], records[FeedFile.PAYMENTS], days, bad.count, tuple(bad.kept))
        if bad.count:
            raise FeedRefused(replace(report, seconds=time.monotonic() - began))
        contradicted = feed_given.keep_given(connection)
        written, mismatched = feed_import.write(connection), feed_log.mismatched_orders(connection)
        report = replace(report, written=written, mismatched=mismatched, held=len(contradicted))
        _tell(session, contradicted, now)
        feed_log.record(session, now=now, actor=str(actor), digest=digest.hexdigest(), counts=report.counts())
    booked = book_sandbox_payments(toolkit, booker) if booker else 0
    return replace(report, booked=booked, seconds=time.monotonic() - began)


def _tell(session: Session, contradicted: list[Contradicted], now: datetime) -> None:
    """Tell people of orders that keep their amounts against the feed, each once for what the feed says of it."""
    kind = TroubleKind.ORDER_CORRECTED
    known = troubles.were_told(session, kind, [one.order_number for one in contradicted]) if contradicted else set()
    for one in contradicted:
        if (one.order_number, one.said) not in known:
            told = {"order": one.order_number, "said": one.said}
            open_trouble(session, kind, subject=one.order_number, now=now, claim_id=one.claim_id, **told)


def _staged(connection: "Connection", file: FeedFile, source: _Watched, bad: BadLines) -> int:
    reader = FeedReader(file, source, bad)
    reader.start()
    feed_staging.fill(connection, file, reader.columns, reader.pieces())
    return reader.records
