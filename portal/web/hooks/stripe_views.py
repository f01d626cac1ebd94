"""Where Stripe tells us what has happened: stored first and answered fast; a job reads the object again."""

from typing import Any

import structlog
from flask import Response, jsonify

from portal.domain.signatures import STRIPE_HEADER
from portal.records.provider_accounts import has_account
from portal.services.hear_event import hear_event
from portal.web.hooks.signed import settings, signed_message, text_of
from portal.web.shared.access import hook
from portal.web.shared.means import toolkit

_LONGEST_ID, _LONGEST_KIND = 255, 80
_log = structlog.get_logger("amends.hooks")


@hook
def hear_stripe() -> Response:
    """Store an event of ours; one of another environment or account is counted in the log and left."""
    event = signed_message(STRIPE_HEADER, settings().stripe_webhook_secrets)
    event_id, kind = text_of(event, "id", _LONGEST_ID), text_of(event, "type", _LONGEST_KIND)
    why_not = _why_not_ours(event)
    if why_not is not None:
        _log.warning("a signed event is not for us", event_id=event_id, kind=kind, reason=why_not)
        return jsonify(ignored=why_not)
    new = hear_event(toolkit(), sender="stripe", event_id=event_id, kind=kind, payload=event)
    return jsonify(heard=True, new=new)


def _why_not_ours(event: dict[str, Any]) -> str | None:
    if event.get("livemode") is not settings().is_production:
        return "another environment"
    account = event.get("account")
    if account is None:
        return None
    with toolkit().reading() as session:
        known = isinstance(account, str) and has_account(session, account)
    return None if known else "another account"
