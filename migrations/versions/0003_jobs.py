"""Give the job queue a schema of its own, with the tables that Procrastinate 3.10 ships."""

from importlib.resources import files

from alembic import op

revision = "0003"
down_revision = "0002"

GRANTS = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'portal_web') THEN RETURN; END IF;
    GRANT USAGE ON SCHEMA jobs TO portal_web, portal_worker, portal_read;
    GRANT SELECT ON ALL TABLES IN SCHEMA jobs TO portal_read;
    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA jobs TO portal_web, portal_worker;
    GRANT USAGE ON ALL SEQUENCES IN SCHEMA jobs TO portal_web, portal_worker;
END $$;
"""


def upgrade() -> None:
    """Apply."""
    schema = files("procrastinate").joinpath("sql", "schema.sql").read_text(encoding="utf-8")
    op.execute("CREATE SCHEMA jobs")
    op.execute("SET LOCAL search_path TO jobs")
    # The driver's own cursor, because the schema's text holds percent signs and colons that are no parameters.
    op.get_bind().connection.cursor().execute(schema)
    op.execute("SET LOCAL search_path TO public")
    op.execute(GRANTS)


def downgrade() -> None:
    """Take back."""
    op.execute("DROP SCHEMA jobs CASCADE")
