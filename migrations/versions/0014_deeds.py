"""Write down changes of rights and settings, and seal the whole record of who did what in a chain."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0014"
down_revision = "0013"

# Columns that a later migration adds are null in older rows and left out, so that a seal reads the same for ever.
DIGEST = """
CREATE FUNCTION record_digest(
    digest_before bytea, after_event bigint, up_to_event bigint, after_deed bigint, up_to_deed bigint
) RETURNS bytea LANGUAGE sql STABLE SET timezone TO 'UTC' AS $$
    SELECT sha256(digest_before
        || convert_to(coalesce((
            SELECT string_agg(jsonb_strip_nulls(to_jsonb(e))::text, E'\\n' ORDER BY e.id) FROM claim_events e
            WHERE e.id > after_event AND e.id <= up_to_event), ''), 'UTF8')
        || '\\x00'::bytea
        || convert_to(coalesce((
            SELECT string_agg(jsonb_strip_nulls(to_jsonb(d))::text, E'\\n' ORDER BY d.id) FROM deeds d
            WHERE d.id > after_deed AND d.id <= up_to_deed), ''), 'UTF8'))
$$
"""
GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT SELECT ON deeds, seals TO portal_web, portal_worker, portal_read;
    GRANT INSERT ON deeds, seals TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO portal_web, portal_worker;
END $$;
"""


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "deeds",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("kind", sa.String(48), nullable=False),
        sa.Column("subject", sa.String(254), nullable=False),
        sa.Column("actor", sa.String(80), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", JSONB(), server_default="{}", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deeds")),
    )
    op.create_table(
        "seals",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("up_to_event", sa.BigInteger(), nullable=False),
        sa.Column("up_to_deed", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_seals")),
    )
    op.execute(DIGEST)
    for table in ("deeds", "seals"):
        op.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    op.execute(GRANTS)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP FUNCTION record_digest(bytea, bigint, bigint, bigint, bigint)")
    op.drop_table("seals")
    op.drop_table("deeds")
