"""What we need from the world outside, in our words; gateways provide it, errors included."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from portal.domain.errors import AmendsError
from portal.domain.money import Money

# What a provider is to tell us of, and is polled for; what it tells beside that is kept, and nothing comes of it.
PROVIDER_EVENTS = (
    "refund.created",
    "refund.updated",
    "refund.failed",
    # Of the same refunds: by the payment, and under the name that older accounts are told.
    "charge.refunded",
    "charge.refund.updated",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
)


class UnknownOutcome(AmendsError):
    """No clear answer came: it may or may not have happened. Ask again under the same key, or read the list."""


class Unreadable(UnknownOutcome):
    """The provider answered, and in words that we do not know: asking again gives the same until we learn them.

    read: of a list, what of it can be read; what cannot may be anything.
    """

    def __init__(self, reason: str, read: "Sequence[RefundAnswer]" = ()) -> None:
        """Keep what can be read."""
        super().__init__(reason)
        self.read = tuple(read)


class UnreadableEvents(Unreadable):
    """Of a list of events one is in words that we do not know. heard: all others, oldest first."""

    def __init__(self, reason: str, heard: "Sequence[ProviderEvent]") -> None:
        """Keep what can be heard."""
        super().__init__(reason)
        self.heard = tuple(heard)


class KeyMisused(UnknownOutcome):
    """The key was used before with other parameters: ours is wrong. Stop, tell a person, never take a new key."""


class ProviderBusy(AmendsError):
    """The provider asks us to slow down (429); nothing happened."""


class ProviderLocked(AmendsError):
    """The provider does not accept our key (401, 403); nothing happened, and nothing will until a person looks."""


class LaneShut(AmendsError):
    """Nothing may be sent to the provider for now; nothing happened, and no try is used up. seconds: how long."""

    def __init__(self, seconds: float) -> None:
        """Keep how long to wait."""
        super().__init__(f"shut for {seconds:.1f} s")
        self.seconds = seconds


class RefundRefused(AmendsError):
    """The provider said no for good; code is the provider's, such as ``charge_already_refunded``."""

    def __init__(self, code: str) -> None:
        """Keep the provider's code."""
        super().__init__(code)
        self.code = code


class BlockedByDispute(RefundRefused):
    """A chargeback is open on the payment."""


class MailRefused(AmendsError):
    """The mail server said no for good, such as for a mailbox that does not exist; nothing left."""


class ProviderState(StrEnum):
    """The life of a refund at the provider."""

    PENDING = "pending"
    REQUIRES_ACTION = "requires_action"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class RefundRequest:
    """Everything of one refund that goes over the wire; frozen before the first byte. The key is the row's own ref."""

    key: str
    payment_ref: str
    amount: Money
    account: str | None
    metadata: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class RefundAnswer:
    """What the provider holds of one refund. refund_ref is our own ref from its metadata, where it has one.

    payment_refs: every name of its payment.
    act_by: until when the customer can do what the provider asked them by mail, where it waits for that.
    """

    provider_ref: str
    payment_refs: tuple[str, ...]
    refund_ref: str | None
    amount: Money
    state: ProviderState
    reason: str | None
    act_by: datetime | None = None


@dataclass(frozen=True, slots=True)
class DisputeAnswer:
    """What the provider holds of one dispute. payment_refs: every name of the payment; state in the provider's word."""

    provider_ref: str
    payment_refs: tuple[str, ...]
    amount: Money
    state: str
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class ProviderEvent:
    """Something the provider says has happened: a hint to read the object again.

    object_kind: refund, dispute or charge. Of a charge: its payment, and how much of it has gone back in the
    provider's own minor units.
    """

    event_id: str
    kind: str
    object_kind: str
    object_ref: str
    created_at: datetime
    live: bool
    payment_ref: str | None = None
    amount_refunded: int | None = None


class RefundProvider(Protocol):
    """Gives money back to a payment."""

    def refund(self, request: RefundRequest) -> RefundAnswer:
        """Send one refund; raise UnknownOutcome, ProviderBusy, ProviderLocked, RefundRefused or BlockedByDispute."""

    def read(self, provider_ref: str, account: str | None) -> RefundAnswer:
        """Read a refund again."""

    def cancel(self, provider_ref: str, account: str | None) -> RefundAnswer:
        """Cancel a refund that waits for its customer; raise RefundRefused where it waits for nobody."""

    def of_payment(self, payment_ref: str, account: str | None) -> list[RefundAnswer]:
        """List every refund that the provider holds of a payment; raise Unreadable where one of them is."""

    def dispute(self, provider_ref: str, account: str | None) -> DisputeAnswer:
        """Read a dispute."""

    def events_since(self, moment: datetime, account: str | None = None) -> Iterable[ProviderEvent]:
        """List refund and dispute events since a moment, oldest first; raise UnreadableEvents where one of them is."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail, ready to leave. message_id is stable, so that a mailbox can tell a repeat.

    stop_url: where its reader can say that they want no more of its kind, by one click too; None for a kind that
    nobody can refuse.
    """

    to: str
    subject: str
    text: str
    html: str
    message_id: str
    stop_url: str | None = None


class Mailer(Protocol):
    """Sends mail."""

    def send(self, mail: Mail) -> None:
        """Hand one mail over; raise UnknownOutcome when it may not have left, MailRefused for a final no."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a parcel goes."""

    name: str
    line1: str
    city: str
    region: str
    postcode: str
    country: str


@dataclass(frozen=True, slots=True)
class ShipmentOrder:
    """What the warehouse is asked to send again. ref is stable: the same ref twice is one parcel."""

    ref: str
    order_number: str
    sku: str
    title: str
    quantity: int
    address: Address


@dataclass(frozen=True, slots=True)
class WarehouseAnswer:
    """What the warehouse says: accepted with its own ref, or no with a reason."""

    accepted: bool
    warehouse_ref: str
    reason: str | None
    arrives_on: date | None


class Warehouse(Protocol):
    """Sends goods again."""

    def order(self, shipment: ShipmentOrder) -> WarehouseAnswer:
        """Ask for one parcel; raise UnknownOutcome when no clear answer came."""


class CleanedPhoto(Protocol):
    """A photo that was decoded, stripped and written anew. sha256: of the content, in hexadecimal."""

    @property
    def content(self) -> bytes:
        """The file."""

    @property
    def media_type(self) -> str:
        """Its type, such as ``image/jpeg``."""

    @property
    def width(self) -> int:
        """In pixels."""

    @property
    def height(self) -> int:
        """In pixels."""

    @property
    def sha256(self) -> str:
        """The content's hash."""


class PhotoCleaner(Protocol):
    """Makes an uploaded picture safe to keep."""

    def __call__(self, content: bytes) -> CleanedPhoto:
        """Clean one picture; raise BadPicture with a reason."""


class PhotoStore(Protocol):
    """Keeps photos, by a name of its own making."""

    def put(self, name: str, content: bytes) -> None:
        """Keep one clean photo under a name; raise OSError where nothing can be kept now."""

    def get(self, name: str) -> bytes:
        """Give a photo back; raise NotFound."""

    def remove(self, name: str) -> None:
        """Take a photo out; one that is not there is out already."""
