"""Find the few claim lines that a limit, a list or a budget had a say in."""

from alembic import op

revision = "0026"
down_revision = "0025"

HELD = "standing -> 'held' IS NOT NULL OR standing -> 'at_choice' IS NOT NULL"


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_claim_lines_held", "claim_lines", ["claim_id"], postgresql_where=HELD)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_claim_lines_held", "claim_lines")
