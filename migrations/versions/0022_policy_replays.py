"""Keep replays of policies over past claims, how far they are, and what came of them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"

# What came of a replay never changes, and nobody takes it away.
FROZEN = """
CREATE FUNCTION policy_replay_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('waiting', 'running') OR TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'policy replay % is over', OLD.ref USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_replay_frozen BEFORE UPDATE OR DELETE ON policy_replays
    FOR EACH ROW EXECUTE FUNCTION policy_replay_is_frozen();
"""
GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON policy_replays TO portal_web, portal_worker, portal_read;
    GRANT INSERT, UPDATE ON policy_replays TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "policy_replays",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=True),
        sa.Column("draft_version", sa.Integer(), nullable=True),
        sa.Column("version_id", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("market", sa.String(16), nullable=True),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lines_done", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("lines_whole", sa.BigInteger(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), server_default="", nullable=False),
        sa.Column("result", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.CheckConstraint(
            "state IN ('waiting', 'running', 'done', 'stopped', 'failed')", name=op.f("ck_policy_replays_state")
        ),
        sa.CheckConstraint(
            "num_nonnulls(draft_id, version_id) = 1", name=op.f("ck_policy_replays_of_a_draft_or_a_version")
        ),
        sa.CheckConstraint(
            "(state = 'done') = (result IS NOT NULL)", name=op.f("ck_policy_replays_done_with_a_result")
        ),
        sa.CheckConstraint("since_on <= until_on AND every > 0 AND minutes > 0", name=op.f("ck_policy_replays_span")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["policy_drafts.id"], name=op.f("fk_policy_replays_draft_id_policy_drafts")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["policy_versions.id"], name=op.f("fk_policy_replays_version_id_policy_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_replays")),
        sa.UniqueConstraint("ref", name=op.f("uq_policy_replays_ref")),
    )
    op.create_index("ix_policy_replays_asked_at", "policy_replays", ["asked_at"])
    op.create_index(
        "ix_policy_replays_draft_id",
        "policy_replays",
        ["draft_id"],
        postgresql_where=sa.text("draft_id IS NOT NULL"),
    )
    op.create_index(
        "ix_policy_replays_one_under_way",
        "policy_replays",
        ["digest", "since_on", "until_on", "market", "every", "minutes"],
        unique=True,
        postgresql_where=sa.text("state IN ('waiting', 'running')"),
        postgresql_nulls_not_distinct=True,
    )
    op.execute(FROZEN)
    op.execute(GRANTS)


def downgrade() -> None:
    """Take back."""
    op.drop_table("policy_replays")
    op.execute("DROP FUNCTION policy_replay_is_frozen()")
