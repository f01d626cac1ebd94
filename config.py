"""What is different from one installation to the next: read once from the environment, checked, then never changed.

`make run` leaves what it made up (addresses and secrets of the sandbox) in ``instance/launch.json``, so that a command
typed by hand speaks to the same shop. Production never reads that file.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from portal.domain.lane import MOST_A_SECOND, MOST_THAT_MAY_BE
from portal.domain.outreach import LIMITS, SILENT_DAYS
from portal.domain.quiet_hours import USUAL, QuietHours
from portal.domain.withdrawal import Law, read_law

INSTANCE = Path(__file__).resolve().parent / "instance"
SANDBOX, PRODUCTION = "sandbox", "production"

_NEEDED = (
    "PORTAL_DATABASE_URL",
    "STRIPE_SECRET_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "SMTP_URL",
    "MAIL_FROM",
    "PORTAL_ORIGIN",
    "SECRET_KEY",
    "WAREHOUSE_URL",
    "WAREHOUSE_SECRET",
)
_ALSO_NEEDED_IN_PRODUCTION = ("PORTAL_SHOP_NAME", "PORTAL_PHOTO_FOLDER")
_DEFAULTS = {
    "PORTAL_SHOP_NAME": "Good Parcel",
    "PORTAL_SHOP_LOGO": "",
    "PORTAL_SHOP_COLOURS": "#0f6b5c",
    "PORTAL_PHOTO_FOLDER": str(INSTANCE / "photos"),
    "PORTAL_TIME_ZONE": "UTC",
    "STRIPE_API_BASE": "",
    "PORTAL_TRUSTED_PROXIES": "0",
    "PORTAL_REFUNDS_PER_SECOND": str(MOST_A_SECOND),
    "PORTAL_STEP_UP_MINUTES": "10",
    "PORTAL_WITHDRAWAL_DAYS": "EU=14",
    "PORTAL_OFFERS_MAIL_SECONDS": "30",
    "PORTAL_QUIET_HOURS": "21:00-08:00",
    "PORTAL_SILENT_DAYS": str(SILENT_DAYS),
    "PREVENTION_URL": "",
    "PREVENTION_SECRET": "",
}
_LAW_OF_THE_UNION = read_law(_DEFAULTS["PORTAL_WITHDRAWAL_DAYS"])
_SHORTEST_SECRET_KEY = 32
_LIVE_KEY = re.compile(r"[sr]k_live_")
_WHOLE_NUMBERS = {
    "PORTAL_TRUSTED_PROXIES": range(4),
    "PORTAL_REFUNDS_PER_SECOND": range(1, MOST_THAT_MAY_BE + 1),
    "PORTAL_STEP_UP_MINUTES": range(1, 61),
    "PORTAL_OFFERS_MAIL_SECONDS": range(601),
    "PORTAL_SILENT_DAYS": LIMITS["silent_days"],
}
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


class BadConfig(Exception):
    """The settings are missing, malformed, or contradict each other; one sentence for each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One installation. Secrets stay out of its written form."""

    environment: str
    database_url: str
    stripe_secret_key: str
    stripe_webhook_secrets: tuple[str, ...]
    stripe_api_base: str | None
    smtp_url: str
    mail_from: str
    origin: str
    secret_key: str
    shop_name: str
    shop_logo: str | None
    shop_colours: str
    warehouse_url: str
    warehouse_secret: str
    photo_folder: Path
    time_zone: str
    # How many proxies stand before us and write visitors' addresses; nobody else's word about them is taken.
    trusted_proxies: int = 0
    # How many calls that move money leave for Stripe in a second, all workers together.
    refunds_a_second: int = MOST_A_SECOND
    # For so long after the second factor was given nobody is asked for it again before a decision.
    step_up_minutes: int = 10
    # Where law lets customers withdraw from the contract, and for how many days.
    withdrawal: Law = _LAW_OF_THE_UNION
    offers_mail_seconds: int = 30
    # When nobody is written to who did not ask for it, by the clock of where their orders go.
    quiet_hours: QuietHours = USUAL
    # So long nothing was scanned of a parcel before the standing rule finds it.
    silent_days: int = SILENT_DAYS
    # Who is told of parcels about to go wrong, where somebody is, and the secret shared with them.
    prevention_url: str | None = None
    prevention_secret: str = ""

    @property
    def is_production(self) -> bool:
        """Tell whether real customers and real money are on the other side."""
        return self.environment == PRODUCTION

    @property
    def secure_cookies(self) -> bool:
        """Tell whether cookies may only travel over HTTPS."""
        return self.origin.startswith("https://")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None, *, instance: Path = INSTANCE) -> Self:
        """Read the environment; raise BadConfig with a sentence for everything that is wrong with it."""
        given = dict(os.environ if environ is None else environ)
        environment = given.get("PORTAL_ENVIRONMENT") or SANDBOX
        settings = _DEFAULTS | _left_by_the_launch(instance, environment) | {k: v for k, v in given.items() if v}
        wrong = list(_what_is_wrong(settings, environment, given))
        if wrong:
            raise BadConfig("Amends cannot start:\n" + "\n".join(f"- {sentence}" for sentence in wrong))
        return cls(
            environment=environment,
            database_url=settings["PORTAL_DATABASE_URL"],
            stripe_secret_key=settings["STRIPE_SECRET_KEY"],
            stripe_webhook_secrets=_listed(settings["STRIPE_WEBHOOK_SECRET"]),
            stripe_api_base=settings["STRIPE_API_BASE"].rstrip("/") or None,
            smtp_url=settings["SMTP_URL"],
            mail_from=settings["MAIL_FROM"],
            origin=settings["PORTAL_ORIGIN"].rstrip("/"),
            secret_key=settings["SECRET_KEY"],
            shop_name=settings["PORTAL_SHOP_NAME"],
            shop_logo=settings["PORTAL_SHOP_LOGO"] or None,
            shop_colours=settings["PORTAL_SHOP_COLOURS"],
            warehouse_url=settings["WAREHOUSE_URL"].rstrip("/"),
            warehouse_secret=settings["WAREHOUSE_SECRET"],
            photo_folder=Path(settings["PORTAL_PHOTO_FOLDER"]),
            time_zone=settings["PORTAL_TIME_ZONE"],
            trusted_proxies=int(settings["PORTAL_TRUSTED_PROXIES"]),
            refunds_a_second=int(settings["PORTAL_REFUNDS_PER_SECOND"]),
            step_up_minutes=int(settings["PORTAL_STEP_UP_MINUTES"]),
            withdrawal=read_law(settings["PORTAL_WITHDRAWAL_DAYS"]),
            offers_mail_seconds=int(settings["PORTAL_OFFERS_MAIL_SECONDS"]),
            quiet_hours=QuietHours.read(settings["PORTAL_QUIET_HOURS"]),
            silent_days=int(settings["PORTAL_SILENT_DAYS"]),
            prevention_url=settings["PREVENTION_URL"].rstrip("/") or None,
            prevention_secret=settings["PREVENTION_SECRET"],
        )

    def __repr__(self) -> str:
        return f"<Config {self.environment} {self.origin}>"


def _left_by_the_launch(instance: Path, environment: str) -> dict[str, str]:
    kept = instance / "launch.json"
    if environment != SANDBOX or not kept.exists():
        return {}
    return {str(name): str(value) for name, value in json.loads(kept.read_text()).items()}


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _what_is_wrong(settings: Mapping[str, str], environment: str, given: Mapping[str, str]) -> Iterator[str]:
    """Give a sentence for each fault."""
    if environment not in {SANDBOX, PRODUCTION}:
        yield f"PORTAL_ENVIRONMENT is {environment!r}; it is either {SANDBOX!r} or {PRODUCTION!r}."
    for name in _NEEDED:
        if not settings.get(name):
            yield f"{name} is missing."
    yield from _malformed(settings)
    yield from _half_given(settings)
    yield from _not_these_numbers(settings)
    if environment == PRODUCTION:
        yield from _unfit_for_production(settings, given)
    elif _LIVE_KEY.match(settings.get("STRIPE_SECRET_KEY", "")):
        yield "STRIPE_SECRET_KEY is a live key, but PORTAL_ENVIRONMENT is not production: real money would move."


def _malformed(settings: Mapping[str, str]) -> Iterator[str]:
    for name in ("PORTAL_ORIGIN", "WAREHOUSE_URL", "STRIPE_API_BASE", "PREVENTION_URL"):
        if settings.get(name) and urlsplit(settings[name]).scheme not in {"http", "https"}:
            yield f"{name} is {settings[name]!r}; it begins with http:// or https://."
    if settings.get("SMTP_URL") and urlsplit(settings["SMTP_URL"]).scheme not in {"smtp", "smtps"}:
        yield "SMTP_URL begins with smtp:// or smtps://."
    if settings.get("PORTAL_DATABASE_URL") and not settings["PORTAL_DATABASE_URL"].startswith("postgres"):
        yield "PORTAL_DATABASE_URL begins with postgresql://; Amends keeps its data in PostgreSQL only."
    if not _COLOUR.fullmatch(settings["PORTAL_SHOP_COLOURS"]):
        yield f"PORTAL_SHOP_COLOURS is {settings['PORTAL_SHOP_COLOURS']!r}; it is a colour such as #0f6b5c."
    try:
        ZoneInfo(settings["PORTAL_TIME_ZONE"])
    except (ZoneInfoNotFoundError, ValueError):
        yield f"PORTAL_TIME_ZONE is {settings['PORTAL_TIME_ZONE']!r}; it is a name such as America/Sao_Paulo."
    yield from _unreadable(settings)


def _unreadable(settings: Mapping[str, str]) -> Iterator[str]:
    for name, read in (("PORTAL_WITHDRAWAL_DAYS", read_law), ("PORTAL_QUIET_HOURS", QuietHours.read)):
        try:
            read(settings[name])
        except ValueError as error:
            yield f"{name}: {error}."


def _half_given(settings: Mapping[str, str]) -> Iterator[str]:
    if bool(settings["PREVENTION_URL"]) != bool(settings["PREVENTION_SECRET"]):
        yield "PREVENTION_URL and PREVENTION_SECRET are given together, or neither is."


def _not_these_numbers(settings: Mapping[str, str]) -> Iterator[str]:
    for name, numbers in _WHOLE_NUMBERS.items():
        if settings[name] not in map(str, numbers):
            yield f"{name} is {settings[name]!r}; it is a whole number from {numbers[0]} to {numbers[-1]}."


def _unfit_for_production(settings: Mapping[str, str], given: Mapping[str, str]) -> Iterator[str]:
    for name in _ALSO_NEEDED_IN_PRODUCTION:
        if not given.get(name):
            yield f"{name} is missing."
    key = settings.get("STRIPE_SECRET_KEY", "")
    if key and not _LIVE_KEY.match(key):
        yield "STRIPE_SECRET_KEY is not a live key, so no customer would ever get money back."
    if settings.get("STRIPE_API_BASE"):
        yield "STRIPE_API_BASE points away from Stripe; the sandbox has no place in production."
    if settings.get("SECRET_KEY") and len(settings["SECRET_KEY"]) < _SHORTEST_SECRET_KEY:
        yield f"SECRET_KEY is too short to be secret; use at least {_SHORTEST_SECRET_KEY} random characters."
    origin = settings.get("PORTAL_ORIGIN", "")
    if origin and not origin.startswith("https://"):
        yield "PORTAL_ORIGIN is not https://, so sign-in cookies would travel in the clear."
