"""P: what a query can tell of who decided what. The rest is held by tests; see docs/invariants.md."""

from portal.records.invariants.declared import Invariant

PEOPLE = (
    Invariant(
        "P1",
        "nobody decides what they raised, what they gain from, or twice on the same approval",
        "decisions",
        """SELECT d.ref FROM decisions d JOIN claim_lines k ON k.id = d.claim_line_id JOIN claims c ON c.id = k.claim_id
            JOIN customers u ON u.id = c.customer_id
            LEFT JOIN staff s ON s.mailbox = u.mailbox AND s.id IN (d.decided_by_id, d.second_by_id)
            WHERE d.decided_by_id = d.second_by_id OR s.id IS NOT NULL
               OR c.raised_by IN ('staff:' || d.decided_by_id, 'staff:' || d.second_by_id)""",
    ),
    Invariant(
        "P3",
        "what one person approved alone on one order, and remedies came of, stays within their limit of that time",
        "decisions",
        """SELECT max(d.ref) FROM decisions d JOIN claim_lines k ON k.id = d.claim_line_id
            JOIN claims c ON c.id = k.claim_id
            WHERE d.kind = 'approve' AND d.state = 'in_force' AND d.second_by_id IS NULL
              AND EXISTS (SELECT FROM remedies r WHERE r.claim_line_id = k.id AND NOT EXISTS (
                SELECT FROM decisions anew WHERE anew.claim_line_id = k.id AND anew.kind = d.kind
                  AND anew.state = d.state AND anew.id > d.id AND anew.decided_at <= r.promised_at))
            GROUP BY c.order_id, d.decided_by_id, d.terms ->> 'currency'
            HAVING sum((d.terms ->> 'stake_minor')::bigint)
              > coalesce(max((d.snapshot -> 'limits' ->> (d.terms ->> 'currency'))::bigint), 0)""",
    ),
    Invariant(
        "P6",
        "each decision stands in the history of its claim, and each entry of a list among what staff did",
        "decisions",
        """SELECT d.ref FROM decisions d JOIN claim_lines k ON k.id = d.claim_line_id
            LEFT JOIN claim_events e ON e.claim_id = k.claim_id AND e.claim_line_id = k.id
              AND e.detail ->> 'decision' = d.ref
            WHERE e.id IS NULL
            UNION ALL SELECT told.ref FROM (
              SELECT ref, 'list_entry_added' AS kind, added_by AS actor FROM list_entries
              UNION ALL SELECT ref, 'list_entry_ended', ended_by FROM list_entries
            ) AS told LEFT JOIN deeds w ON w.subject = told.ref AND w.kind = told.kind AND w.actor = told.actor
            WHERE told.actor LIKE 'staff:%' AND w.id IS NULL""",
    ),
    Invariant(
        "P7",
        "the record of who did what reads as it was sealed, and no seal is missing",
        "seals",
        """SELECT 'seal ' || s.number FROM seals s LEFT JOIN seals b ON b.number = s.number - 1
            WHERE s.number > 1 AND b.number IS NULL OR s.digest <> record_digest(coalesce(b.digest, ''),
                coalesce(b.up_to_event, 0), s.up_to_event, coalesce(b.up_to_deed, 0), s.up_to_deed)""",
    ),
)
