"""Look through what is booked, so that its new kinds are known to be the only ones."""

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Apply. Others go on to write meanwhile."""
    op.execute("ALTER TABLE journal_entries VALIDATE CONSTRAINT ck_journal_entries_occasion")
    op.execute("ALTER TABLE journal_postings VALIDATE CONSTRAINT ck_journal_postings_account")


def downgrade() -> None:
    """Leave it: what was looked through stays so."""
