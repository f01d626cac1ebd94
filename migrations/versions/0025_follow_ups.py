"""Ask customers whether it was made right: what was asked of whom and answered, and what a no reopens."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON follow_ups TO portal_web, portal_worker, portal_read;
    GRANT INSERT, UPDATE ON follow_ups TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""
ONE_LIVE = "ix_replacements_one_live"


def upgrade() -> None:
    """Apply."""
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "follow_ups",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("next_at", moment),
        sa.Column("arrived_at", moment),
        sa.Column("asked_at", moment),
        sa.Column("reminded_at", moment),
        sa.Column("answer", sa.String(8)),
        sa.Column("answered_at", moment),
        sa.Column("created_at", moment, server_default=sa.func.now(), nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'asked', 'reminded', 'answered', 'closed', 'overtaken')",
            name=op.f("ck_follow_ups_state"),
        ),
        sa.CheckConstraint(
            "(next_at IS NOT NULL) = (state IN ('waiting', 'asked', 'reminded'))",
            name=op.f("ck_follow_ups_open_has_a_date"),
        ),
        sa.CheckConstraint("answer IN ('yes', 'no')", name=op.f("ck_follow_ups_answer")),
        sa.CheckConstraint(
            "(answer IS NULL) = (answered_at IS NULL)", name=op.f("ck_follow_ups_answer_has_its_moment")
        ),
        sa.CheckConstraint(
            "reminded_at IS NULL OR asked_at IS NOT NULL", name=op.f("ck_follow_ups_asked_before_reminded")
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_follow_ups_claim_id")),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_follow_ups_customer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_ups")),
        sa.UniqueConstraint("claim_id", "turn", name=op.f("uq_follow_ups_claim_id_turn")),
    )
    is_open = "next_at IS NOT NULL"
    op.create_index("ix_follow_ups_due", "follow_ups", ["next_at"], postgresql_where=is_open)
    op.create_index("ix_follow_ups_one_open", "follow_ups", ["claim_id"], unique=True, postgresql_where=is_open)
    op.create_index("ix_follow_ups_customer_id", "follow_ups", ["customer_id"])
    # Before anything that readers of claims would wait for, because it reads through all lines.
    op.create_index("ix_claim_lines_made_whole", "claim_lines", ["claim_id"], postgresql_where="state = 'made_whole'")
    op.add_column("claims", sa.Column("reopened_at", moment))
    op.add_column("replacements", sa.Column("not_right_at", moment))
    op.drop_index(ONE_LIVE, table_name="replacements")
    live = "state <> 'refused' AND not_right_at IS NULL"
    op.create_index(ONE_LIVE, "replacements", ["claim_line_id"], unique=True, postgresql_where=live)
    op.execute(GRANTS)


def downgrade() -> None:
    """Take back. No line may have been sent again after a no by then: one parcel of each can stand."""
    op.drop_index(ONE_LIVE, table_name="replacements")
    op.create_index(ONE_LIVE, "replacements", ["claim_line_id"], unique=True, postgresql_where="state <> 'refused'")
    op.drop_column("replacements", "not_right_at")
    op.drop_index("ix_claim_lines_made_whole", table_name="claim_lines")
    op.drop_column("claims", "reopened_at")
    op.drop_table("follow_ups")
