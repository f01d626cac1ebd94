"""Know when each refund was last looked at, and up to when each account was asked, so that none of them starves."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Apply."""
    op.add_column("refunds", sa.Column("looked_at", sa.DateTime(timezone=True)))
    op.add_column("external_refunds", sa.Column("looked_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_external_refunds_open",
        "external_refunds",
        ["looked_at"],
        postgresql_where="state IN ('pending', 'requires_action')",
    )
    op.alter_column("event_polls", "sender", type_=sa.String(255), existing_type=sa.String(16))


def downgrade() -> None:
    """Take back."""
    op.execute("DELETE FROM event_polls WHERE length(sender) > 16")
    op.alter_column("event_polls", "sender", type_=sa.String(16), existing_type=sa.String(255))
    op.drop_index("ix_external_refunds_open", table_name="external_refunds")
    op.drop_column("external_refunds", "looked_at")
    op.drop_column("refunds", "looked_at")
