"""Broken worlds: what the simulation has to find, so that it is no test that cannot fail."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from portal.domain.ports import (
    DisputeAnswer,
    ProviderEvent,
    RefundAnswer,
    RefundProvider,
    RefundRefused,
    RefundRequest,
)


class _Around:
    """A provider that does as another one does."""

    def __init__(self, inner: RefundProvider) -> None:
        self.inner = inner

    def refund(self, request: RefundRequest) -> RefundAnswer:
        return self.inner.refund(request)

    def read(self, provider_ref: str, account: str | None) -> RefundAnswer:
        return self.inner.read(provider_ref, account)

    def cancel(self, provider_ref: str, account: str | None) -> RefundAnswer:
        return self.inner.cancel(provider_ref, account)

    def of_payment(self, payment_ref: str, account: str | None) -> list[RefundAnswer]:
        return self.inner.of_payment(payment_ref, account)

    def dispute(self, provider_ref: str, account: str | None) -> DisputeAnswer:
        return self.inner.dispute(provider_ref, account)

    def events_since(self, moment: datetime, account: str | None = None) -> Iterable[ProviderEvent]:
        return self.inner.events_since(moment, account)


class SendsAgainUnderAnotherKey(_Around):
    """Loses every first answer, and sends again under a key of its own making, as if nothing could have happened."""

    def refund(self, request: RefundRequest) -> RefundAnswer:
        self.inner.refund(request)
        return self.inner.refund(replace(request, key=f"{request.key}-2"))


class CallsSilenceNo(_Around):
    """Loses every answer, and calls the refund refused."""

    def refund(self, request: RefundRequest) -> RefundAnswer:
        self.inner.refund(request)
        raise RefundRefused("no_answer")


class SendsTheCentsTwice(_Around):
    """Sends an amount that is not the one of the row."""

    def refund(self, request: RefundRequest) -> RefundAnswer:
        return self.inner.refund(replace(request, amount=request.amount + request.amount.portion(1, 100)))


class ForgetsFailures(_Around):
    """Reads every refund as it was hoped for: one that failed is called succeeded."""

    def read(self, provider_ref: str, account: str | None) -> RefundAnswer:
        return _hoped_for(self.inner.read(provider_ref, account))

    def of_payment(self, payment_ref: str, account: str | None) -> list[RefundAnswer]:
        return [_hoped_for(answer) for answer in self.inner.of_payment(payment_ref, account)]


def _hoped_for(answer: RefundAnswer) -> RefundAnswer:
    return replace(answer, state=type(answer.state).SUCCEEDED) if answer.state == "failed" else answer
