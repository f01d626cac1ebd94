"""Stock: shelves held for a change, and every change written with what the shelf then holds, in one statement."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from string import Template

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.domain.actors import Actor
from portal.domain.stock import Free, Move, Shelf
from portal.records.in_transaction import ask
from portal.records.rows_to_write import as_json
from portal.records.tables.stock import StockItem, StockMove

# A part of larger statements, about the order line ``ol``: its shelf, that of its vendor before the one of any.
SHELF_OF = """
  SELECT k.id, greatest(k.on_hand - k.reserved, 0) AS free FROM stock_items AS k
  WHERE k.sku = ol.sku AND k.vendor IN (ol.vendor, '') AND k.kept ORDER BY k.vendor DESC LIMIT 1
"""
_HOLD = """
WITH held AS (
  SELECT id, sku, vendor, on_hand, reserved FROM stock_items WHERE id = ANY (%(ids)s) ORDER BY id FOR UPDATE
)
SELECT json_agg(json_build_array(id, sku, vendor, on_hand, reserved) ORDER BY id) FROM held
"""
_WRITE = """
WITH told AS (
  SELECT * FROM ROWS FROM (json_populate_recordset(NULL::stock_moves, %(moves)s)) WITH ORDINALITY
), changed AS (
  UPDATE stock_items AS k SET on_hand = k.on_hand + sums.on_hand, reserved = k.reserved + sums.reserved,
    counted_at = CASE WHEN sums.counted THEN %(now)s ELSE k.counted_at END
  FROM (SELECT stock_item_id, sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved,
      bool_or(kind = 'count') AS counted FROM told GROUP BY stock_item_id) AS sums
  WHERE k.id = sums.stock_item_id
)
INSERT INTO stock_moves (stock_item_id, kind, on_hand_change, reserved_change, source, actor, happened_at)
SELECT stock_item_id, kind, on_hand_change, reserved_change, source, %(actor)s, %(now)s FROM told ORDER BY ordinality
"""
# The same for all lines of a claim that $claim names.
FREE_FOR = Template("""
  SELECT json_agg(json_build_array(l.id, shelf.id, shelf.free))
  FROM claim_lines AS l JOIN order_lines AS ol ON ol.id = l.order_line_id CROSS JOIN LATERAL ($shelf) AS shelf
  WHERE l.claim_id = $$claim
""").substitute(shelf=SHELF_OF)
_FREE_FOR = Template(FREE_FOR).substitute(claim="%(claim_id)s")


def hold(session: Session, item_ids: Sequence[int]) -> list[Shelf]:
    """Lock shelves by their keys, after the order and before the claim, and read them as they are now."""
    if not item_ids:
        return []
    (found,) = ask(session, _HOLD, {"ids": list(item_ids)}) or (None,)
    return [Shelf(*row) for row in found or ()]


def write(session: Session, moves: Iterable[Move], *, actor: Actor, now: datetime) -> None:
    """Write moves of shelves that are held, and what the shelves hold after them."""
    rows = [
        {
            "stock_item_id": move.item_id,
            "kind": move.kind.value,
            "on_hand_change": move.on_hand,
            "reserved_change": move.reserved,
            "source": move.source,
        }
        for move in moves
    ]
    if rows:
        ask(session, _WRITE, {"moves": as_json(rows), "actor": str(actor), "now": now})


def free_for(session: Session, claim_id: int) -> dict[int, Free]:
    """Tell how many pieces are free for each line of a claim, by its id, as far as their stock is kept."""
    (found,) = ask(session, _FREE_FOR, {"claim_id": claim_id}) or (None,)
    return free_in(found)


def free_in(found: Sequence[tuple[int, int, int]] | None) -> dict[int, Free]:
    """Read rows of a line, its item, and how many pieces of that are free."""
    return {line_id: Free(item_id, pieces) for line_id, item_id, pieces in found or ()}


def of_sku(session: Session, sku: str) -> list[Shelf]:
    """List the shelves of a SKU that are kept, the one of any vendor first."""
    asked = select(StockItem).where(StockItem.sku == sku, StockItem.kept).order_by(StockItem.vendor)
    return [_shelf(one) for one in session.scalars(asked)]


def stop_keeping(session: Session, sku: str, vendor: str | None) -> list[Shelf]:
    """Keep the shelves of a SKU no more, those of one vendor alone where it is named; give them as they were."""
    asked = select(StockItem).where(StockItem.sku == sku, StockItem.kept).order_by(StockItem.id).with_for_update()
    found = session.scalars(asked if vendor is None else asked.where(StockItem.vendor == vendor)).all()
    for one in found:
        one.kept = False
    session.flush()
    return [_shelf(one) for one in found]


def _shelf(one: StockItem) -> Shelf:
    return Shelf(one.id, one.sku, one.vendor, one.on_hand, one.reserved)


def last_moves(session: Session, item_id: int, *, limit: int) -> list[StockMove]:
    """List what changed a shelf, the newest first."""
    asked = select(StockMove).where(StockMove.stock_item_id == item_id).order_by(StockMove.id.desc()).limit(limit)
    return list(session.scalars(asked))
