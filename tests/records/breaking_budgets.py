"""What breaks the invariant of budgets. Run as a replica on the whole book of 16 claims."""

BUDGETS = (
    ("F16", "UPDATE budget_uses SET promised_minor = promised_minor + 1"),
    ("F16", "UPDATE budget_uses SET currency = 'EUR'"),
    ("F16", "DELETE FROM budget_moves WHERE id = (SELECT min(id) FROM budget_moves)"),
    ("F16", "UPDATE budget_moves SET amount_minor = amount_minor + 1 WHERE id = (SELECT min(id) FROM budget_moves)"),
    (
        # Taken back of the budget, and the book knows nothing of it.
        "F16",
        """INSERT INTO budget_moves (budget_use_id, remedy_id, kind, source, amount_minor, actor, happened_at)
            SELECT budget_use_id, remedy_id, 'release', 'CRV-1', -1, 'system:tests', now() FROM budget_moves LIMIT 1""",
    ),
    (
        # Taken back in the book, and not of the budget.
        "F16",
        """UPDATE journal_postings SET amount_minor = amount_minor - 1
            WHERE account = 'remedy_cost' AND policy_class = 'goodwill'""",
    ),
)
