"""Let finance close periods, and keep what came of comparing with the payment provider."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0010"
down_revision = "0009"

APPEND_ONLY = ("closed_batches", "closed_entries", "closed_balances")
GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON closed_batches, closed_entries, closed_balances, closes_asked, reconciliations,
        reconcile_differences TO portal_web, portal_worker, portal_read;
    GRANT INSERT ON closed_batches, closed_entries, closed_balances TO portal_web, portal_worker;
    GRANT INSERT, UPDATE, DELETE ON closes_asked, reconciliations, reconcile_differences
        TO portal_web, portal_worker;
    REVOKE UPDATE, DELETE, TRUNCATE ON closed_batches, closed_entries, closed_balances FROM portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False)


def _moment(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def upgrade() -> None:
    """Apply."""
    _batches()
    _reconciliations()
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(GRANTS)


def _batches() -> None:
    op.create_table(
        "closed_batches",
        _key(),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("first_on", sa.Date()),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("settled_to", sa.BigInteger(), nullable=False),
        sa.Column("entries", sa.BigInteger(), nullable=False),
        sa.Column("postings", sa.BigInteger(), nullable=False),
        sa.Column("layout", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        _moment("closed_at"),
        sa.Column("closed_by", sa.String(80), nullable=False),
        sa.Column("asked_by", sa.String(80)),
        sa.Column("unmatched", JSONB(), nullable=False),
        sa.CheckConstraint("first_on IS NULL OR first_on <= last_on", name=op.f("ck_closed_batches_days_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closed_batches")),
        sa.UniqueConstraint("ref", name=op.f("uq_closed_batches_ref")),
        sa.UniqueConstraint("currency", "last_on", name=op.f("uq_closed_batches_currency_last_on")),
        sa.UniqueConstraint(
            "currency",
            "first_on",
            name=op.f("uq_closed_batches_currency_first_on"),
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_table(
        "closed_entries",
        sa.Column("entry_id", sa.BigInteger(), nullable=False),
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("late_from", sa.Date()),
        sa.ForeignKeyConstraint(["entry_id"], ["journal_entries.id"], name=op.f("fk_closed_entries_entry_id")),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["closed_batches.id"],
            name=op.f("fk_closed_entries_batch_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_closed_entries")),
    )
    late = sa.text("late_from IS NOT NULL")
    op.create_index("ix_closed_entries_late", "closed_entries", ["late_from"], postgresql_where=late)
    op.create_index("ix_closed_entries_batch_id", "closed_entries", ["batch_id"])
    op.create_table(
        "closed_balances",
        sa.Column("batch_id", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.String(32), nullable=False),
        sa.Column("moved_minor", sa.BigInteger(), nullable=False),
        sa.Column("closing_minor", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["closed_batches.id"],
            name=op.f("fk_closed_balances_batch_id"),
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.PrimaryKeyConstraint("batch_id", "account", name=op.f("pk_closed_balances")),
    )
    op.create_table(
        "closes_asked",
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        _moment("asked_at"),
        sa.Column("unmatched", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("currency", "last_on", name=op.f("pk_closes_asked")),
    )


def _reconciliations() -> None:
    op.create_table(
        "reconciliations",
        _key(),
        sa.Column("ref", sa.String(24), nullable=False),
        _moment("since_at"),
        _moment("until_at"),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("matched", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliations")),
        sa.UniqueConstraint("ref", name=op.f("uq_reconciliations_ref")),
    )
    op.create_table(
        "reconcile_differences",
        _key(),
        sa.Column("reconciliation_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("why", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("amount_minor", sa.BigInteger()),
        sa.Column("currency", sa.String(3), nullable=False),
        _moment("happened_at"),
        sa.ForeignKeyConstraint(
            ["reconciliation_id"], ["reconciliations.id"], name=op.f("fk_reconcile_differences_reconciliation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconcile_differences")),
    )
    op.create_index(op.f("ix_reconcile_differences_reconciliation_id"), "reconcile_differences", ["reconciliation_id"])


def downgrade() -> None:
    """Take back; what was closed is then open again, and its files are gone."""
    for table in ("reconcile_differences", "reconciliations", "closes_asked", "closed_balances", "closed_entries"):
        op.drop_table(table)
    op.drop_table("closed_batches")
