"""Keep how far the search for patterns has come, the running counts of its cells, and what it found."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON pattern_searches, pattern_cells, patterns TO portal_web, portal_worker, portal_read;
    GRANT INSERT, UPDATE ON patterns TO portal_web, portal_worker;
    GRANT INSERT, UPDATE, DELETE ON pattern_searches, pattern_cells TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""
MEASURES = "'late', 'silent', 'elsewhere', 'missing', 'damaged', 'wrong', 'faulty', 'not_as_described'"
DAYS = ("promised_at", "handed_over_at", "delivered_at")


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "pattern_searches",
        sa.Column("family", sa.String(24), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("state", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("family", name=op.f("pk_pattern_searches")),
    )
    op.create_table(
        "pattern_cells",
        sa.Column("measure", sa.String(24), nullable=False),
        sa.Column("counts", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(f"measure IN ({MEASURES})", name=op.f("ck_pattern_cells_measure")),
        sa.PrimaryKeyConstraint("measure", name=op.f("pk_pattern_cells")),
    )
    _patterns()
    # A parcel settles on a day that hangs on one of these. Parcels come in the order of time, so the ranges of pages
    # are enough to find a day's, and cost an import next to nothing.
    for name in DAYS:
        op.create_index(
            f"ix_shipments_{name}",
            "shipments",
            [name],
            postgresql_using="brin",
            postgresql_with={"autosummarize": "on", "pages_per_range": "32"},
        )
    op.execute(GRANTS)


def _patterns() -> None:
    op.create_table(
        "patterns",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("measure", sa.String(24), nullable=False),
        sa.Column("cell", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("exposure", sa.Integer(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Double(), nullable=False),
        sa.Column("rate_low", sa.Double(), nullable=False),
        sa.Column("rate_high", sa.Double(), nullable=False),
        sa.Column("weeks", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("also", postgresql.JSONB(astext_type=sa.Text()), server_default="[]", nullable=False),
        sa.Column("decided_by", sa.String(80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("incident_ref", sa.String(24), nullable=True),
        sa.CheckConstraint(f"measure IN ({MEASURES})", name=op.f("ck_patterns_measure")),
        sa.CheckConstraint("state IN ('new', 'confirmed', 'dismissed')", name=op.f("ck_patterns_state")),
        sa.CheckConstraint("cell <> '{}'", name=op.f("ck_patterns_of_a_cell")),
        sa.CheckConstraint("0 < events AND events <= exposure AND usual > 0", name=op.f("ck_patterns_counts")),
        sa.CheckConstraint(
            "(state = 'new') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_patterns_decided_by_somebody"),
        ),
        sa.CheckConstraint("state <> 'dismissed' OR reason <> ''", name=op.f("ck_patterns_dismissed_with_a_reason")),
        sa.ForeignKeyConstraint(["incident_ref"], ["incidents.ref"], name=op.f("fk_patterns_incident_ref_incidents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patterns")),
        sa.UniqueConstraint("ref", name=op.f("uq_patterns_ref")),
    )
    op.create_index(
        "ix_patterns_one_new", "patterns", ["measure", "cell"], unique=True, postgresql_where=sa.text("state = 'new'")
    )
    op.create_index("ix_patterns_found_on", "patterns", ["found_on"])


def downgrade() -> None:
    """Take back."""
    for name in DAYS:
        op.drop_index(f"ix_shipments_{name}", "shipments")
    for table in ("patterns", "pattern_cells", "pattern_searches"):
        op.drop_table(table)
