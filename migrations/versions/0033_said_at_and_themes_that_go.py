"""Keep when a message said what was done about a parcel, and let themes go."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT UPDATE, DELETE ON theme_searches, themes TO portal_web, portal_worker;
END $$;
"""
# What was found before may be the words of one customer who wrote three times. Themes without words are looked for anew.
THEMES_OF_BEFORE = "UPDATE themes SET words = '[]', examples = '[]'"


def upgrade() -> None:
    """Apply."""
    op.add_column("precautions", sa.Column("said_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(THEMES_OF_BEFORE)
    op.execute(GRANTS)


def downgrade() -> None:
    """Take back."""
    op.drop_column("precautions", "said_at")
