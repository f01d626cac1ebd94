"""Settings for an app under test."""

import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import psutil

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
        "PORTAL_OFFERS_MAIL_SECONDS": "0",
        # The suite runs at any hour.
        "PORTAL_QUIET_HOURS": "00:00-00:00",
    }
    return settings | changes


@cache
def photo_folder() -> str:
    """Give this process a folder of its own for photos; those of processes that are gone are taken away."""
    folders = Path(tempfile.gettempdir()) / f"amends-photos-of-tests-{os.geteuid()}"
    folders.mkdir(mode=0o700, exist_ok=True)
    for left in folders.iterdir():
        if left.name == str(os.getpid()) or not psutil.pid_exists(int(left.name)):
            shutil.rmtree(left, ignore_errors=True)
    return str(folders / str(os.getpid()))
