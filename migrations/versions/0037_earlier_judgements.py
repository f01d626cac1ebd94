"""Keep what decided a claim line when a later judgement takes its place, so that every decision can be made again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"

TABLE = "claim_line_judgements"
GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON claim_line_judgements TO portal_web, portal_worker, portal_read;
    GRANT INSERT ON claim_line_judgements TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""


def upgrade() -> None:
    """Apply. What was written over before is not there any more; from here on nothing is."""
    op.create_table(
        TABLE,
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("claim_line_id", sa.BigInteger(), nullable=False),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        sa.Column("standing", postgresql.JSONB(), nullable=True),
        sa.Column("verdict", postgresql.JSONB(), nullable=False),
        sa.Column("why", sa.String(16), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "why IN ('date_reached', 'offers_expired', 'photo_added')", name=op.f("ck_claim_line_judgements_why")
        ),
        sa.ForeignKeyConstraint(
            ["claim_line_id"], ["claim_lines.id"], name=op.f("fk_claim_line_judgements_claim_line_id_claim_lines")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_line_judgements")),
    )
    op.create_index("ix_claim_line_judgements_claim_line_id", TABLE, ["claim_line_id"])
    op.execute(
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(GRANTS)


def downgrade() -> None:
    """Take back."""
    op.drop_table(TABLE)
