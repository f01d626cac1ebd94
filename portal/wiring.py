"""What the web and the commands run on. Stripe's library is not among it: it takes more than a second to load."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from config import Config
from portal.domain.ports import PhotoCleaner, PhotoStore
from portal.domain.ports_books import ProviderBooks
from portal.domain.ports_feed import PaymentBooker
from portal.gateways.photo_folder import PhotoFolder
from portal.gateways.photos import clean_photo
from portal.gateways.sandbox_books import SandboxBooks
from portal.gateways.sandbox_payments import SandboxPayments
from portal.records import outbox
from portal.records.sessions import Session, make_engine, make_sessions
from portal.services.toolkit import Shop, Toolkit

WEB_ROLE, WORKER_ROLE = "portal_web", "portal_worker"
# As many as a process has threads, and a few for those that write while they read.
_CONNECTIONS = 10


@dataclass(frozen=True, slots=True)
class WebMeans:
    """Everything that the factory hands to the web and to the commands. The last two: only where a sandbox runs."""

    toolkit: Toolkit
    photos: PhotoStore
    clean_photo: PhotoCleaner = clean_photo
    payment_booker: PaymentBooker | None = None
    provider_books: ProviderBooks | None = None


def now_in_utc() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


def shop_of(config: Config) -> Shop:
    """Describe the shop as its pages and letters name it."""
    return Shop(
        name=config.shop_name,
        origin=config.origin,
        reply_to=config.mail_from,
        logo_url=config.shop_logo,
        accent=config.shop_colours,
    )


def make_toolkit(
    config: Config,
    role: str,
    *,
    connections: int = _CONNECTIONS,
    now: Callable[[], datetime] = now_in_utc,
    hand_over: Callable[[Session], None] = outbox.hand_over,
) -> Toolkit:
    """Make the toolkit of one process, whose connections run under a role of the database.

    A year that is lived brings its own clock, and takes the jobs itself.
    """
    # What people wrote and where they live stands in parameters, and errors are logged.
    engine = make_engine(config.database_url, role, pool_size=connections, hide_parameters=True)
    return Toolkit(
        sessions=make_sessions(engine, hand_over),
        now=now,
        zone=ZoneInfo(config.time_zone),
        shop=shop_of(config),
        secret_key=config.secret_key,
        sandbox=not config.is_production,
        refunds_a_second=config.refunds_a_second,
        withdrawal=config.withdrawal,
        offers_mail_seconds=config.offers_mail_seconds,
        quiet_hours=config.quiet_hours,
        silent_days=config.silent_days,
    )


def wire_web(config: Config) -> WebMeans:
    """Plug the web together."""
    sandbox = _sandbox_of(config)
    return WebMeans(
        toolkit=make_toolkit(config, WEB_ROLE),
        photos=PhotoFolder(config.photo_folder),
        payment_booker=SandboxPayments(sandbox) if sandbox else None,
        provider_books=sandbox_books(config),
    )


def sandbox_books(config: Config) -> ProviderBooks | None:
    """Give the books of the sandbox Stripe, where there is one; those of Stripe itself are not read whole."""
    sandbox = _sandbox_of(config)
    return SandboxBooks(config.stripe_secret_key, sandbox) if sandbox else None


def _sandbox_of(config: Config) -> str | None:
    return None if config.is_production else config.stripe_api_base
