"""What the sandbox is told at its start."""

from dataclasses import dataclass
from pathlib import Path

PRODUCTION = "production"


class NotInProduction(RuntimeError):
    """Somebody tried to start the stand-ins where real customers are."""


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Where the sandbox keeps its state, whom it tells what happens, and how fast its world turns.

    Times are seconds: refund_seconds until an asynchronous refund moves on, ship_seconds and deliver_seconds until a
    parcel does. webhook_events are the event types the endpoint takes; ``*`` takes all.
    """

    folder: Path
    portal: str = "http://127.0.0.1:8000"
    webhook_secret: str = "whsec_sandbox"
    warehouse_secret: str = "warehouse_sandbox"
    refund_seconds: float = 3.0
    ship_seconds: float = 2.0
    deliver_seconds: float = 20.0
    webhook_events: tuple[str, ...] = ("*",)
    environment: str = "sandbox"
    api_base: str = "http://127.0.0.1:8420"
    # With which the small shop's checkout calls the portal's API.
    portal_api_key: str = ""

    def refuse_production(self) -> None:
        """Raise NotInProduction where the environment is production."""
        if self.environment == PRODUCTION:
            raise NotInProduction(
                "The sandbox is no part of production: it stands in for Stripe, mail and the warehouse."
            )

    def takes(self, event_type: str) -> bool:
        """Tell whether the webhook endpoint takes events of a type."""
        return "*" in self.webhook_events or event_type in self.webhook_events
