"""Keep when a dispute was first known to block, so that what left after that is found however often it is read again."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"

# Of what is known already, no earlier moment was kept.
_FILL = """
    UPDATE disputes SET known_at = CASE state WHEN 'lost' THEN coalesce(closed_at, read_at) ELSE read_at END
    WHERE state IN ('needs_response', 'under_review', 'lost')
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("disputes", sa.Column("known_at", sa.DateTime(timezone=True)))
    op.execute(_FILL)


def downgrade() -> None:
    """Take back."""
    op.drop_column("disputes", "known_at")
