"""Refunds through Stripe. Only this module calls ``stripe``, and only the worker imports it.

One call is one HTTP request: nothing is retried here, so that a row's key and its history stay in one hand.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar
from urllib.request import getproxies

import requests
import stripe
from stripe.params import BalanceTransactionListParams, EventListParams, RefundCreateParams, RefundListParams

from portal.domain.errors import AmendsError, BadAmount, NotFound
from portal.domain.money import Money, exponent, stripe_factor
from portal.domain.ports import (
    PROVIDER_EVENTS,
    BlockedByDispute,
    DisputeAnswer,
    KeyMisused,
    ProviderBusy,
    ProviderEvent,
    ProviderLocked,
    ProviderState,
    RefundAnswer,
    RefundRefused,
    RefundRequest,
    UnknownOutcome,
    Unreadable,
    UnreadableEvents,
)
from portal.domain.ports_books import Movement
from portal.gateways.stripe_reading import MOVEMENTS, dispute_of, event_of, from_stripe, movement_of, names_of

API_VERSION = "2026-10-28.endive"
# Under this name our own ref travels in the refund's metadata, so that Stripe's list can be matched with our rows.
REF_KEY = "refund_ref"
_CONNECT_SECONDS, _READ_SECONDS = 3.05, 20.0
_POOL = 20
_PAGE = 100
_DISPUTED = frozenset({"charge_disputed", "refund_disputed_payment"})
_ISO_THREE_DIGITS = 3
# The list is asked type by type, because without one it holds every payment too.
_MOVEMENT_TYPES = ("refund", "payment_refund", "refund_failure", "payment_failure_refund", "adjustment")
_UNREADABLE = "unreadable_answer"
# What goes wrong where an answer is not what we know: another shape, another word, another amount.
_NOT_READ = (AttributeError, LookupError, TypeError, ValueError, BadAmount)
_Result = TypeVar("_Result")
_Item = TypeVar("_Item", bound=stripe.StripeObject)


class StripeRefunds:
    """Speaks to Stripe as a RefundProvider."""

    def __init__(
        self,
        secret_key: str,
        *,
        api_base: str | None = None,
        connect_seconds: float = _CONNECT_SECONDS,
        read_seconds: float = _READ_SECONDS,
    ) -> None:
        """Make one client with one pool of connections; api_base is the sandbox's address, none is Stripe itself."""
        stripe.enable_telemetry = False
        self._client = stripe.StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            base_addresses={"api": api_base} if api_base else {},
            max_network_retries=0,
            http_client=stripe.RequestsClient(timeout=(connect_seconds, read_seconds), session=_pooled_session()),
        )

    def refund(self, request: RefundRequest) -> RefundAnswer:
        """Send one refund under its own key.

        Raises UnknownOutcome, KeyMisused, ProviderBusy, ProviderLocked, RefundRefused or BlockedByDispute.
        """
        params: RefundCreateParams = {
            "amount": _to_stripe(request.amount),
            "metadata": {**dict(request.metadata), REF_KEY: request.key},
        }
        if request.payment_ref.startswith("ch_"):
            params["charge"] = request.payment_ref
        else:
            params["payment_intent"] = request.payment_ref
        options = _options(request.account)
        options["idempotency_key"] = request.key
        return _ours(lambda: _answer(self._client.v1.refunds.create(params, options)))

    def read(self, provider_ref: str, account: str | None) -> RefundAnswer:
        """Read a refund again; raise NotFound where Stripe has none, or the errors of refund."""
        return _found(lambda: _answer(self._client.v1.refunds.retrieve(provider_ref, {}, _options(account))))

    def cancel(self, provider_ref: str, account: str | None) -> RefundAnswer:
        """Cancel a refund that waits for its customer; raise the errors of refund. The same again is refused."""
        return _found(lambda: _answer(self._client.v1.refunds.cancel(provider_ref, {}, _options(account))))

    def of_payment(self, payment_ref: str, account: str | None) -> list[RefundAnswer]:
        """List every refund that Stripe holds of a payment, newest first.

        Raises NotFound for an unknown payment, Unreadable (with all others) where one of them cannot be read.
        """
        params: RefundListParams = {"limit": _PAGE}
        if payment_ref.startswith("ch_"):
            params["charge"] = payment_ref
        else:
            params["payment_intent"] = payment_ref

        return _found(lambda: _answers(_all_of(self._client.v1.refunds.list(params, _options(account)))))

    def dispute(self, provider_ref: str, account: str | None) -> DisputeAnswer:
        """Read a dispute; raise NotFound where Stripe has none, or the errors of refund."""
        return _found(lambda: dispute_of(self._client.v1.disputes.retrieve(provider_ref, {}, _options(account))))

    def events_since(self, moment: datetime, account: str | None = None) -> Iterable[ProviderEvent]:
        """List refund and dispute events since a moment (timezone-aware), oldest first; Stripe keeps 30 days.

        Raises UnreadableEvents (with all others) where one of them cannot be read.
        """
        params: EventListParams = {
            "limit": _PAGE,
            "types": list(PROVIDER_EVENTS),
            "created": {"gte": int(moment.timestamp())},
        }
        return _ours(lambda: _events(_all_of(self._client.v1.events.list(params, _options(account)))))

    def movements_since(self, moment: datetime, account: str | None = None) -> Iterable[Movement]:
        """List what moved on the balance because of refunds and disputes since a moment (timezone-aware), by pages."""
        listed = self._client.v1.balance_transactions.list
        for kind in _MOVEMENT_TYPES:
            params: BalanceTransactionListParams = {
                "limit": _PAGE,
                "type": kind,
                "created": {"gte": int(moment.timestamp())},
                "expand": ["data.source"],
            }
            page = _ours(partial(_page_of, partial(listed, params, _options(account))))
            while page.data:
                yield from _ours(partial(_movements, page))
                page = _ours(partial(_page_of, page.next_page))


