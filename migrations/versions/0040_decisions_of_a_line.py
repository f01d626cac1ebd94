"""Find the decisions of a claim line at once: who decided before is asked while a report is taken."""

from alembic import op

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_decisions_claim_line_id", "decisions", ["claim_line_id"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_decisions_claim_line_id", table_name="decisions")
