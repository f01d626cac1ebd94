"""Keep what is done about an incident: its owner, cause, steps and fix, who was told, and the proof that it fell."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0030"

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON incident_steps, incident_tellings, incident_told TO portal_web, portal_worker, portal_read;
    GRANT INSERT, UPDATE ON incident_steps, incident_tellings TO portal_web, portal_worker;
    GRANT INSERT ON incident_told TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""
MEASURES = "'late', 'silent', 'elsewhere', 'missing', 'damaged', 'wrong', 'faulty', 'not_as_described'"
CHECKS = {
    "closed_with_an_outcome": "(outcome IS NULL) = (closed_at IS NULL)",
    "outcome": "outcome IN ('fell', 'not_proven', 'merged')",
    "not_proven_with_a_reason": "outcome <> 'not_proven' OR close_reason <> ''",
    "flag": "flag IN ('not_proven', 'did_not_fall', 'came_back')",
    "measure": f"measure IN ({MEASURES})",
    "not_into_itself": "merged_into <> ref",
    "cause_with_its_moment": "(cause = '') = (cause_at IS NULL)",
    "confirmed_cause_is_said": "cause_confirmed_at IS NULL OR cause <> ''",
    "fix_with_its_day": "(fix = '') = (fix_on IS NULL) AND (fix = '') = (fix_at IS NULL)",
}
MOMENT = sa.DateTime(timezone=True)
# What was opened before knows its pattern; the rest began, as far as anybody said, when it was opened.
KNOWN = """
    UPDATE incidents AS i SET
        since_on = coalesce((SELECT min(p.since_on) FROM patterns p WHERE p.incident_ref = i.ref), opened_at::date),
        measure = (SELECT min(p.measure) FROM patterns p WHERE p.incident_ref = i.ref),
        outcome = CASE WHEN closed_at IS NOT NULL THEN 'not_proven' END,
        flag = CASE WHEN closed_at IS NOT NULL THEN 'not_proven' END,
        close_reason = CASE WHEN closed_at IS NOT NULL THEN 'Closed before proofs were kept.' ELSE '' END
"""


def upgrade() -> None:
    """Apply."""
    for column in _added():
        op.add_column("incidents", column)
    op.execute(KNOWN)
    op.alter_column("incidents", "since_on", nullable=False)
    for name, check in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_incidents_{name}"), "incidents", check)
    op.create_foreign_key(
        op.f("fk_incidents_stage_journey_stages"), "incidents", "journey_stages", ["stage"], ["stage"]
    )
    op.create_foreign_key(
        op.f("fk_incidents_merged_into_incidents"), "incidents", "incidents", ["merged_into"], ["ref"]
    )
    op.create_index(
        "ix_incidents_merged_into", "incidents", ["merged_into"], postgresql_where=sa.text("merged_into IS NOT NULL")
    )
    op.create_index("ix_deeds_subject", "deeds", ["subject"])
    _steps()
    _tellings()
    op.execute(GRANTS)


def _added() -> list[sa.Column[object]]:
    """Make the columns anew: one that belongs to a table already cannot be added to another."""
    return [
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("measure", sa.String(24)),
        sa.Column("since_on", sa.Date()),
        sa.Column("stage", sa.String(32)),
        sa.Column("cause", sa.Text(), server_default="", nullable=False),
        sa.Column("cause_by", sa.String(80)),
        sa.Column("cause_at", MOMENT),
        sa.Column("cause_confirmed_by", sa.String(80)),
        sa.Column("cause_confirmed_at", MOMENT),
        sa.Column("fix", sa.Text(), server_default="", nullable=False),
        sa.Column("fix_on", sa.Date()),
        sa.Column("fix_by", sa.String(80)),
        sa.Column("fix_at", MOMENT),
        sa.Column("proof", postgresql.JSONB(astext_type=sa.Text())),
        sa.Column("proof_asked_at", MOMENT),
        sa.Column("outcome", sa.String(16)),
        sa.Column("close_reason", sa.Text(), server_default="", nullable=False),
        sa.Column("flag", sa.String(16)),
        sa.Column("merged_into", sa.String(24)),
    ]


def _steps() -> None:
    op.create_table(
        "incident_steps",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date()),
        sa.Column("set_by", sa.String(80), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("ended_by", sa.String(80)),
        sa.Column("ended_at", MOMENT),
        sa.CheckConstraint(
            "kind IN ('call_ahead', 'hold_shipments', 'switch_carrier', 'stop_selling')",
            name=op.f("ck_incident_steps_kind"),
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_incident_steps_ends_after_it_begins")),
        sa.CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name=op.f("ck_incident_steps_ended_by_somebody")),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_incident_steps_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_steps")),
    )
    op.create_index("ix_incident_steps_incident_id", "incident_steps", ["incident_id"])


def _tellings() -> None:
    op.create_table(
        "incident_tellings",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("proposed_by", sa.String(80), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("sent_by", sa.String(80)),
        sa.Column("sent_at", MOMENT),
        sa.Column("dropped_at", MOMENT),
        sa.CheckConstraint("sent_by <> proposed_by", name=op.f("ck_incident_tellings_two_people")),
        sa.CheckConstraint("(sent_by IS NULL) = (sent_at IS NULL)", name=op.f("ck_incident_tellings_sent_by_somebody")),
        sa.CheckConstraint(
            "NOT (sent_at IS NOT NULL AND dropped_at IS NOT NULL)", name=op.f("ck_incident_tellings_sent_or_dropped")
        ),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["incidents.id"], name=op.f("fk_incident_tellings_incident_id_incidents")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident_tellings")),
        sa.UniqueConstraint("incident_id", "number", name=op.f("uq_incident_tellings_incident_id_number")),
    )
    op.create_index(
        "ix_incident_tellings_one_waits",
        "incident_tellings",
        ["incident_id"],
        unique=True,
        postgresql_where=sa.text("sent_at IS NULL AND dropped_at IS NULL"),
    )
    op.create_table(
        "incident_told",
        sa.Column("telling_id", sa.BigInteger(), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["telling_id"], ["incident_tellings.id"], name=op.f("fk_incident_told_telling_id_incident_tellings")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customers.id"], name=op.f("fk_incident_told_customer_id_customers")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_incident_told_claim_id_claims")),
        sa.PrimaryKeyConstraint("telling_id", "customer_id", name=op.f("pk_incident_told")),
    )


def downgrade() -> None:
    """Take back. What was closed stays closed; what was merged is open again beside the other."""
    for table in ("incident_told", "incident_tellings", "incident_steps"):
        op.drop_table(table)
    op.drop_index("ix_deeds_subject", table_name="deeds")
    for column in reversed(_added()):
        op.drop_column("incidents", column.name)
