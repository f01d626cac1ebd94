"""Settings for an app under test."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from config import Config


def a_config(database_url: str, **changes: str) -> Config:
    """Make the settings of a sandbox on a database; addresses lead nowhere unless changed by their variable's name."""
    return Config.from_environment(variables(database_url, **changes), instance=Path("/nowhere"))


def variables(database_url: str, **changes: str) -> dict[str, str]:
    """Give the same settings as a process has them in its environment."""
    settings = {
        "PORTAL_DATABASE_URL": database_url,
        "STRIPE_SECRET_KEY": "sk_test_of_the_tests",
        "STRIPE_WEBHOOK_SECRET": "whsec_of_the_tests",
        "STRIPE_API_BASE": "http://127.0.0.1:9",
        "SMTP_URL": "smtp://127.0.0.1:9",
        "MAIL_FROM": "hello@shop.example",
        "PORTAL_ORIGIN": "http://localhost",
        "SECRET_KEY": "the key of the tests, which is long enough",
        "WAREHOUSE_URL": "http://127.0.0.1:9",
        "WAREHOUSE_SECRET": "the secret between warehouse and tests",
        "PORTAL_PHOTO_FOLDER": photo_folder(),
    }
    return settings | changes


@cache
def photo_folder() -> str:
    """Give this process a folder of its own for photos, which goes with it."""
    made = tempfile.mkdtemp(prefix="amends-test-photos-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made
