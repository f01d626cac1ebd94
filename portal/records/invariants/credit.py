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
            WHERE h.state = 'held' AND h.expires_at > :now AND (
              SELECT sum(g.amount_minor) FROM credit_holds g WHERE g.account_id = a.id AND g.state = 'held'
                AND g.expires_at > :now AND g.created_at >= h.created_at
            ) > (
              SELECT coalesce(sum(m.amount_minor), 0) FROM credit_moves m JOIN credit_lots l ON l.id = m.lot_id
              WHERE m.account_id = a.id AND (l.expires_at IS NULL OR l.expires_at > h.created_at))""",
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
        "nothing is set aside from a lot whose time is over, and it ends once, with exactly what was left",
        "credit_lots",
        """SELECT l.ref FROM credit_lots l JOIN credit_moves m ON m.lot_id = l.id AND m.kind = 'spend'
            LEFT JOIN credit_holds h
              ON h.ref = m.source AND h.created_at < l.expires_at AND h.expires_at > m.happened_at
            WHERE m.happened_at >= l.expires_at AND h.id IS NULL
            UNION ALL
            SELECT l.ref FROM credit_lots l JOIN credit_moves m ON m.lot_id = l.id AND m.kind = 'expire'
            GROUP BY l.id HAVING count(*) > 1 OR min(m.happened_at) < coalesce(l.expires_at, 'infinity')
              OR l.ended_at IS NULL
              OR (SELECT sum(n.amount_minor) FROM credit_moves n WHERE n.lot_id = l.id AND n.id <= max(m.id)) <> 0
            UNION ALL
            SELECT l.ref FROM credit_lots l JOIN credit_moves m ON m.lot_id = l.id
            WHERE l.ended_at IS NOT NULL OR l.expires_at < CAST(:now AS timestamptz) - interval '1 day'
            GROUP BY l.id HAVING sum(m.amount_minor) <> 0""",
    ),
    Invariant(
        "L8",
        "each move of credit stands in the journal, at its moment and with its amount: so does any period",
        "credit_moves",
        """SELECT coalesce(m.booked_as, b.source) FROM (
              SELECT CASE m.kind WHEN 'issue' THEN 'credit_issued' WHEN 'spend' THEN 'credit_spent'
                  WHEN 'give_back' THEN 'credit_given_back' WHEN 'expire' THEN 'credit_expired'
                  ELSE 'credit_reversed' END AS occasion,
                CASE WHEN m.kind IN ('issue', 'expire') THEN l.ref ELSE m.source END AS booked_as,
                sum(m.amount_minor) AS minor, max(m.happened_at) AS moment
              FROM credit_moves m JOIN credit_lots l ON l.id = m.lot_id GROUP BY 1, 2
            ) AS m
            FULL JOIN (
              SELECT e.occasion, e.source, -sum(p.amount_minor) AS minor, max(e.happened_at) AS moment
              FROM journal_postings p JOIN journal_entries e ON e.id = p.entry_id
              WHERE p.account = 'store_credit_liability' GROUP BY e.occasion, e.source
            ) AS b ON b.source = m.booked_as AND b.occasion = m.occasion
            WHERE coalesce(m.minor, 0) <> coalesce(b.minor, 0) OR m.moment IS NULL OR b.moment IS NULL
               OR abs(extract(epoch FROM m.moment - b.moment)) > 60""",
    ),
    Invariant(
        "L10",
        "each grant, spend, return and expiry of credit happened once for its source, and a hold took what it says",
        "credit_moves",
        """SELECT source FROM credit_moves GROUP BY lot_id, kind, source HAVING count(*) > 1
            UNION ALL
            SELECT source FROM credit_lots GROUP BY source, origin, again_of_id HAVING count(*) > 1
            UNION ALL
            SELECT l.ref FROM credit_lots l LEFT JOIN credit_moves m ON m.lot_id = l.id
              AND CASE WHEN l.again_of_id IS NULL THEN m.kind = 'issue'
                       ELSE m.kind = 'give_back' AND m.source = l.source END
            WHERE m.amount_minor IS DISTINCT FROM l.amount_minor
            UNION ALL
            SELECT h.ref FROM credit_holds h LEFT JOIN credit_moves m ON m.source = h.ref AND m.kind = 'spend'
            GROUP BY h.id HAVING h.captured_minor <> coalesce(-sum(m.amount_minor), 0)
              OR (h.state = 'captured') <> (h.captured_minor > 0)""",
    ),
    Invariant(
        "L17",
        "what came back of a capture came back once, to the lots that paid, and no more than each of them paid",
        "credit_holds",
        """SELECT h.ref FROM credit_holds h LEFT JOIN credit_give_backs g ON g.hold_id = h.id
            GROUP BY h.id HAVING h.given_back_minor <> coalesce(sum(g.amount_minor), 0)
              OR h.given_back_minor > h.captured_minor
            UNION ALL
            SELECT g.ref FROM credit_give_backs g LEFT JOIN credit_moves m ON m.source = g.ref AND m.kind = 'give_back'
            GROUP BY g.id HAVING g.amount_minor <> coalesce(sum(m.amount_minor), 0)
            UNION ALL
            SELECT h.ref FROM (
              SELECT g.hold_id, CASE WHEN l.source = g.ref THEN l.again_of_id ELSE l.id END AS lot_id,
                sum(m.amount_minor) AS minor
              FROM credit_give_backs g JOIN credit_moves m ON m.source = g.ref AND m.kind = 'give_back'
              JOIN credit_lots l ON l.id = m.lot_id GROUP BY 1, 2
            ) AS back
            JOIN credit_holds h ON h.id = back.hold_id
            LEFT JOIN credit_moves s ON s.lot_id = back.lot_id AND s.source = h.ref AND s.kind = 'spend'
            WHERE back.minor > coalesce(-s.amount_minor, 0)""",
    ),
    Invariant(
        "L18",
        "what was taken back of a grant in error is what its reversal says, and came out of that grant",
        "credit_moves",
        """WITH RECURSIVE family AS (
              SELECT lot_id AS root_id, lot_id AS id FROM credit_reversals
              UNION SELECT family.root_id, l.id FROM family JOIN credit_lots l ON l.again_of_id = family.id)
            SELECT r.ref FROM credit_reversals r LEFT JOIN credit_moves m ON m.source = r.ref AND m.kind = 'reverse'
            LEFT JOIN family f ON f.root_id = r.lot_id AND f.id = m.lot_id
            GROUP BY r.id HAVING r.taken_minor <> coalesce(-sum(m.amount_minor), 0)
              OR bool_or(m.id IS NOT NULL AND f.id IS NULL)
            UNION ALL
            SELECT m.source FROM credit_moves m LEFT JOIN credit_reversals r ON r.ref = m.source
            WHERE m.kind = 'reverse' AND r.id IS NULL""",
    ),
)
