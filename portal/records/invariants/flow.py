"""F: every claim moves along the table of moves, every effect has its job, nothing waits for nobody."""

from portal.records.invariants.declared import Invariant

FLOW = (
    Invariant(
        "F1",
        "the history of a line makes only moves that are allowed, without a gap, and ends where the line stands",
        "claim_events",
        """SELECT c.ref FROM (
              SELECT claim_id, claim_line_id, id, from_state, to_state,
                lag(to_state) OVER told AS stood, lead(id) OVER told AS next_id
              FROM claim_events WHERE to_state IS NOT NULL
              WINDOW told AS (PARTITION BY claim_line_id ORDER BY id)
            ) AS e
            JOIN claims c ON c.id = e.claim_id
            LEFT JOIN claim_lines k ON k.id = e.claim_line_id
            LEFT JOIN jsonb_to_recordset(CAST(:edges AS jsonb)) AS edge (from_state text, to_state text)
              ON edge.from_state IS NOT DISTINCT FROM e.from_state AND edge.to_state = e.to_state
            WHERE edge.to_state IS NULL OR e.from_state IS DISTINCT FROM e.stood
               OR (e.next_id IS NULL AND e.to_state IS DISTINCT FROM k.state)
            UNION ALL
            SELECT c.ref FROM claim_lines k JOIN claims c ON c.id = k.claim_id
            LEFT JOIN claim_events e ON e.claim_line_id = k.id AND e.claim_id = c.id AND e.to_state IS NOT NULL
            WHERE e.id IS NULL
            UNION ALL
            SELECT c.ref FROM claims c LEFT JOIN claim_lines k ON k.claim_id = c.id
            GROUP BY c.id
            HAVING array_position(:least_finished, c.state)
              IS DISTINCT FROM min(array_position(:least_finished, k.state))""",
    ),
    Invariant(
        "F3",
        "a message from outside is kept once, and what was applied says what came of it",
        "incoming_events",
        """SELECT event_id FROM incoming_events GROUP BY sender, event_id HAVING count(*) > 1
            UNION ALL
            SELECT event_id FROM incoming_events WHERE (applied_at IS NULL) <> (outcome IS NULL)""",
    ),
    Invariant(
        "F5",
        "what still has to be done has its job, from the transaction that decided on it",
        "jobs.procrastinate_jobs",
        """WITH waiting AS (
              SELECT r.ref, 'claims.follow' AS task, jsonb_build_object('claim_ref', c.ref) AS told FROM (
                SELECT f.ref, d.claim_id FROM refunds f JOIN remedies d ON d.id = f.remedy_id
                WHERE f.state = 'requested'
                UNION ALL SELECT g.ref, d.claim_id FROM replacements g JOIN remedies d ON d.id = g.remedy_id
                WHERE g.state = 'requested'
                UNION ALL SELECT d.ref, d.claim_id FROM remedies d
                WHERE d.state = 'promised' AND d.credit_minor + d.bonus_minor > 0
                  AND NOT EXISTS (SELECT FROM credit_lots l WHERE l.source = d.ref)
                UNION ALL SELECT ref, claim_id FROM letters WHERE state = 'queued'
              ) AS r JOIN claims c ON c.id = r.claim_id
              UNION ALL SELECT ref, 'withdrawals.follow', jsonb_build_object('withdrawal_ref', subject_ref)
              FROM letters WHERE state = 'queued' AND claim_id IS NULL AND subject_ref LIKE 'WDR-%'
              UNION ALL SELECT ref, 'withdrawals.follow', jsonb_build_object('withdrawal_ref', ref)
              FROM withdrawals WHERE state = 'received'
              UNION ALL SELECT event_id, sender || '_events.apply', jsonb_build_object('event_id', event_id)
              FROM incoming_events WHERE applied_at IS NULL
            ), jobs_left AS MATERIALIZED (
              SELECT DISTINCT task_name, args FROM jobs.procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')
            )
            SELECT w.ref FROM waiting w LEFT JOIN jobs_left j ON j.task_name = w.task AND j.args = w.told
            WHERE j.task_name IS NULL""",
    ),
    Invariant(
        "F6",
        "a job that was given up leaves nothing undone, and no job waits longer than the longest wait between tries",
        "jobs.procrastinate_jobs",
        """SELECT DISTINCT j.task_name || ' ' || j.args::text FROM jobs.procrastinate_jobs j
            LEFT JOIN claims c ON c.ref = j.args ->> 'claim_ref'
            WHERE j.status = 'failed' AND (
              EXISTS (SELECT FROM letters WHERE claim_id = c.id AND state = 'queued')
              OR EXISTS (SELECT FROM remedies d JOIN replacements g ON g.remedy_id = d.id
                         WHERE d.claim_id = c.id AND g.state = 'requested')
              OR EXISTS (SELECT FROM remedies d WHERE d.claim_id = c.id AND d.state = 'promised'
                         AND d.credit_minor + d.bonus_minor > 0
                         AND NOT EXISTS (SELECT FROM credit_lots l WHERE l.source = d.ref))
              OR EXISTS (SELECT FROM incoming_events WHERE event_id = j.args ->> 'event_id' AND applied_at IS NULL
                         AND j.task_name = sender || '_events.apply' AND NOT EXISTS (
                           SELECT FROM troubles t WHERE t.kind = 'poison_event' AND t.closed_at IS NULL
                             AND t.subject = sender || ' ' || event_id)))
              AND NOT EXISTS (SELECT FROM jobs.procrastinate_jobs again WHERE again.task_name = j.task_name
                              AND again.args = j.args AND again.status IN ('todo', 'doing'))
            UNION ALL
            SELECT task_name || ' ' || args::text FROM jobs.procrastinate_jobs
            WHERE status = 'todo' AND scheduled_at > now() + :longest_wait""",
    ),
    Invariant(
        "F7",
        "nothing waits without a date or a person",
        "claim_lines",
        """SELECT c.ref FROM claims c JOIN claim_lines k ON k.claim_id = c.id
            WHERE (k.state = 'escalated' AND c.answer_by IS NULL)
               OR (k.state IN ('waiting', 'offered', 'awaiting_customer')
                   AND c.next_action_at IS NULL AND c.answer_by IS NULL)
               OR (k.state = 'accepted'
                   AND NOT EXISTS (SELECT FROM remedies d WHERE d.claim_line_id = k.id AND d.state = 'promised'))
            UNION ALL
            SELECT ref FROM claims WHERE waits_for_answer AND answer_by IS NULL
            UNION ALL
            SELECT ref FROM withdrawals
            WHERE (due_at IS NULL) <> (state IN ('refunded', 'answered', 'repeated'))
               OR state IN ('refunding', 'refunded') AND claim_id IS NULL""",
    ),
    Invariant(
        "F8",
        "one page makes one claim, and one message",
        "claims",
        """SELECT client_key FROM claims GROUP BY order_id, client_key HAVING count(*) > 1
            UNION ALL
            SELECT client_key FROM claim_messages GROUP BY claim_id, client_key HAVING count(*) > 1""",
    ),
    Invariant(
        "F9",
        "one replacement lives per line and unit, of as many as were claimed, and its cost is booked once it has left",
        "replacements",
        """SELECT 'line ' || claim_line_id FROM replacements WHERE state <> 'refused' AND not_right_at IS NULL
            GROUP BY claim_line_id HAVING count(*) > 1
            UNION ALL
            SELECT 'line ' || u.order_line_id || ' unit ' || u.unit
            FROM replacements g JOIN claim_units u ON u.claim_line_id = g.claim_line_id
            WHERE (g.state IN ('requested', 'accepted') OR (g.state IN ('shipped', 'delivered') AND u.live))
              AND g.not_right_at IS NULL
            GROUP BY u.order_line_id, u.unit HAVING count(DISTINCT g.id) > 1
            UNION ALL
            SELECT g.ref FROM replacements g JOIN claim_lines k ON k.id = g.claim_line_id
            JOIN remedies d ON d.id = g.remedy_id
            LEFT JOIN journal_entries e ON e.occasion = 'replacement_sent' AND e.source = g.ref
            WHERE g.quantity <> k.quantity OR d.claim_line_id <> k.id
               OR (g.state = 'refused') <> (d.state IN ('failed', 'replaced'))
               OR (e.id IS NOT NULL) <> (g.shipped_at IS NOT NULL AND d.amount_minor > 0)""",
    ),
    Invariant(
        "F10",
        "a letter is written once, and 'your money is back' only after Stripe had said so",
        "letters",
        """SELECT subject_ref FROM letters
            GROUP BY recipient, template, subject_ref, subject_version HAVING count(*) > 1
            UNION ALL
            SELECT l.ref FROM letters l
            LEFT JOIN journal_entries e ON e.occasion = 'refund_settled' AND e.source = l.subject_ref
            WHERE l.template = 'refund_sent' AND e.id IS NULL""",
    ),
    Invariant(
        "F11",
        "a refund that was turned down or came back is owed again, and the customer was told",
        "refunds",
        """SELECT r.ref FROM refunds r JOIN remedies d ON d.id = r.remedy_id
            LEFT JOIN letters l ON l.template = 'refund_failed' AND l.subject_ref = r.ref
            WHERE r.state = ANY (:dead) AND (l.id IS NULL OR d.state NOT IN ('failed', 'replaced'))""",
    ),
)
