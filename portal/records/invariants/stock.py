"""F: what is promised of a shelf waits to leave, and every piece is let go or taken once."""

from portal.records.invariants.declared import Invariant

STOCK = (
    Invariant(
        "F14",
        "a piece is promised once, and then waits, or was let go or taken once; a shelf holds what its moves add up to",
        "stock_moves",
        """SELECT coalesce(g.ref, m.source) FROM replacements g
            FULL JOIN (
              SELECT source, min(stock_item_id) AS item_id, count(DISTINCT stock_item_id) AS items,
                coalesce(sum(reserved_change) FILTER (WHERE kind = 'reserve'), 0) AS promised,
                count(*) FILTER (WHERE kind = 'release') AS released, count(*) FILTER (WHERE kind = 'take') AS taken,
                sum(reserved_change) AS waiting
              FROM stock_moves WHERE kind <> 'count' GROUP BY source
            ) AS m ON m.source = g.ref
            WHERE (g.stock_item_id IS NOT NULL OR m.source IS NOT NULL) AND (
              g.id IS NULL OR m.source IS NULL OR g.stock_item_id IS DISTINCT FROM m.item_id OR m.items > 1
              OR m.promised <> g.quantity
              OR m.released + m.taken <> (g.state = 'refused' OR g.shipped_at IS NOT NULL)::int
              OR (g.state = 'refused' AND m.released <> 1)
              OR (g.shipped_at IS NOT NULL AND m.released = 1 AND NOT EXISTS (
                SELECT FROM claim_events e WHERE e.claim_line_id = g.claim_line_id AND e.action = 'left_after_all'))
              OR m.waiting <> CASE WHEN g.state IN ('requested', 'accepted') THEN g.quantity ELSE 0 END)
            UNION ALL
            SELECT k.sku FROM stock_items k
            LEFT JOIN (SELECT stock_item_id, sum(on_hand_change) AS on_hand, sum(reserved_change) AS reserved
                       FROM stock_moves GROUP BY stock_item_id) AS m ON m.stock_item_id = k.id
            WHERE k.on_hand <> coalesce(m.on_hand, 0) OR k.reserved <> coalesce(m.reserved, 0)""",
    ),
)
