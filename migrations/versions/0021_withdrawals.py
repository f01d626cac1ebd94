"""Keep withdrawals from a contract, and what became of each."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON withdrawals, withdrawal_events TO portal_web, portal_worker, portal_read;
    GRANT INSERT, UPDATE ON withdrawals TO portal_web, portal_worker;
    GRANT INSERT ON withdrawal_events TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""
STATES = "'received', 'with_person', 'awaiting_goods', 'goods_back', 'refunding', 'refunded', 'answered', 'repeated'"
STANDINGS = "'in_time', 'not_delivered', 'late', 'undetermined', 'no_right', 'no_order'"


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "withdrawals",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("client_key", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("mailbox", sa.String(254), nullable=False),
        sa.Column("order_number", sa.String(64), nullable=False),
        sa.Column("goods", sa.Text(), nullable=False),
        sa.Column("lines", postgresql.JSONB(), nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("browser_hash", sa.LargeBinary(), nullable=False),
        sa.Column("declared_by", sa.String(80), nullable=False),
        sa.Column("declared_at", moment, nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("order_id", sa.BigInteger(), nullable=True),
        sa.Column("standing", sa.String(24), nullable=True),
        sa.Column("period_ends_on", sa.Date(), nullable=True),
        sa.Column("refund_by", moment, nullable=False),
        sa.Column("due_at", moment, nullable=True),
        sa.Column("claim_id", sa.BigInteger(), nullable=True),
        sa.Column("repeats_id", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_withdrawals_state")),
        sa.CheckConstraint(f"standing IN ({STANDINGS})", name=op.f("ck_withdrawals_standing")),
        sa.ForeignKeyConstraint(["order_id"], ["orders.id"], name=op.f("fk_withdrawals_order_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_withdrawals_claim_id")),
        sa.ForeignKeyConstraint(["repeats_id"], ["withdrawals.id"], name=op.f("fk_withdrawals_repeats_id_withdrawals")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawals")),
        sa.UniqueConstraint("ref", name=op.f("uq_withdrawals_ref")),
        sa.UniqueConstraint("client_key", name=op.f("uq_withdrawals_client_key")),
        sa.UniqueConstraint("claim_id", name=op.f("uq_withdrawals_claim_id")),
    )
    op.create_index("ix_withdrawals_due", "withdrawals", ["due_at"], postgresql_where="due_at IS NOT NULL")
    op.create_index("ix_withdrawals_order_id", "withdrawals", ["order_id"], postgresql_where="order_id IS NOT NULL")
    op.create_index("ix_withdrawals_mailbox", "withdrawals", ["mailbox"])
    op.create_table(
        "withdrawal_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("withdrawal_id", sa.BigInteger(), nullable=False),
        sa.Column("move", sa.String(24), nullable=False),
        sa.Column("from_state", sa.String(24), nullable=True),
        sa.Column("to_state", sa.String(24), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("happened_at", moment, nullable=False),
        sa.Column("detail", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["withdrawal_id"], ["withdrawals.id"], name=op.f("fk_withdrawal_events_withdrawal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_withdrawal_events")),
    )
    op.create_index("ix_withdrawal_events_withdrawal_id", "withdrawal_events", ["withdrawal_id"])
    op.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON withdrawal_events "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(GRANTS)


def downgrade() -> None:
    """Take back."""
    op.drop_table("withdrawal_events")
    op.drop_table("withdrawals")
