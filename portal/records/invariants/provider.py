"""M and X: our rows beside the payment provider's own books, which stand in ``theirs`` and ``disputes``.

At rest nothing is on its way between the two, so both say the same of every refund; else news may still be under way.
"""

from portal.records.invariants.declared import Invariant

# What was read from the provider, as tables for the queries below.
BOOKS = """
    WITH theirs AS (
      SELECT * FROM jsonb_to_recordset(CAST(:theirs AS jsonb)) AS t (
        provider_ref text, payment_ref text, refund_ref text, amount_minor bigint, currency text, state text,
        account text, live boolean, left_balance boolean, came_back boolean, created_at timestamptz)
    ), disputes AS (
      SELECT * FROM jsonb_to_recordset(CAST(:disputes AS jsonb)) AS t (
        provider_ref text, payment_ref text, amount_minor bigint, state text, withdrawn_at timestamptz)
    )
"""

PROVIDER = (
    Invariant(
        "M3",
        "our refunds and the provider's are the same ones, and nothing went back twice",
        "theirs",
        """SELECT r.ref FROM refunds r LEFT JOIN theirs t ON t.provider_ref = r.provider_ref
            WHERE r.provider_ref IS NOT NULL AND (
              t.provider_ref IS NULL OR t.amount_minor <> r.amount_minor OR t.currency <> r.currency
              OR t.refund_ref <> r.ref OR t.live <> :live OR t.account IS DISTINCT FROM r.request ->> 'account'
              OR (r.request ->> 'payment_ref' LIKE 'pi%' AND t.payment_ref <> r.request ->> 'payment_ref')
              OR (r.state = 'succeeded' AND t.state NOT IN ('succeeded', 'failed'))
              OR (r.state = ANY (:dead) AND t.state NOT IN ('failed', 'canceled'))
              OR (:at_rest AND r.state <> t.state))
            UNION ALL
            SELECT t.provider_ref FROM theirs t JOIN payments p ON p.provider_ref = t.payment_ref
            LEFT JOIN (SELECT provider_ref FROM refunds UNION ALL SELECT provider_ref FROM external_refunds
            ) AS known ON known.provider_ref = t.provider_ref
            LEFT JOIN refunds asked ON asked.ref = t.refund_ref AND asked.provider_ref IS NULL
              AND asked.state IN ('requested', 'sent', 'unknown') AND NOT :at_rest
            WHERE t.state NOT IN ('failed', 'canceled') AND known.provider_ref IS NULL AND asked.id IS NULL
            UNION ALL
            SELECT refund_ref FROM theirs WHERE state NOT IN ('failed', 'canceled') AND refund_ref IS NOT NULL
            GROUP BY refund_ref HAVING count(*) > 1""",
    ),
    Invariant(
        "M15",
        "the provider's own books add up",
        "theirs",
        "SELECT name FROM unnest(CAST(:unequal AS text[])) AS name",
    ),
    Invariant(
        "X4",
        "each refund that left or came back to the balance at Stripe is known here within a day",
        "theirs",
        """SELECT t.provider_ref FROM theirs t JOIN payments p ON p.provider_ref = t.payment_ref
            LEFT JOIN (SELECT provider_ref, state FROM refunds UNION ALL
                       SELECT provider_ref, state FROM external_refunds) AS r
              ON r.provider_ref = t.provider_ref
            WHERE (:at_rest OR t.created_at < now() - interval '1 day') AND (
              (t.left_balance AND NOT t.came_back
               AND coalesce(r.state, '') NOT IN ('pending', 'requires_action', 'succeeded'))
              OR (t.came_back AND coalesce(r.state, '') NOT IN ('failed', 'canceled')))""",
    ),
)
