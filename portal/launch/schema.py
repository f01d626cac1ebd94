"""Bring a database to the newest migration."""

from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def alembic_config(url: str) -> Config:
    """Make Alembic's configuration in code: where the migrations are and which database is meant."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    # The configuration file's syntax gives the percent sign a meaning, and a URL may hold one.
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Apply every migration that the database does not have yet.

    One that a newer release has migrated is left as it is: migrations only add, so this release can read it, and after
    a way back it must.
    """
    config = alembic_config(url)
    if not _is_ahead(config, url):
        command.upgrade(config, "head")


def _is_ahead(config: Config, url: str) -> bool:
    """Tell whether the database has a migration of a higher number than any of ours."""
    newest = ScriptDirectory.from_config(config).get_current_head() or ""
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1)) as connection:
        if connection.execute("SELECT to_regclass('public.alembic_version')").fetchone() == (None,):
            return False
        found = connection.execute("SELECT max(version_num) FROM public.alembic_version").fetchone()
    return found is not None and found[0] is not None and found[0] > newest
