"""Book what comes back at the payment provider: a dispute that was lost, a refund that was taken for another's."""

from alembic import op

revision = "0012"
down_revision = "0011"

EARLIER = (
    "remedy_promised", "remedy_released", "remedy_reversed", "refund_sent", "refund_settled", "refund_failed",
    "credit_issued", "credit_spent", "credit_given_back", "credit_expired", "credit_reversed", "replacement_sent",
    "refunded_elsewhere", "refund_elsewhere_failed", "dispute_lost",
)  # fmt: skip
OCCASIONS = (*EARLIER, "refund_elsewhere_is_ours", "dispute_reversed")


def _allow(values: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{value}'" for value in values)
    # What is there was checked when it was written; a later migration looks it through while others write.
    op.execute(f"""
        ALTER TABLE journal_entries DROP CONSTRAINT ck_journal_entries_occasion,
          ADD CONSTRAINT ck_journal_entries_occasion CHECK (occasion IN ({listed})) NOT VALID
    """)


def upgrade() -> None:
    """Apply."""
    _allow(OCCASIONS)


def downgrade() -> None:
    """Take back. What was booked meanwhile of the new kinds must be gone before."""
    _allow(EARLIER)
