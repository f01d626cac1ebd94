"""What breaks the invariants of follow-ups. Run as a replica on the whole book of 16 claims."""

FOLLOW_UPS = (
    (
        "F17",
        """INSERT INTO follow_ups (claim_id, customer_id, turn, state, asked_at)
            SELECT id, customer_id, 1, 'closed', now() FROM claims LIMIT 1""",
    ),
    (
        "F17",
        """INSERT INTO follow_ups (claim_id, customer_id, turn, state)
            SELECT id, customer_id + 1, 1, 'closed' FROM claims LIMIT 1""",
    ),
    (
        "F17",
        """INSERT INTO follow_ups (claim_id, customer_id, turn, state, answer, answered_at)
            SELECT id, customer_id, 1, 'closed', 'no', now() FROM claims LIMIT 1""",
    ),
    (
        "F17",
        """INSERT INTO claim_events (claim_id, action, actor, happened_at, detail)
            SELECT id, 'follow_up_asked', 'system:follow_up', now(), '{"turn": 1}'
            FROM claims, generate_series(1, 2)""",
    ),
    ("F18", "UPDATE claim_lines SET state = 'restored'"),
    (
        "F18",
        """INSERT INTO claim_events (claim_id, action, actor, happened_at, detail)
            SELECT id, 'not_restored', 'guest:mail_link', now(), '{}' FROM claims LIMIT 1""",
    ),
)