def _pooled_session() -> requests.Session:
    session = requests.Session()
    adapter = requests.adapters.HTTPAdapter(pool_connections=_POOL, pool_maxsize=_POOL, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    # With trust_env a stray .netrc would replace our key, and every call would read the environment again.
    session.trust_env = False
    session.proxies.update({scheme: url for scheme, url in getproxies().items() if scheme in ("http", "https")})
    return session


def _options(account: str | None) -> stripe.RequestOptions:
    return {"stripe_account": account} if account else {}


def _ours(call: Callable[[], _Result]) -> _Result:
    """Run a call and read its answer; turn Stripe's errors into ours by class and code, never by sentence.

    An answer that cannot be read tells as little as none: what it answered may have happened.
    """
    try:
        return call()
    except stripe.StripeError as error:
        raise _translated(error) from error
    except _NOT_READ as error:
        raise Unreadable(_UNREADABLE) from error


def _found(call: Callable[[], _Result]) -> _Result:
    try:
        return _ours(call)
    except RefundRefused as refusal:
        if refusal.code == "resource_missing":
            raise NotFound(refusal.code) from refusal
        raise


def _translated(error: stripe.StripeError) -> AmendsError:
    """Map by the table of reliability.md, section 1.1. What is not listed is unknown, never failed."""
    reason = type(error).__name__
    if isinstance(error, stripe.RateLimitError):
        return ProviderBusy(reason)
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return ProviderLocked(reason)
    if isinstance(error, stripe.IdempotencyError):
        return KeyMisused(reason)
    if isinstance(error, stripe.InvalidRequestError | stripe.CardError):
        code = error.code or (f"invalid_{error.param}" if error.param else "invalid_request")
        return BlockedByDispute(code) if code in _DISPUTED else RefundRefused(code)
    return UnknownOutcome(reason)


def _all_of(listed: stripe.ListObject[_Item]) -> list[_Item]:
    # Of what is no list, the client would ask for more with a key that nobody gave it.
    if not isinstance(listed, stripe.ListObject):
        raise TypeError(type(listed).__name__)
    return list(listed.auto_paging_iter())


def _page_of(listed: Callable[[], stripe.ListObject[_Item]]) -> stripe.ListObject[_Item]:
    page = listed()
    if not isinstance(page, stripe.ListObject) or page.data is None:
        raise TypeError(type(page).__name__)
    return page


def _movements(page: stripe.ListObject[stripe.BalanceTransaction]) -> list[Movement]:
    return [movement_of(moved) for moved in page.data if moved.reporting_category in MOVEMENTS]


def _answers(refunds: Iterable[stripe.Refund]) -> list[RefundAnswer]:
    read, why = _each(_answer, refunds)
    if why is not None:
        raise Unreadable(_UNREADABLE, read) from why
    return read


def _events(newest_first: Iterable[stripe.Event]) -> list[ProviderEvent]:
    read, why = _each(event_of, newest_first)
    if why is not None:
        raise UnreadableEvents(_UNREADABLE, read[::-1]) from why
    return read[::-1]


def _each(read_one: Callable[[_Item], _Result], items: Iterable[_Item]) -> tuple[list[_Result], Exception | None]:
    """Read each by itself, so that one in words of tomorrow hides no other; say why one could not be read."""
    read, why = [], None
    for item in items:
        try:
            read.append(read_one(item))
        except _NOT_READ as error:
            why = error
    return read, why


def _answer(refund: stripe.Refund) -> RefundAnswer:
    if refund.object != "refund" or not refund.id:
        raise TypeError(refund.object)
    metadata = refund.metadata.to_dict() if refund.metadata is not None else {}
    return RefundAnswer(
        provider_ref=refund.id,
        payment_refs=names_of(refund),
        refund_ref=metadata.get(REF_KEY),
        amount=from_stripe(refund.amount, refund.currency),
        state=ProviderState(refund.status or ProviderState.SUCCEEDED),
        reason=getattr(refund, "failure_reason", None) or getattr(refund, "pending_reason", None),
        act_by=_act_by(refund),
    )


def _act_by(refund: stripe.Refund) -> datetime | None:
    """Read until when Stripe's mail to the customer can be answered."""
    asked = getattr(refund, "next_action", None)
    details = getattr(asked, "display_details", None)
    return datetime.fromtimestamp(details.expires_at, UTC) if details is not None else None


def _to_stripe(amount: Money) -> int:
    """Give Stripe's minor units; three-decimal currencies go in tens (docs.stripe.com/currencies)."""
    minor = amount.minor * stripe_factor(amount.currency)
    if minor <= 0 or (exponent(amount.currency) == _ISO_THREE_DIGITS and minor % 10):
        raise BadAmount(f"Stripe does not take {amount!r}")
    return minor
