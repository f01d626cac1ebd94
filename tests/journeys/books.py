"""Our books beside those of the Stripe double: equal refund by refund."""

import json
from typing import Any

from portal.services.check_books import check_books
from tests.support.running import Running

_PAGE = 100
_OURS = "SELECT provider_ref, amount_minor, lower(currency), state FROM refunds WHERE provider_ref IS NOT NULL"


def refunds_at_stripe(running: Running) -> list[tuple[Any, ...]]:
    """Read every refund that the double holds, page by page, as our own rows say them."""
    found: list[dict[str, Any]] = []
    headers = {"Authorization": f"Bearer {running.config.stripe_secret_key}"}
    more = True
    while more:
        after = f"&starting_after={found[-1]['id']}" if found else ""
        status, content = running.sandbox.raw("GET", f"/v1/refunds?limit={_PAGE}{after}", headers=headers)
        assert status == 200, content
        page = json.loads(content)
        found += page["data"]
        more = page["has_more"]
    return sorted((one["id"], one["amount"], one["currency"], one["status"]) for one in found)


def our_refunds(running: Running) -> list[tuple[Any, ...]]:
    """Read every refund that Stripe has given a name."""
    return sorted(tuple(row) for row in running.rows(_OURS))


def assert_books_are_equal(running: Running) -> None:
    """Fail where the journal does not hold, the double's own books do not, or the two tell different refunds."""
    with running.toolkit() as toolkit:
        assert check_books(toolkit) == []
    assert running.sandbox.books_are_equal()
    assert our_refunds(running) == refunds_at_stripe(running)
