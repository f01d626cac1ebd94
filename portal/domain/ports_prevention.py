"""Whoever can call ahead, in our words: a carrier's desk, a vendor, a team of the shop."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CallAhead:
    """A parcel about to go wrong. ref is stable: the same ref twice is one message. It names no customer."""

    ref: str
    incident: str
    about: dict[str, str]
    order_number: str
    shipment_number: str
    state: str
    vendor: str
    vendor_region: str
    carrier: str | None
    service: str | None
    tracking_number: str | None
    ship_to_region: str
    ship_to_country: str
    handed_over_at: str | None
    promised_at: str


class PreventionDesk(Protocol):
    """Is told of parcels about to go wrong."""

    def tell(self, message: CallAhead) -> str | None:
        """Tell of one parcel; give why it was refused for good, nothing where it was heard.

        Raises UnknownOutcome (no clear answer), ProviderBusy (429) or ProviderLocked (401, 403): tell again later.
        """
