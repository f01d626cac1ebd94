"""Count remedies by whom they go to, keep lists with reasons and ends, and what was promised of each budget."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0024"
down_revision = "0023"

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON claim_subjects, list_entries, budget_uses, budget_moves TO portal_web, portal_worker, portal_read;
    GRANT INSERT ON claim_subjects, list_entries, budget_uses, budget_moves TO portal_web, portal_worker;
    GRANT UPDATE ON list_entries, budget_uses TO portal_web, portal_worker;
    GRANT DELETE ON claim_subjects TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("claim_lines", sa.Column("standing", JSONB()))
    op.add_column("payments", sa.Column("card_fingerprint", sa.String(80)))
    _subjects()
    _lists()
    _budgets()
    op.execute(GRANTS)


def _subjects() -> None:
    op.create_table(
        "claim_subjects",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.CheckConstraint(
            "kind IN ('customer', 'mailbox', 'card', 'address', 'device')", name=op.f("ck_claim_subjects_kind")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_subjects_claim_id")),
        sa.PrimaryKeyConstraint("key", "claim_id", name=op.f("pk_claim_subjects")),
    )
    op.create_index("ix_claim_subjects_claim_id", "claim_subjects", ["claim_id"])


def _lists() -> None:
    op.create_table(
        "list_entries",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("subject", sa.String(16), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("shown", sa.String(120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("claim_id", sa.BigInteger()),
        sa.Column("added_by", sa.String(80), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ended_by", sa.String(80)),
        sa.Column("end_reason", sa.Text()),
        sa.CheckConstraint("kind IN ('allow', 'block')", name=op.f("ck_list_entries_kind")),
        sa.CheckConstraint("subject IN ('mailbox', 'card', 'address', 'device')", name=op.f("ck_list_entries_subject")),
        sa.CheckConstraint("expires_at > added_at", name=op.f("ck_list_entries_expires_later")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name=op.f("ck_list_entries_ended_by_somebody")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_list_entries_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_entries")),
        sa.UniqueConstraint("ref", name=op.f("uq_list_entries_ref")),
    )
    live = "ended_at IS NULL"
    op.create_index("ix_list_entries_one_live", "list_entries", ["key", "kind"], unique=True, postgresql_where=live)
    op.create_index("ix_list_entries_claim_id", "list_entries", ["claim_id"], postgresql_where="claim_id IS NOT NULL")


def _budgets() -> None:
    op.create_table(
        "budget_uses",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("market", sa.String(16), nullable=False),
        sa.Column("policy_class", sa.String(32), nullable=False),
        sa.Column("period", sa.String(8), nullable=False),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("promised_minor", sa.BigInteger(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "policy_class IN ('entitled', 'goodwill', 'not_ours')", name=op.f("ck_budget_uses_policy_class")
        ),
        sa.CheckConstraint("period IN ('week', 'month', 'quarter', 'year')", name=op.f("ck_budget_uses_period")),
        sa.CheckConstraint("promised_minor >= 0", name=op.f("ck_budget_uses_promised_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_uses")),
        sa.UniqueConstraint(
            "market",
            "policy_class",
            "period",
            "begins_on",
            "currency",
            name=op.f("uq_budget_uses_market_policy_class_period_begins_on_currency"),
        ),
    )
    op.create_table(
        "budget_moves",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("budget_use_id", sa.BigInteger(), nullable=False),
        sa.Column("remedy_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('promise', 'release')", name=op.f("ck_budget_moves_kind")),
        sa.CheckConstraint(
            "CASE kind WHEN 'promise' THEN amount_minor > 0 ELSE amount_minor < 0 END",
            name=op.f("ck_budget_moves_amount"),
        ),
        sa.ForeignKeyConstraint(["budget_use_id"], ["budget_uses.id"], name=op.f("fk_budget_moves_budget_use_id")),
        sa.ForeignKeyConstraint(["remedy_id"], ["remedies.id"], name=op.f("fk_budget_moves_remedy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budget_moves")),
        sa.UniqueConstraint("budget_use_id", "source", "kind", name=op.f("uq_budget_moves_budget_use_id_source_kind")),
    )
    op.create_index("ix_budget_moves_remedy_id", "budget_moves", ["remedy_id"])
    op.create_index(
        "ix_budget_moves_released",
        "budget_moves",
        ["budget_use_id", "amount_minor"],
        postgresql_where="kind = 'release'",
    )
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON budget_moves "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def downgrade() -> None:
    """Take back."""
    for table in ("budget_moves", "budget_uses", "list_entries", "claim_subjects"):
        op.drop_table(table)
    op.drop_column("payments", "card_fingerprint")
    op.drop_column("claim_lines", "standing")
