"""Keep when a carrier last told of a parcel, and which incidents staff declared, because policy asks about both."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0023"
down_revision = "0022"

GRANTS = """
DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN
    GRANT SELECT ON incidents TO portal_web, portal_worker, portal_read;
    GRANT INSERT, UPDATE ON incidents TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
  END IF;
END $$
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("shipments", sa.Column("last_scan_at", sa.DateTime(timezone=True)))
    op.create_table(
        "incidents",
        sa.Column("id", sa.BigInteger(), sa.Identity(), primary_key=True),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("about", JSONB(), nullable=False),
        sa.Column("opened_by", sa.String(80), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
        sa.Column("closed_by", sa.String(80)),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("ref", name="uq_incidents_ref"),
        sa.CheckConstraint("about <> '{}'", name="ck_incidents_about_something"),
        sa.CheckConstraint("(closed_by IS NULL) = (closed_at IS NULL)", name="ck_incidents_closed_by_somebody"),
    )
    op.create_index("ix_incidents_open", "incidents", ["opened_at"], postgresql_where=sa.text("closed_at IS NULL"))
    op.create_index(
        "ix_claim_events_failed_follow_ups",
        "claim_events",
        ["claim_id"],
        postgresql_where=sa.text("action IN ('not_restored', 'told_again')"),
    )
    op.execute(GRANTS)


def downgrade() -> None:
    """Take back."""
    op.drop_index("ix_claim_events_failed_follow_ups", table_name="claim_events")
    op.drop_table("incidents")
    op.drop_column("shipments", "last_scan_at")
