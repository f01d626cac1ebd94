"""Keep whom we reach first: outreaches, each parcel with what became of it, and who wants no such letter."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON outreaches, outreach_targets, outreach_opt_outs TO portal_web, portal_worker, portal_read;
    GRANT INSERT, UPDATE ON outreaches, outreach_targets TO portal_web, portal_worker;
    GRANT INSERT, DELETE ON outreach_opt_outs TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""
STATES = "'counting', 'ready', 'first_wave', 'awaiting_second', 'telling', 'paused', 'done', 'stopped', 'failed'"
SKIPS = (
    "'erased', 'opted_out', 'claimed', 'cancelled', 'arrived', 'given_back', 'told_lately', 'only_they_know',"
    " 'too_early', 'nothing_to_offer', 'out_of_date', 'stopped'"
)
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Apply."""
    _outreaches()
    _targets()
    op.create_table(
        "outreach_opt_outs",
        sa.Column("customer_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("said_by", sa.String(80), nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_outreach_opt_outs_customer_id_customers")
        ),
        sa.PrimaryKeyConstraint("customer_id", name=op.f("pk_outreach_opt_outs")),
    )
    op.execute(GRANTS)


def _outreaches() -> None:
    op.create_table(
        "outreaches",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("paused_in", sa.String(16)),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("incident_id", sa.BigInteger()),
        sa.Column("silent_days", sa.Integer()),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("wave_size", "per_minute", "kept_back_share", "kept_back_days")
        ),
        sa.Column("drawn_by", sa.String(80), nullable=False),
        sa.Column("drawn_at", MOMENT, nullable=False),
        sa.Column("searched_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("found", sa.Integer()),
        sa.Column("counted_to", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("counted", sa.Integer(), server_default="0", nullable=False),
        sa.Column("preview", postgresql.JSONB(astext_type=sa.Text())),
        sa.Column("counted_at", MOMENT),
        sa.Column("started_by", sa.String(80)),
        sa.Column("started_at", MOMENT),
        sa.Column("approved_by", sa.String(80)),
        sa.Column("approved_at", MOMENT),
        *(sa.Column(name, MOMENT) for name in ("kept_back_until", "given_until", "ended_at")),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        *(sa.CheckConstraint(said, name=op.f(f"ck_outreaches_{name}")) for name, said in OUTREACH_CHECKS.items()),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_outreaches_incident_id_incidents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreaches")),
        sa.UniqueConstraint("ref", name=op.f("uq_outreaches_ref")),
    )
    op.create_index("ix_outreaches_drawn_at", "outreaches", ["drawn_at"])
    op.create_index("ix_outreaches_incident_id", "outreaches", ["incident_id"])


OUTREACH_CHECKS = {
    "state": f"state IN ({STATES})",
    "of_one_cause": "num_nonnulls(incident_id, silent_days) = 1",
    "paused_somewhere": "(state = 'paused') = (paused_in IS NOT NULL)",
    "started_by_somebody": "(started_by IS NULL) = (started_at IS NULL)",
    "approved_by_somebody": "(approved_by IS NULL) = (approved_at IS NULL)",
    "approved_by_a_second": "approved_by <> started_by AND approved_by <> drawn_by",
    "started_before_approved": "approved_by IS NULL OR started_by IS NOT NULL",
    "careful": "wave_size > 0 AND per_minute > 0 AND kept_back_share >= 0",
}
TARGET_CHECKS = {
    "state": "state IN ('waiting', 'kept_back', 'told', 'skipped')",
    "skip": f"skip IN ({SKIPS})",
    "skipped_with_a_reason": "(state = 'skipped') = (skip IS NOT NULL)",
    "told_by_a_claim": "(state = 'told') = (claim_id IS NOT NULL)",
    "told_at_a_moment": "(state = 'told') = (told_at IS NOT NULL)",
}


def _targets() -> None:
    of = {"outreach_id": "outreaches", "customer_id": "customers", "order_id": "orders", "shipment_id": "shipments"}
    op.create_table(
        "outreach_targets",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in of),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("drawn_back", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("outlook", sa.String(24)),
        sa.Column("skip", sa.String(24)),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("claim_id", sa.BigInteger()),
        sa.Column("told_at", MOMENT),
        *(sa.CheckConstraint(said, name=op.f(f"ck_outreach_targets_{name}")) for name, said in TARGET_CHECKS.items()),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_outreach_targets_{name}_{table}"))
            for name, table in {**of, "claim_id": "claims"}.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outreach_targets")),
        sa.UniqueConstraint("outreach_id", "shipment_id", name=op.f("uq_outreach_targets_outreach_id_shipment_id")),
    )
    told = sa.text("state = 'told'")
    op.create_index(
        "ix_outreach_targets_one_told", "outreach_targets", ["shipment_id"], unique=True, postgresql_where=told
    )
    op.create_index(
        "ix_outreach_targets_customer_told", "outreach_targets", ["customer_id", "told_at"], postgresql_where=told
    )
    op.create_index(
        "ix_outreach_targets_due",
        "outreach_targets",
        ["outreach_id", "due_at"],
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_outreach_targets_claim_id", "outreach_targets", ["claim_id"], unique=True)
    op.create_index("ix_outreach_targets_customer", "outreach_targets", ["outreach_id", "customer_id"])


def downgrade() -> None:
    """Take back."""
    for table in ("outreach_opt_outs", "outreach_targets", "outreaches"):
        op.drop_table(table)
