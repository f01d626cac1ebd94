"""Find by an index what was told of a subject before, because each import of the order feed asks."""

from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_troubles_subject", "troubles", ["subject", "kind"])


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_troubles_subject", table_name="troubles")
