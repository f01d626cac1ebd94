"""The settings of a launch: what the environment gives is kept, and only the rest is made up."""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    """Where the parts listen, all on this machine only."""

    web: int = 8000
    sandbox: int = 8420
    mail: int = 8425

    @property
    def web_url(self) -> str:
        """The portal's address."""
        return f"http://{LOOPBACK}:{self.web}"

    @property
    def sandbox_url(self) -> str:
        """The sandbox's address."""
        return f"http://{LOOPBACK}:{self.sandbox}"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the parts are told, as environment variables, and which real parts the environment brought."""

    instance: Path
    ports: Ports
    variables: Mapping[str, str]
    own_database: bool
    needs_sandbox: bool
    is_production: bool

    def child_environment(self) -> dict[str, str]:
        """Give the whole environment of a child process."""
        return {**os.environ, **self.variables, "PYTHONUNBUFFERED": "1"}


def gather(environ: Mapping[str, str], instance: Path, ports: Ports) -> Settings:
    """Take what is given, make up the rest but for the database's address, which is known once it runs."""
    production = environ.get("PORTAL_ENVIRONMENT") == "production"
    made_up = {} if production else _made_up(environ, instance, ports)
    return Settings(
        instance=instance,
        ports=ports,
        variables={name: value for name, value in made_up.items() if not environ.get(name)},
        own_database=not environ.get("PORTAL_DATABASE_URL"),
        needs_sandbox=not production and not all(map(environ.get, ("STRIPE_SECRET_KEY", "SMTP_URL", "WAREHOUSE_URL"))),
        is_production=production,
    )


def write_down(settings: Settings) -> None:
    """Leave the made-up settings for commands that are typed by hand; see config.py."""
    _write_secret(settings.instance / "launch.json", dict(settings.variables))


def _made_up(environ: Mapping[str, str], instance: Path, ports: Ports) -> dict[str, str]:
    kept = _kept_secrets(instance)
    variables = {
        "PORTAL_ENVIRONMENT": "sandbox",
        "PORTAL_ORIGIN": ports.web_url,
        "PORTAL_PHOTO_FOLDER": str(instance / "photos"),
        "MAIL_FROM": "hello@goodparcel.example",
        "SMTP_URL": f"smtp://{LOOPBACK}:{ports.mail}",
        "WAREHOUSE_URL": ports.sandbox_url,
        "WAREHOUSE_SECRET": kept["WAREHOUSE_SECRET"],
        "SECRET_KEY": kept["SECRET_KEY"],
        # What the sandbox's checkout calls our API with.
        "PORTAL_API_KEY": kept["PORTAL_API_KEY"],
    }
    if not environ.get("STRIPE_SECRET_KEY"):
        variables |= {
            "STRIPE_SECRET_KEY": kept["STRIPE_SECRET_KEY"],
            "STRIPE_WEBHOOK_SECRET": kept["STRIPE_WEBHOOK_SECRET"],
            "STRIPE_API_BASE": ports.sandbox_url,
        }
    return variables


def _kept_secrets(instance: Path) -> dict[str, str]:
    """Read the sandbox's secrets, made once so that sessions and signatures outlive a restart."""
    path = instance / "secrets.json"
    made_before: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    kept = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "STRIPE_SECRET_KEY": f"sk_test_{secrets.token_hex(16)}",
        "STRIPE_WEBHOOK_SECRET": f"whsec_{secrets.token_hex(24)}",
        "WAREHOUSE_SECRET": secrets.token_urlsafe(32),
        "PORTAL_API_KEY": f"amk_{secrets.token_urlsafe(32)}",
    } | made_before
    if kept != made_before:
        _write_secret(path, kept)
    return kept


def _write_secret(path: Path, content: Mapping[str, str]) -> None:
    """Write for our eyes only, whole or not at all."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(content, file, indent=1)
    unfinished.replace(path)
