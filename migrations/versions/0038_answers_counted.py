"""Count what customers said to "did we make it right?" with the journey, so that no page goes through all claims."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON journey_answers TO portal_web, portal_worker, portal_read;
    GRANT INSERT, UPDATE, DELETE ON journey_answers TO portal_web, portal_worker;
END $$;
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "journey_answers",
        sa.Column("grouped_by", sa.String(8), nullable=False),
        sa.Column("value", sa.String(32), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("was_right", sa.Integer(), nullable=False),
        sa.Column("was_not", sa.Integer(), nullable=False),
        sa.Column("not_known", sa.Integer(), nullable=False),
        sa.CheckConstraint("grouped_by IN ('month', 'stage')", name=op.f("ck_journey_answers_grouped_by")),
        sa.PrimaryKeyConstraint("grouped_by", "value", name=op.f("pk_journey_answers")),
    )
    op.execute(GRANTS)


def downgrade() -> None:
    """Take back."""
    op.drop_table("journey_answers")
