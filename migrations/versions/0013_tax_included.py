"""Let a line of an order say that its prices include their tax."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Apply."""
    op.add_column(
        "order_lines", sa.Column("tax_included", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )


def downgrade() -> None:
    """Take back."""
    op.drop_column("order_lines", "tax_included")
