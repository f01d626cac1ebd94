"""The worker's ports, each around the real one or a double with a memory, and each with a fate for its next call."""

from collections import Counter, deque
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from portal.domain.errors import AmendsError
from portal.domain.ports import (
    DisputeAnswer,
    Mail,
    MailRefused,
    ProviderEvent,
    RefundAnswer,
    RefundProvider,
    RefundRequest,
    ShipmentOrder,
    UnknownOutcome,
    Warehouse,
    WarehouseAnswer,
)
from tests.prove.simulation.deaths import Mortality

T = TypeVar("T")

DIES_BEFORE, DIES_AFTER, LOST_BEFORE, LOST_AFTER, LATE, NO_FOR_GOOD = (
    "dies before the call",
    "dies after the call",
    "lost on its way there",
    "lost on its way back",
    "arrives late",
    "no for good",
)
FATES = {
    "refund": (DIES_BEFORE, DIES_AFTER, LATE),
    "warehouse": (LOST_BEFORE, LOST_AFTER, DIES_BEFORE, DIES_AFTER),
    "mail": (LOST_BEFORE, LOST_AFTER, DIES_BEFORE, DIES_AFTER, NO_FOR_GOOD),
    "read": (DIES_BEFORE, DIES_AFTER),
}


class Fates:
    """What the next calls of each port meet, and what was met so far."""

    def __init__(self, mortality: Mortality) -> None:
        self.met: Counter[str] = Counter()
        self.mortality = mortality
        self._planned: dict[str, deque[str]] = {port: deque() for port in FATES}

    def plan(self, port: str, fate: str) -> None:
        self._planned[port].append(fate)

    def clear(self) -> None:
        """Let everything go well from now on."""
        for planned in self._planned.values():
            planned.clear()

    def begin(self, port: str) -> str | None:
        """Meet what was planned; some of it strikes before anything leaves."""
        fate = self._planned[port].popleft() if self._planned[port] else None
        if fate is None:
            return None
        self.met[f"{port}: {fate}"] += 1
        if fate == DIES_BEFORE:
            self.mortality.here(f"before a call ({port})")
        if fate == LOST_BEFORE:
            raise UnknownOutcome("lost")
        return fate

    def end(self, port: str, fate: str | None) -> None:
        """Strike after the call, whatever it came to."""
        if fate == DIES_AFTER:
            self.mortality.here(f"after a call ({port})")
        if fate == LOST_AFTER:
            raise UnknownOutcome("lost")


class FatedRefunds:
    """Stripe, as a worker reaches it that may die on the way. ``inner`` may be replaced by a broken one."""

    def __init__(self, inner: RefundProvider, fates: Fates) -> None:
        self.inner, self._fates = inner, fates
        self.late: list[RefundRequest] = []

    def refund(self, request: RefundRequest) -> RefundAnswer:
        fate = self._fates.begin("refund")
        if fate == LATE:
            # The client gave up; what it sent still travels, and arrives when a later step lets it.
            self.late.append(request)
            raise UnknownOutcome("late")
        return self._ended("refund", fate, lambda: self.inner.refund(request))

    def arrive(self) -> RefundRequest:
        """Let the oldest request arrive at last; nobody waits for its answer any more."""
        request = self.late.pop(0)
        try:
            self.inner.refund(request)
        except AmendsError as refusal:
            self._fates.met[f"late request: {type(refusal).__name__}"] += 1
        return request

    def read(self, provider_ref: str, account: str | None) -> RefundAnswer:
        return self._read(lambda: self.inner.read(provider_ref, account))

    def cancel(self, provider_ref: str, account: str | None) -> RefundAnswer:
        return self._read(lambda: self.inner.cancel(provider_ref, account))

    def of_payment(self, payment_ref: str, account: str | None) -> list[RefundAnswer]:
        return self._read(lambda: self.inner.of_payment(payment_ref, account))

    def dispute(self, provider_ref: str, account: str | None) -> DisputeAnswer:
        return self._read(lambda: self.inner.dispute(provider_ref, account))

    def events_since(self, moment: datetime, account: str | None = None) -> Iterable[ProviderEvent]:
        return self._read(lambda: self.inner.events_since(moment, account))

    def _read(self, call: Callable[[], T]) -> T:
        return self._ended("read", self._fates.begin("read"), call)

    def _ended(self, port: str, fate: str | None, call: Callable[[], T]) -> T:
        try:
            answer = call()
        except AmendsError:
            self._fates.end(port, fate)
            raise
        self._fates.end(port, fate)
        return answer


class FatedWarehouse:
    """The warehouse, whose answers may be lost."""

    def __init__(self, inner: Warehouse, fates: Fates) -> None:
        self._inner, self._fates = inner, fates

    def order(self, shipment: ShipmentOrder) -> WarehouseAnswer:
        fate = self._fates.begin("warehouse")
        answer = self._inner.order(shipment)
        self._fates.end("warehouse", fate)
        return answer


class Mailboxes:
    """Every mailbox: keeps what was handed over, by Message-ID."""

    def __init__(self, fates: Fates) -> None:
        self.kept: Counter[str] = Counter()
        self._fates = fates

    def send(self, mail: Mail) -> None:
        fate = self._fates.begin("mail")
        if fate == NO_FOR_GOOD:
            raise MailRefused("550 no such mailbox")
        self.kept[mail.message_id] += 1
        self._fates.end("mail", fate)
