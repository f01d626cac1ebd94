"""Keep the staff's second factors and recovery codes, and when a session last gave the factor."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON second_factors, recovery_codes TO portal_web, portal_worker, portal_read;
    GRANT INSERT, UPDATE, DELETE ON second_factors, recovery_codes TO portal_web, portal_worker;
END $$;
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "second_factors",
        sa.Column("staff_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("sealed_secret", sa.String(200), nullable=False),
        sa.Column("used_step", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_second_factors_staff_id_staff")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_second_factors")),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("staff_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["staff_id"], ["second_factors.staff_id"], name=op.f("fk_recovery_codes_staff_id_second_factors")
        ),
        sa.PrimaryKeyConstraint("staff_id", "code_hash", name=op.f("pk_recovery_codes")),
    )
    op.add_column("web_sessions", sa.Column("factor_at", sa.DateTime(timezone=True), nullable=True))
    op.execute(GRANTS)


def downgrade() -> None:
    """Take back."""
    op.drop_column("web_sessions", "factor_at")
    op.drop_table("recovery_codes")
    op.drop_table("second_factors")
