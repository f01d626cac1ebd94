"""What breaks the invariant of the journey's counts. Run as a replica on the whole book, whose March is counted."""

JOURNEY = (
    ("F19", "UPDATE journey_counts SET problems = 1"),
    ("F19", "UPDATE claims SET created_at = '2026-03-31T23:59Z' WHERE ref = 'CLM-B3'"),
    (
        # One that was taken back after it had been counted was a problem by then.
        "F19",
        """UPDATE claims SET created_at = '2026-03-05Z' WHERE ref = 'CLM-B3';
            UPDATE claim_lines SET state = 'withdrawn' WHERE claim_id = (SELECT id FROM claims WHERE ref = 'CLM-B3');
            INSERT INTO claim_events (claim_id, claim_line_id, action, from_state, to_state, actor, happened_at, detail)
            SELECT claim_id, id, 'withdrawn', 'offered', 'withdrawn', 'system:tests', '2026-04-03Z', '{}'
            FROM claim_lines WHERE state = 'withdrawn'""",
    ),
    ("F19", "UPDATE journey_costs SET amount_minor = amount_minor + 1 WHERE policy_class = 'goodwill'"),
    ("F19", "DELETE FROM journey_costs WHERE policy_class = 'goodwill'"),
)
