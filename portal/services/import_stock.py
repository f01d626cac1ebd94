"""Import counted stock: every line checked, wholly or not at all, as often as wanted."""

from dataclasses import dataclass
from typing import BinaryIO

from portal.domain.actors import Actor
from portal.domain.errors import AmendsError
from portal.domain.feed import BadLine, BadLines, FeedFile
from portal.domain.feed_reader import FeedReader
from portal.domain.refs import new_ref
from portal.records import feed_log, stock_import
from portal.records.stock_import import Counted
from portal.services.toolkit import Toolkit


class StockRefused(AmendsError):
    """The count was not taken; bad_lines holds the first of the reasons, and bad_count counts all."""

    def __init__(self, bad: BadLines) -> None:
        """Keep what was bad."""
        super().__init__(f"{bad.count} bad lines, nothing was imported")
        self.bad_lines: tuple[BadLine, ...] = tuple(bad.kept)
        self.bad_count = bad.count


class StockImportRunning(AmendsError):
    """Another count is being imported; this one did nothing."""


@dataclass(frozen=True, slots=True)
class StockReport:
    """What a count did. source: its own ref, which its moves name; lines: how many shelves it told of."""

    source: str
    lines: int
    counted: Counted


def import_stock(toolkit: Toolkit, *, counts: BinaryIO, actor: Actor) -> StockReport:
    """Set what is on the shelves to what was counted, in one transaction.

    What was promised of it stays promised. Raises StockRefused, FeedUnreadable for a file that is no count at all,
    StockImportRunning; nothing was written then.
    """
    bad, source = BadLines(), new_ref("STK", 12)
    with toolkit.transaction() as session:
        connection = feed_log.driver_connection(session)
        if not stock_import.prepare(connection):
            raise StockImportRunning("another count is being imported")
        reader = FeedReader(FeedFile.STOCK, counts, bad)
        reader.start()
        stock_import.fill(connection, reader.columns, reader.pieces())
        stock_import.find_twice(connection, bad)
        if bad.count:
            raise StockRefused(bad)
        counted = stock_import.write(connection, source=source, actor=str(actor), now=toolkit.now())
        return StockReport(source, reader.records, counted)
