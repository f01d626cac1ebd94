"""F: what an outreach says of its parcels is what they are, and whoever was told first was told once."""

from portal.records.invariants.declared import Invariant

REACHED = (
    Invariant(
        "F20",
        "what an outreach has found and counted is the sum of its parcels",
        "outreaches",
        """SELECT o.ref FROM outreaches o
            LEFT JOIN (
              SELECT outreach_id, sum(parcels) AS found, sum(parcels) FILTER (WHERE outlook IS NOT NULL) AS counted,
                jsonb_object_agg(outlook, parcels) FILTER (WHERE outlook IS NOT NULL) AS outlooks
              FROM (SELECT outreach_id, outlook, count(*) AS parcels FROM outreach_targets GROUP BY 1, 2) AS judged
              GROUP BY 1
            ) AS t ON t.outreach_id = o.id
            WHERE o.found <> coalesce(t.found, 0) OR o.counted <> coalesce(t.counted, 0)
              OR coalesce(o.preview -> 'outlooks', '{}') <> coalesce(t.outlooks, '{}')""",
    ),
    Invariant(
        "F21",
        "whoever was told first has a claim of ours and its letter, or did not need it; nobody is told twice",
        "outreach_targets",
        """SELECT c.ref FROM outreach_targets t JOIN claims c ON c.id = t.claim_id JOIN letters l ON l.id = t.letter_id
            WHERE c.raised_by <> 'system:outreach' OR c.order_id <> t.order_id OR l.template <> 'told_first'
              OR NOT EXISTS (SELECT FROM outreach_targets f
                WHERE f.letter_id = l.id AND f.claim_id = l.claim_id AND f.customer_id = t.customer_id)
              OR t.state = 'skipped' AND l.state <> 'overtaken'
              OR t.state = 'told' AND l.state = 'overtaken'
                AND EXISTS (SELECT FROM claim_lines k WHERE k.claim_id = c.id AND k.state = ANY(:unanswered))
                AND NOT EXISTS (SELECT FROM remedies r WHERE r.claim_id = c.id)
                AND NOT EXISTS (SELECT FROM claim_messages m WHERE m.claim_id = c.id AND m.kind = 'from_customer')
                AND NOT EXISTS (SELECT FROM claim_events e WHERE e.claim_id = c.id AND e.actor ~ '^(claimant|guest):')
            UNION ALL
            SELECT c.ref FROM claims c WHERE c.raised_by = 'system:outreach'
              AND NOT EXISTS (SELECT FROM outreach_targets t WHERE t.claim_id = c.id)
            UNION ALL
            SELECT c.ref FROM (
              SELECT claim_id, outreach_id, told_at,
                lag(told_at) OVER theirs AS before, lag(outreach_id) OVER theirs AS by
              FROM outreach_targets WHERE state = 'told'
              WINDOW theirs AS (PARTITION BY customer_id ORDER BY told_at, id)
            ) AS t JOIN claims c ON c.id = t.claim_id
            WHERE t.by <> t.outreach_id AND t.told_at < t.before + :told_apart""",
    ),
)
