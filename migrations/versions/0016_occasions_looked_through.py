"""Look through what stood in the journal before its occasions were listed anew, while others write."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Apply."""
    op.execute("ALTER TABLE journal_entries VALIDATE CONSTRAINT ck_journal_entries_occasion")


def downgrade() -> None:
    """Take back nothing: what was looked through stays so."""
