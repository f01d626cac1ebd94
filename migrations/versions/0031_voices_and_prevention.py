"""Make what customers say searchable, keep the themes in it, and keep the list of parcels about to go wrong."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0029"

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON theme_searches, themes, voices, precautions TO portal_web, portal_worker, portal_read;
    GRANT INSERT ON theme_searches, themes TO portal_web, portal_worker;
    GRANT INSERT, UPDATE, DELETE ON voices TO portal_web, portal_worker;
    GRANT INSERT, UPDATE ON precautions TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""
TONGUES = "tongue IN ('portuguese', 'english', 'simple')"
# Words that came with an answer before this were written at the moment at which it was kept.
EARLIER_ANSWERS = """
    UPDATE claim_messages AS m SET answer = f.answer FROM follow_ups AS f
    WHERE f.claim_id = m.claim_id AND f.answered_at = m.written_at AND m.kind = 'from_customer'
"""


def upgrade() -> None:
    """Apply."""
    op.add_column("claim_messages", sa.Column("answer", sa.String(8)))
    op.create_check_constraint(op.f("ck_claim_messages_answer"), "claim_messages", "answer IN ('yes', 'no')")
    op.execute(EARLIER_ANSWERS)
    op.create_index(
        "ix_claim_messages_answers", "claim_messages", ["written_at"], postgresql_where="answer IS NOT NULL"
    )
    _themes()
    _voices()
    _precautions()
    op.execute(GRANTS)


def _themes() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "theme_searches",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("tongue", sa.String(16), nullable=False),
        sa.Column("since", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.Column("voices", sa.Integer(), nullable=False),
        sa.Column("made_at", moment, nullable=False),
        sa.CheckConstraint(TONGUES, name=op.f("ck_theme_searches_tongue")),
        sa.CheckConstraint("voices >= 0", name=op.f("ck_theme_searches_counted")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_theme_searches")),
    )
    op.create_index("ix_theme_searches_tongue", "theme_searches", ["tongue", "made_at"])
    op.create_table(
        "themes",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("search_id", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("words", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("voices", sa.Integer(), nullable=False),
        sa.Column("examples", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("voices > 0", name=op.f("ck_themes_of_somebody")),
        sa.ForeignKeyConstraint(["search_id"], ["theme_searches.id"], name=op.f("fk_themes_search_id_theme_searches")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_themes")),
        sa.UniqueConstraint("ref", name=op.f("uq_themes_ref")),
        sa.UniqueConstraint("search_id", "position", name=op.f("uq_themes_search_id_position")),
    )


def _voices() -> None:
    op.create_table(
        "voices",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("claim_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger()),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tongue", sa.String(16), nullable=False),
        sa.Column("lexemes", postgresql.TSVECTOR(), nullable=False),
        sa.Column("theme_id", sa.BigInteger()),
        sa.CheckConstraint("source IN ('report', 'answer')", name=op.f("ck_voices_source")),
        sa.CheckConstraint(TONGUES, name=op.f("ck_voices_tongue")),
        sa.CheckConstraint("(source = 'report') = (message_id IS NULL)", name=op.f("ck_voices_answer_is_a_message")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_voices_claim_id_claims")),
        sa.ForeignKeyConstraint(
            ["message_id"], ["claim_messages.id"], name=op.f("fk_voices_message_id_claim_messages")
        ),
        sa.ForeignKeyConstraint(["theme_id"], ["themes.id"], name=op.f("fk_voices_theme_id_themes")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voices")),
        sa.UniqueConstraint("message_id", name=op.f("uq_voices_message_id")),
    )
    op.create_index("ix_voices_one_report", "voices", ["claim_id"], unique=True, postgresql_where="source = 'report'")
    op.create_index("ix_voices_claim_id", "voices", ["claim_id"])
    op.create_index("ix_voices_said_at", "voices", ["said_at"])
    op.create_index("ix_voices_theme_id", "voices", ["theme_id"], postgresql_where="theme_id IS NOT NULL")
    op.create_index("ix_voices_lexemes", "voices", ["lexemes"], postgresql_using="gin")


def _precautions() -> None:
    moment = sa.DateTime(timezone=True)
    op.create_table(
        "precautions",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("shipment_id", sa.BigInteger(), nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("listed_at", moment, nullable=False),
        sa.Column("why", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("promised_at", moment, nullable=False),
        sa.Column("told", sa.String(16), server_default="waiting", nullable=False),
        sa.Column("told_at", moment),
        sa.Column("told_reason", sa.String(80)),
        sa.Column("done", sa.String(16)),
        sa.Column("done_by", sa.String(80)),
        sa.Column("done_at", moment),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("became", sa.String(16)),
        sa.Column("became_at", moment),
        sa.CheckConstraint("told IN ('waiting', 'heard', 'refused', 'overtaken')", name=op.f("ck_precautions_told")),
        sa.CheckConstraint("(told = 'waiting') = (told_at IS NULL)", name=op.f("ck_precautions_told_at_a_moment")),
        sa.CheckConstraint(
            "done IN ('called', 'held', 'rerouted', 'nothing_possible')", name=op.f("ck_precautions_done")
        ),
        sa.CheckConstraint(
            "(done IS NULL) = (done_by IS NULL) AND (done IS NULL) = (done_at IS NULL)",
            name=op.f("ck_precautions_done_by"),
        ),
        sa.CheckConstraint("became IN ('in_time', 'late', 'cancelled')", name=op.f("ck_precautions_became")),
        sa.CheckConstraint("(became IS NULL) = (became_at IS NULL)", name=op.f("ck_precautions_became_at_a_moment")),
        sa.ForeignKeyConstraint(["shipment_id"], ["shipments.id"], name=op.f("fk_precautions_shipment_id_shipments")),
        sa.ForeignKeyConstraint(["incident_id"], ["incidents.id"], name=op.f("fk_precautions_incident_id_incidents")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_precautions")),
        sa.UniqueConstraint("ref", name=op.f("uq_precautions_ref")),
        sa.UniqueConstraint("shipment_id", "incident_id", name=op.f("uq_precautions_shipment_id_incident_id")),
    )
    op.create_index("ix_precautions_incident_id", "precautions", ["incident_id"])
    op.create_index("ix_precautions_open", "precautions", ["promised_at"], postgresql_where="became IS NULL")


def downgrade() -> None:
    """Take back."""
    for table in ("precautions", "voices", "themes", "theme_searches"):
        op.drop_table(table)
    op.drop_index("ix_claim_messages_answers", "claim_messages")
    op.drop_column("claim_messages", "answer")
