"""L: the journal balances, never changes, and says of every remedy and refund what their rows say."""

from portal.records.invariants.declared import Invariant

LEDGER = (
    Invariant(
        "L1",
        "every entry has postings, and they sum to zero in each currency",
        "journal_postings",
        """SELECT 'entry ' || entry_id FROM journal_postings GROUP BY entry_id, currency HAVING sum(amount_minor) <> 0
            UNION ALL
            SELECT e.ref FROM journal_entries e LEFT JOIN journal_postings p ON p.entry_id = e.id WHERE p.id IS NULL""",
    ),
    Invariant(
        "L2",
        "what is written once cannot be changed: its trigger stands, and neither web nor worker has the right",
        "(SELECT unnest(CAST(:append_only AS text[]))) AS listed",
        """SELECT name FROM unnest(CAST(:append_only AS text[])) AS name WHERE NOT EXISTS (
              SELECT FROM pg_trigger WHERE tgrelid = to_regclass(name) AND tgname = 'append_only' AND tgenabled = 'O')
            UNION ALL
            SELECT name || ' ' || rolname FROM unnest(CAST(:append_only AS text[])) AS name, pg_roles
            WHERE rolname IN ('portal_web', 'portal_worker')
              AND has_table_privilege(oid, to_regclass(name), 'UPDATE, DELETE, TRUNCATE')""",
    ),
    Invariant(
        "L7",
        "a reversal takes back no more than its original, and a refund that came back no more than was sent",
        "journal_entries",
        """SELECT ref FROM (
              SELECT o.ref, sum(p.amount_minor) AS back, (
                SELECT coalesce(sum(q.amount_minor), 0) FROM journal_postings q
                WHERE q.entry_id = o.id AND q.account = p.account AND q.currency = p.currency) AS given
              FROM journal_entries e JOIN journal_entries o ON o.id = e.reverses_id
              JOIN journal_postings p ON p.entry_id = e.id GROUP BY o.id, p.account, p.currency
            ) AS sides WHERE given + back NOT BETWEEN least(given, 0) AND greatest(given, 0)
            UNION ALL
            SELECT b.source FROM journal_entries b
            LEFT JOIN journal_entries s ON s.occasion = 'refund_sent' AND s.source = b.source
            WHERE b.occasion = 'refund_failed' AND s.id IS NULL
            UNION ALL
            SELECT e.source FROM journal_entries e LEFT JOIN journal_entries o ON o.id = e.reverses_id
            WHERE (e.occasion, coalesce(o.occasion, '')) NOT IN (('credit_given_back', 'credit_spent'),
                ('credit_reversed', 'credit_issued'), ('remedy_reversed', 'remedy_promised'),
                ('dispute_reversed', 'dispute_lost'), ('refund_elsewhere_is_ours', 'refunded_elsewhere'),
                ('recovery_reversed', 'recovery_received'))
              AND e.occasion IN ('credit_given_back', 'credit_reversed', 'remedy_reversed', 'dispute_reversed',
                'refund_elsewhere_is_ours', 'recovery_reversed')""",
    ),
    Invariant(
        "L16",
        "a cause is booked once for each occasion",
        "journal_entries",
        "SELECT source FROM journal_entries GROUP BY occasion, source HAVING count(*) > 1",
    ),
    Invariant(
        "L11",
        "what went out by refund, ours or not, or was lost in a dispute, left the Stripe balance in the journal",
        "refunds",
        """SELECT currency FROM (
              SELECT currency, sum(amount_minor) AS minor FROM refunds WHERE state = 'succeeded' GROUP BY currency
              UNION ALL SELECT currency, sum(amount_minor) FROM external_refunds WHERE state = 'succeeded'
              GROUP BY currency
              UNION ALL SELECT currency, sum(amount_minor) FROM public.disputes WHERE state = 'lost' GROUP BY currency
              UNION ALL SELECT currency, sum(amount_minor) FROM journal_postings WHERE account = 'stripe_balance'
              GROUP BY currency) AS sides GROUP BY currency HAVING sum(minor) <> 0""",
    ),
    Invariant(
        "L12",
        "what is in flight in the journal is what waits for the bank",
        "refunds",
        """SELECT currency FROM (
              SELECT currency, sum(amount_minor) AS minor FROM refunds WHERE state IN ('pending', 'requires_action')
              GROUP BY currency
              UNION ALL SELECT currency, sum(amount_minor) FROM journal_postings WHERE account = 'refunds_in_flight'
              GROUP BY currency) AS sides GROUP BY currency HAVING sum(minor) <> 0""",
    ),
    Invariant(
        "L13",
        "what we owe in the journal is what was promised and has not got there",
        "remedies",
        """SELECT currency FROM (
              SELECT currency, sum(amount_minor) AS minor FROM journal_postings WHERE account = 'owed_to_customers'
              GROUP BY currency
              UNION ALL SELECT r.currency, sum(r.amount_minor) FROM refunds r JOIN remedies d ON d.id = r.remedy_id
              WHERE r.state IN ('requested', 'sent', 'unknown')
                 OR (r.state = ANY (:dead) AND r.replaced_at IS NULL) GROUP BY r.currency
              UNION ALL SELECT d.currency, sum(d.credit_minor + d.bonus_minor) FROM remedies d WHERE NOT EXISTS
                (SELECT FROM credit_lots l WHERE l.source = d.ref) GROUP BY d.currency
              UNION ALL SELECT d.currency, sum(d.amount_minor) FROM remedies d JOIN replacements g ON g.remedy_id = d.id
              WHERE g.shipped_at IS NULL AND d.state <> 'replaced' GROUP BY d.currency
            ) AS sides GROUP BY currency HAVING sum(minor) <> 0""",
    ),
    Invariant(
        "L14",
        "the entries of each refund say where it stands",
        "refunds",
        """SELECT coalesce(r.ref, b.source) FROM refunds r FULL JOIN (
              SELECT e.source, sum(p.amount_minor) FILTER (WHERE p.account = 'refunds_in_flight') AS in_flight,
                sum(p.amount_minor) FILTER (WHERE p.account = 'stripe_balance') AS gone
              FROM journal_entries e JOIN journal_postings p ON p.entry_id = e.id
              WHERE e.occasion IN ('refund_sent', 'refund_settled', 'refund_failed') GROUP BY e.source
            ) AS b ON b.source = r.ref
            WHERE r.ref IS NULL
               OR coalesce(b.in_flight, 0)
                  <> CASE WHEN r.state IN ('pending', 'requires_action') THEN -r.amount_minor ELSE 0 END
               OR coalesce(b.gone, 0) <> CASE WHEN r.state = 'succeeded' THEN -r.amount_minor ELSE 0 END""",
    ),
    Invariant(
        "L15",
        "each remedy is booked as it was promised, and taken back only where another took its place",
        "remedies",
        """SELECT coalesce(d.ref, b.source) FROM remedies d FULL JOIN (
              SELECT e.source, -sum(p.amount_minor) FILTER (WHERE e.occasion = 'remedy_promised') AS promised,
                bool_or(e.occasion = 'remedy_released') AS released
              FROM journal_entries e JOIN journal_postings p ON p.entry_id = e.id
              WHERE e.occasion IN ('remedy_promised', 'remedy_released') AND p.account = 'owed_to_customers'
                AND NOT EXISTS (SELECT FROM refunds r WHERE r.ref = e.source AND r.replaced_at IS NOT NULL)
              GROUP BY e.source
            ) AS b ON b.source = d.ref
            WHERE d.ref IS NULL OR coalesce(b.promised, 0) <> d.amount_minor + d.bonus_minor
               OR (b.released AND d.state <> 'replaced')""",
    ),
)
