"""F: whoever is asked whether it was made right is asked once and reminded once, and only a yes restores a claim."""

from portal.records.invariants.declared import Invariant

ASKED = (
    Invariant(
        "F17",
        "whoever is asked whether it was made right is asked once and reminded once, and every answer is kept as one",
        "claim_events",
        """SELECT c.ref FROM follow_ups f JOIN claims c ON c.id = f.claim_id
            WHERE f.customer_id <> c.customer_id OR f.asked_at < f.arrived_at OR f.reminded_at < f.asked_at
               OR (f.asked_at IS NOT NULL AND f.arrived_at IS NULL)
               OR (f.state IN ('asked', 'reminded')) AND (f.asked_at IS NULL OR f.answer IS NOT NULL)
               OR (f.state = 'answered') <> (f.answer IS NOT NULL)
            UNION ALL
            SELECT c.ref FROM claim_events e JOIN claims c ON c.id = e.claim_id
            WHERE e.action IN ('follow_up_asked', 'follow_up_reminded')
            GROUP BY c.ref, e.action, e.detail ->> 'turn' HAVING count(*) > 1""",
    ),
    Invariant(
        "F18",
        "only a yes of the customer restores a line, after it was carried out, and a no is known to the queue",
        "claim_lines",
        """SELECT c.ref FROM claim_lines k JOIN claims c ON c.id = k.claim_id
            WHERE k.state = 'restored' AND NOT EXISTS (
              SELECT FROM claim_events e JOIN claim_events w ON w.claim_id = e.claim_id
                AND w.claim_line_id = e.claim_line_id AND w.to_state = 'made_whole' AND w.id < e.id
              WHERE e.claim_id = c.id AND e.claim_line_id = k.id AND e.to_state = 'restored' AND e.action = 'restored'
                AND (e.actor LIKE 'claimant:%' OR e.actor LIKE 'guest:%'))
            UNION ALL
            SELECT DISTINCT c.ref FROM claim_events e JOIN claims c ON c.id = e.claim_id
            WHERE e.action = 'not_restored' AND (c.reopened_at IS NULL OR c.reopened_at < e.happened_at)""",
    ),
)
