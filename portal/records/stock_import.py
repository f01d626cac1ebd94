"""The import of counted stock: staged by COPY, compared with what is known, and each change written as a move."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection, sql

from portal.domain.certainty import certain
from portal.domain.feed import BadLine, BadLines, Column, FeedFile

# One import at a time; the number only has to be the same everywhere.
_ONE_IMPORT = 7_203_552
_STAGE = """
CREATE TEMPORARY TABLE stock_lines (line integer, sku text, vendor text, on_hand integer) ON COMMIT DROP
"""
_TWICE = """
SELECT line, format('%s is counted already, on line %s', sku || CASE WHEN vendor = '' THEN '' ELSE ' of ' || vendor END,
    first) FROM (
  SELECT line, sku, coalesce(vendor, '') AS vendor,
    min(line) OVER (PARTITION BY sku, coalesce(vendor, '')) AS first FROM stock_lines
) AS told WHERE line <> first ORDER BY line
"""
_NEW = """
INSERT INTO stock_items (sku, vendor, on_hand, reserved, counted_at)
SELECT sku, coalesce(vendor, ''), 0, 0, %(now)s FROM stock_lines ORDER BY sku, coalesce(vendor, '')
ON CONFLICT (sku, vendor) DO NOTHING RETURNING id
"""
# Every shelf of the file is held, always in the same order, so that no reservation is lost under a count.
_HOLD = """
SELECT count(*) FROM (
  SELECT k.id FROM stock_items AS k
  JOIN stock_lines AS told ON told.sku = k.sku AND coalesce(told.vendor, '') = k.vendor ORDER BY k.id FOR UPDATE OF k
) AS held
"""
_WRITE = """
WITH told AS (
  SELECT k.id, line.on_hand AS counted, line.on_hand - k.on_hand AS change, k.reserved,
    k.id = ANY (%(new)s) AS is_new, NOT k.kept AS is_back
  FROM stock_items AS k JOIN stock_lines AS line ON line.sku = k.sku AND coalesce(line.vendor, '') = k.vendor
), counted AS (
  UPDATE stock_items SET on_hand = told.counted, counted_at = %(now)s, kept = true
  FROM told WHERE stock_items.id = told.id
), moved AS (
  INSERT INTO stock_moves (stock_item_id, kind, on_hand_change, reserved_change, source, actor, happened_at)
  SELECT id, 'count', change, 0, %(source)s, %(actor)s, %(now)s FROM told WHERE change <> 0 OR is_new ORDER BY id
)
SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new AND (change <> 0 OR is_back)),
  count(*) FILTER (WHERE NOT is_new AND change = 0 AND NOT is_back),
  count(*) FILTER (WHERE reserved > counted) FROM told
"""


@dataclass(frozen=True, slots=True)
class Counted:
    """What a count did. short: shelves on which fewer pieces are than were promised."""

    new: int
    changed: int
    unchanged: int
    short: int


def prepare(connection: Connection) -> bool:
    """Make the empty staging table in the open transaction; give False when another import is running."""
    free = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_IMPORT]).fetchone()
    if not free or not free[0]:
        return False
    connection.execute(_STAGE)
    return True


def fill(connection: Connection, columns: Sequence[Column], pieces: Iterable[str]) -> None:
    """Copy pieces of CSV, each line led by its number and then in the order of the columns."""
    names = sql.SQL(", ").join([sql.Identifier("line"), *(sql.Identifier(column.name) for column in columns)])
    with connection.cursor().copy(sql.SQL("COPY stock_lines ({}) FROM STDIN (FORMAT csv)").format(names)) as copy:
        for piece in pieces:
            copy.write(piece)


def find_twice(connection: Connection, bad: BadLines) -> None:
    """Tell each line that counts a shelf again."""
    for line, reason in connection.execute(_TWICE):
        bad.add(BadLine(FeedFile.STOCK, line, reason))


def write(connection: Connection, *, source: str, actor: str, now: datetime) -> Counted:
    """Set every shelf of the file to what was counted; what the file does not name stays as it is."""
    new = [row[0] for row in connection.execute(_NEW, {"now": now})]
    connection.execute(_HOLD)
    asked = {"now": now, "source": source, "actor": actor, "new": new}
    return Counted(*certain(connection.execute(_WRITE, asked).fetchone(), "an aggregate gives one row"))
