"""Find claims by when they were reported, which is how a draft of a policy is replayed."""

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_claims_created_at", "claims", ["created_at"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_claims_created_at", table_name="claims")
