"""The world around a year: mail that nobody reads, a warehouse with shelves, and Stripe's double, watched."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.domain.ports import (
    DisputeAnswer,
    Mail,
    ProviderEvent,
    RefundAnswer,
    RefundProvider,
    RefundRequest,
    ShipmentOrder,
    WarehouseAnswer,
)
from portal.year.agenda import Clock

_ON_THE_WAY = timedelta(days=6)


@dataclass(slots=True)
class CountedMail:
    """A mailer that keeps no mail: it counts what would have left."""

    sent: int = 0

    def send(self, mail: Mail) -> None:
        """Count one mail."""
        self.sent += 1


@dataclass(slots=True)
class Shelves:
    """A warehouse. empty: products of which it has none, by month and SKU; sent: is told of every parcel it takes."""

    clock: Clock
    empty: frozenset[tuple[str, str]]
    sent: Callable[[str], None] = lambda _ref: None
    known: dict[str, WarehouseAnswer] = field(default_factory=dict)

    def order(self, shipment: ShipmentOrder) -> WarehouseAnswer:
        """Take one parcel, or say that there is none left; the same ref again gets the same answer."""
        if shipment.ref not in self.known:
            self.known[shipment.ref] = self._answer(shipment)
            if self.known[shipment.ref].accepted:
                self.sent(shipment.ref)
        return self.known[shipment.ref]

    def _answer(self, shipment: ShipmentOrder) -> WarehouseAnswer:
        if (f"{self.clock.now:%Y-%m}", shipment.sku) in self.empty:
            return WarehouseAnswer(accepted=False, warehouse_ref="", reason="out_of_stock", arrives_on=None)
        arrives_on = (self.clock.now + _ON_THE_WAY).date()
        return WarehouseAnswer(accepted=True, warehouse_ref=f"WH-{shipment.ref}", reason=None, arrives_on=arrives_on)


@dataclass(slots=True)
class WatchedRefunds:
    """The payment provider, with somebody who is told of every refund that it takes: its claim, and its name there."""

    provider: RefundProvider
    taken: Callable[[str, str], None] = lambda _claim_ref, _provider_ref: None

    def refund(self, request: RefundRequest) -> RefundAnswer:
        """Send one refund; raise as the provider does."""
        answer = self.provider.refund(request)
        self.taken(dict(request.metadata)["claim"], answer.provider_ref)
        return answer

    def read(self, provider_ref: str, account: str | None) -> RefundAnswer:
        """Read a refund again."""
        return self.provider.read(provider_ref, account)

    def cancel(self, provider_ref: str, account: str | None) -> RefundAnswer:
        """Cancel a refund that waits for its customer."""
        return self.provider.cancel(provider_ref, account)

    def of_payment(self, payment_ref: str, account: str | None) -> list[RefundAnswer]:
        """List every refund that the provider holds of a payment."""
        return self.provider.of_payment(payment_ref, account)

    def dispute(self, provider_ref: str, account: str | None) -> DisputeAnswer:
        """Read a dispute."""
        return self.provider.dispute(provider_ref, account)

    def events_since(self, moment: datetime, account: str | None = None) -> Iterable[ProviderEvent]:
        """List refund and dispute events since a moment, oldest first."""
        return self.provider.events_since(moment, account)
