"""Keep drafts of policies with all that was done to them, and from when a version is in force."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"

# A draft that was published or abandoned stays as it is, whoever asks.
FROZEN = """
CREATE FUNCTION policy_draft_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('published', 'abandoned') OR TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'policy draft % is frozen', OLD.ref USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER policy_draft_frozen BEFORE UPDATE OR DELETE ON policy_drafts
    FOR EACH ROW EXECUTE FUNCTION policy_draft_is_frozen();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON policy_draft_events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
"""
GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON policy_drafts, policy_draft_events, policy_markets TO portal_web, portal_worker, portal_read;
    GRANT INSERT ON policy_drafts, policy_draft_events, policy_markets TO portal_web, portal_worker;
    GRANT UPDATE ON policy_drafts, policy_markets TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""
BEFORE = ("agent", "approver", "finance", "admin")
AFTER = ("agent", "approver", "policy_owner", "finance", "admin")


def upgrade() -> None:
    """Apply."""
    _roles(AFTER)
    _starts()
    op.create_table(
        "policy_drafts",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("ref", sa.String(24), nullable=False),
        sa.Column("market", sa.String(16), nullable=False),
        sa.Column("title", sa.String(120), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("based_on_id", sa.BigInteger(), nullable=True),
        sa.Column("started_by", sa.String(80), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_id", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'in_review', 'sent_back', 'published', 'abandoned')",
            name=op.f("ck_policy_drafts_state"),
        ),
        sa.CheckConstraint(
            "(state = 'published') = (published_id IS NOT NULL)", name=op.f("ck_policy_drafts_published_as_something")
        ),
        sa.ForeignKeyConstraint(
            ["based_on_id"], ["policy_versions.id"], name=op.f("fk_policy_drafts_based_on_id_policy_versions")
        ),
        sa.ForeignKeyConstraint(
            ["published_id"], ["policy_versions.id"], name=op.f("fk_policy_drafts_published_id_policy_versions")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_drafts")),
        sa.UniqueConstraint("ref", name=op.f("uq_policy_drafts_ref")),
        sa.UniqueConstraint("published_id", name=op.f("uq_policy_drafts_published_id")),
    )
    op.create_index("ix_policy_drafts_changed_at", "policy_drafts", ["changed_at"])
    _history()
    op.execute(FROZEN)
    op.execute(GRANTS)


def _roles(roles: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_staff_role"), "staff")
    listed = ", ".join(f"'{role}'" for role in roles)
    op.create_check_constraint(op.f("ck_staff_role"), "staff", f"role IN ({listed})")


def _starts() -> None:
    """Let each version be in force from when it was published, as it was until now."""
    op.add_column("policy_versions", sa.Column("in_force_from", sa.DateTime(timezone=True), nullable=True))
    op.add_column("policy_versions", sa.Column("warnings", sa.Integer(), server_default="0", nullable=False))
    op.add_column("policy_versions", sa.Column("despite", sa.Text(), server_default="", nullable=False))
    op.execute("ALTER TABLE policy_versions DISABLE TRIGGER append_only")
    op.execute("UPDATE policy_versions SET in_force_from = published_at")
    op.execute("ALTER TABLE policy_versions ENABLE TRIGGER append_only")
    op.alter_column("policy_versions", "in_force_from", nullable=False)
    op.create_check_constraint(
        op.f("ck_policy_versions_begins_when_published"), "policy_versions", "in_force_from >= published_at"
    )


def _history() -> None:
    op.create_table(
        "policy_draft_events",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("draft_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.Text(), server_default="", nullable=False),
        sa.Column("rule_key", sa.String(60), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('start', 'change', 'rebase', 'propose', 'take_back', 'send_back', 'abandon', 'publish', 'comment')",
            name=op.f("ck_policy_draft_events_kind"),
        ),
        sa.CheckConstraint("kind <> 'comment' OR words <> ''", name=op.f("ck_policy_draft_events_comment_has_words")),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["policy_drafts.id"], name=op.f("fk_policy_draft_events_draft_id_policy_drafts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_draft_events")),
    )
    op.create_index("ix_policy_draft_events_draft_id_id", "policy_draft_events", ["draft_id", "id"])
    op.create_table(
        "policy_markets",
        sa.Column("market", sa.String(16), nullable=False),
        sa.Column("orders_keep", sa.String(16), nullable=False),
        sa.CheckConstraint("orders_keep IN ('placed', 'reported')", name=op.f("ck_policy_markets_orders_keep")),
        sa.PrimaryKeyConstraint("market", name=op.f("pk_policy_markets")),
    )


def downgrade() -> None:
    """Take back. Policy owners must have other roles by then."""
    op.drop_table("policy_markets")
    op.drop_table("policy_draft_events")
    op.drop_table("policy_drafts")
    op.execute("DROP FUNCTION policy_draft_is_frozen()")
    for column in ("in_force_from", "warnings", "despite"):
        op.drop_column("policy_versions", column)
    _roles(BEFORE)
