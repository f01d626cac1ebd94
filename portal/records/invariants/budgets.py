"""F: what counts against a budget is what the book says was promised of it and not taken back."""

from portal.records.invariants.declared import Invariant

BUDGETS = (
    Invariant(
        "F16",
        "what counts against a budget is what was promised of it and not taken back, and its row holds its promises",
        "budget_moves",
        """SELECT u.market || ' ' || u.policy_class || ' ' || u.begins_on FROM budget_uses u
            LEFT JOIN (SELECT budget_use_id, sum(amount_minor) AS stands,
                         sum(amount_minor) FILTER (WHERE kind = 'promise') AS promised
                       FROM budget_moves GROUP BY budget_use_id) AS m ON m.budget_use_id = u.id
            WHERE u.promised_minor <> coalesce(m.promised, 0) OR coalesce(m.stands, 0) < 0
            UNION ALL
            SELECT r.ref FROM (
              SELECT budget_use_id, remedy_id, sum(amount_minor) AS minor FROM budget_moves
              GROUP BY budget_use_id, remedy_id
            ) AS m JOIN budget_uses u ON u.id = m.budget_use_id JOIN remedies r ON r.id = m.remedy_id
            LEFT JOIN (
              SELECT named.remedy_id, p.policy_class, sum(p.amount_minor) AS minor FROM (
                SELECT id AS remedy_id, ref AS source, 'remedy_promised' AS occasion FROM remedies
                UNION ALL SELECT id, ref, 'remedy_released' FROM remedies
                UNION ALL SELECT remedy_id, ref, 'remedy_released' FROM refunds
                UNION ALL SELECT d.id, x.ref, 'remedy_reversed' FROM credit_reversals x
                JOIN credit_lots l ON l.id = x.lot_id JOIN remedies d ON d.ref = l.source
              ) AS named JOIN journal_entries e USING (occasion, source)
              JOIN journal_postings p ON p.entry_id = e.id AND p.account = 'remedy_cost'
              GROUP BY named.remedy_id, p.policy_class
            ) AS booked ON booked.remedy_id = r.id AND booked.policy_class = u.policy_class
            WHERE m.minor <> coalesce(booked.minor, 0) OR u.currency <> r.currency""",
    ),
)
