"""Let the shop stop keeping stock of a SKU: its shelf and its moves stay, and nothing is asked of them any more."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Apply."""
    op.add_column("stock_items", sa.Column("kept", sa.Boolean(), server_default="true", nullable=False))


def downgrade() -> None:
    """Take back: what was kept no more is kept again, as it was counted last."""
    op.drop_column("stock_items", "kept")
