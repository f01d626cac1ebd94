"""L: store credit is never below zero, comes from somewhere once, and is the liability in the journal."""

from portal.records.invariants.declared import Invariant

CREDIT = (
    Invariant(
        "L3",
        "no lot was ever below zero, and no checkout holds credit that is not there",
        "credit_moves",
        """SELECT l.ref FROM (
              SELECT DISTINCT lot_id FROM (
                SELECT lot_id, sum(amount_minor) OVER (PARTITION BY lot_id ORDER BY id) AS left_then FROM credit_moves
              ) AS moments WHERE left_then < 0
            ) AS below JOIN credit_lots l ON l.id = below.lot_id
            UNION ALL
            SELECT a.ref FROM credit_holds h JOIN credit_accounts a ON a.id = h.account_id
            WHERE h.state = 'held' AND h.expires_at > :now
            GROUP BY a.id HAVING sum(h.amount_minor) > (
              SELECT coalesce(sum(m.amount_minor), 0) FROM credit_moves m JOIN credit_lots l ON l.id = m.lot_id
              WHERE m.account_id = a.id AND (l.expires_at IS NULL OR l.expires_at > :now))""",
    ),
    Invariant(
        "L4",
        "the credit that customers hold is the liability in the journal",
        "credit_moves",
        """SELECT currency FROM (
              SELECT a.currency, sum(m.amount_minor) AS minor
              FROM credit_moves m JOIN credit_accounts a ON a.id = m.account_id GROUP BY a.currency
              UNION ALL SELECT currency, sum(amount_minor) FROM journal_postings
              WHERE account = 'store_credit_liability' GROUP BY currency
            ) AS sides GROUP BY currency HAVING sum(minor) <> 0""",
    ),
    Invariant(
        "L5",
        "a lot gives at most what it holds, to its own account, and the lot that ends first gives first",
        "credit_moves",
        """SELECT l.ref FROM credit_lots l JOIN credit_moves m ON m.lot_id = l.id GROUP BY l.id
            HAVING sum(m.amount_minor) NOT BETWEEN 0 AND l.amount_minor OR bool_or(m.account_id <> l.account_id)
            UNION ALL
            SELECT m.source FROM credit_lots sooner
            JOIN credit_moves m ON m.account_id = sooner.account_id AND m.kind = 'spend' AND m.lot_id <> sooner.id
            JOIN credit_lots taken ON taken.id = m.lot_id
            WHERE sooner.expires_at IS NOT NULL AND sooner.expires_at > m.happened_at
              AND sooner.expires_at < coalesce(taken.expires_at, 'infinity')
              AND (SELECT sum(n.amount_minor) FROM credit_moves n WHERE n.lot_id = sooner.id
                   AND (n.id < m.id OR n.source = m.source)) > 0""",
    ),
    Invariant(
        "L6",
        "nothing is spent from a lot whose time is over, and it ends once, with exactly what was left",
        "credit_lots",
        """SELECT l.ref FROM credit_lots l JOIN credit_moves m ON m.lot_id = l.id
            WHERE m.kind = 'spend' AND m.happened_at >= l.expires_at
            UNION ALL
            SELECT l.ref FROM credit_lots l JOIN credit_moves m ON m.lot_id = l.id AND m.kind = 'expire'
            GROUP BY l.id HAVING count(*) > 1 OR min(m.happened_at) < coalesce(l.expires_at, 'infinity')
              OR (SELECT sum(n.amount_minor) FROM credit_moves n WHERE n.lot_id = l.id AND n.id <= max(m.id)) <> 0""",
    ),
    Invariant(
        "L8",
        "each move of credit stands in the journal, at its moment and with its amount: so does any period",
        "credit_moves",
        """SELECT coalesce(m.booked_as, b.source) FROM (
              SELECT CASE WHEN m.kind = 'issue' THEN l.ref ELSE m.source END AS booked_as,
                sum(m.amount_minor) AS minor, max(m.happened_at) AS moment
              FROM credit_moves m JOIN credit_lots l ON l.id = m.lot_id GROUP BY 1
            ) AS m
            FULL JOIN (
              SELECT e.source, -sum(p.amount_minor) AS minor, max(e.happened_at) AS moment
              FROM journal_postings p JOIN journal_entries e ON e.id = p.entry_id
              WHERE p.account = 'store_credit_liability' GROUP BY e.source
            ) AS b ON b.source = m.booked_as
            WHERE coalesce(m.minor, 0) <> coalesce(b.minor, 0) OR m.moment IS NULL OR b.moment IS NULL
               OR abs(extract(epoch FROM m.moment - b.moment)) > 60""",
    ),
    Invariant(
        "L10",
        "each grant, spend, return and expiry of credit happened once for its source, and a hold took what it says",
        "credit_moves",
        """SELECT source FROM credit_moves GROUP BY lot_id, kind, source HAVING count(*) > 1
            UNION ALL
            SELECT source FROM credit_lots GROUP BY source, origin HAVING count(*) > 1
            UNION ALL
            SELECT l.ref FROM credit_lots l LEFT JOIN credit_moves m ON m.lot_id = l.id AND m.kind = 'issue'
            WHERE m.amount_minor IS DISTINCT FROM l.amount_minor
            UNION ALL
            SELECT h.ref FROM credit_holds h LEFT JOIN credit_moves m ON m.source = h.ref AND m.kind = 'spend'
            GROUP BY h.id HAVING h.captured_minor <> coalesce(-sum(m.amount_minor), 0)
              OR (h.state = 'captured') <> (h.captured_minor > 0)""",
    ),
)
