"""X: what finance reads. Periods and batches come with the close of a month; see docs/invariants.md."""

from portal.records.invariants.declared import Invariant

FINANCE = (
    Invariant(
        "X3",
        "an entry counts on the day on which it happened, in the shop's own zone",
        "journal_entries",
        """SELECT ref FROM journal_entries WHERE effective_on
            NOT BETWEEN (happened_at - interval '12 hours')::date AND (happened_at + interval '14 hours')::date""",
    ),
)
