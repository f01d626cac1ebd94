"""Bring a database to the newest migration."""

from pathlib import Path

from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"


def alembic_config(url: str) -> Config:
    """Make Alembic's configuration in code: where the migrations are and which database is meant."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    # The configuration file's syntax gives the percent sign a meaning, and a URL may hold one.
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Apply every migration that the database does not have yet."""
    command.upgrade(alembic_config(url), "head")
