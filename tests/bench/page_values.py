"""At which addresses the pages of a shop are opened: what stands in the place of each ``<argument>``."""

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Flask
from werkzeug.routing import Rule

from portal.services import follow_up_token, outreach_token
from tests.support.web import rows, toolkit_of

# Of the claims those that the measurement reported first, and those that ended in each remedy.
_CLAIMS = """
    (SELECT ref FROM claims WHERE customer_id = :customer ORDER BY id LIMIT 2)
    UNION (SELECT DISTINCT ON (r.kind) c.ref FROM claims c JOIN remedies r ON r.claim_id = c.id
           WHERE c.customer_id = :customer ORDER BY r.kind, c.id DESC)
"""
_PARCELS = """
    SELECT o.order_number AS number, p.ref AS parcel FROM replacements p JOIN remedies r ON r.id = p.remedy_id
    JOIN claims c ON c.id = r.claim_id JOIN orders o ON o.id = c.order_id
    WHERE c.customer_id = :customer ORDER BY p.id DESC LIMIT 1
"""
_NUMBERS = "SELECT order_number AS number FROM orders WHERE customer_id = :customer ORDER BY id LIMIT 1"
_DRAFTS = "SELECT DISTINCT ON (state) ref{} FROM policy_drafts ORDER BY state, id DESC"
_NEWEST = "SELECT ref FROM {} ORDER BY id DESC LIMIT 2"
# The longest beginning of an address decides.
_ASKED = {
    "/claims/": _CLAIMS,
    "/made-right/": "SELECT c.ref FROM claims c JOIN follow_ups f ON f.claim_id = c.id"
    " WHERE c.customer_id = :customer ORDER BY f.id DESC LIMIT 1",
    "/no-such-mails/": "SELECT ref FROM claims WHERE raised_by = 'system:outreach' ORDER BY id DESC LIMIT 1",
    "/orders/": _NUMBERS,
    "/orders/<number>/sent-again/": _PARCELS,
    "/withdraw/": "SELECT w.ref FROM withdrawals w JOIN orders o ON o.id = w.order_id"
    " WHERE o.customer_id = :customer ORDER BY w.id DESC LIMIT 1",
    "/finance/batches/": "SELECT ref FROM closed_batches ORDER BY id DESC LIMIT 2",
    "/finance/periods/": "SELECT to_char(now() - interval '1 month', 'YYYY-MM') AS month",
    "/finance/recoveries/": "SELECT ref, 'book' AS act FROM recoveries ORDER BY id DESC LIMIT 1",
    "/staff/claims/": _CLAIMS,
    "/staff/claims/<ref>/credit/": "SELECT c.ref, r.ref AS remedy FROM claims c JOIN remedies r ON r.claim_id = c.id"
    " WHERE r.kind = 'store_credit' AND c.customer_id = :customer ORDER BY r.id DESC LIMIT 1",
    "/staff/incidents/": "SELECT ref, version, 'close' AS act FROM incidents ORDER BY id DESC LIMIT 2",
    "/staff/lists/": _NEWEST.format("list_entries"),
    "/staff/orders/": _NUMBERS,
    "/staff/orders/<number>/sent-again/": _PARCELS,
    "/staff/outreach/": "SELECT DISTINCT ON (state) ref FROM outreaches ORDER BY state, id DESC",
    "/staff/patterns/": _NEWEST.format("patterns"),
    "/staff/people/": _NEWEST.format("staff"),
    "/staff/policies/drafts/": _DRAFTS.format(""),
    "/staff/policies/drafts/<ref>/rules/": _DRAFTS.format(", 'damaged' AS key"),
    "/staff/policies/drafts/<ref>/offers/": _DRAFTS.format(", 'whole' AS key"),
    "/staff/policies/drafts/<ref>/<any": "SELECT d.ref, t.* FROM policy_drafts d,"
    " (VALUES ('limits', 'card-180'), ('budgets', 'goodwill-month')) AS t (\"table\", key) ORDER BY d.id DESC LIMIT 2",
    "/staff/policies/markets/": "SELECT 'all' AS market",
    "/staff/policies/replay/": "SELECT DISTINCT ON (state) ref FROM policy_replays ORDER BY state, id DESC",
    "/staff/policies/versions/": "SELECT 'all' AS market, number AS version FROM policy_versions"
    " ORDER BY number DESC LIMIT 1",
    "/staff/prevention/": _NEWEST.format("precautions"),
    "/staff/troubles/": "SELECT DISTINCT ON (kind) ref FROM troubles ORDER BY kind, id DESC",
    "/staff/withdrawals/": "SELECT DISTINCT ON (state) ref FROM withdrawals ORDER BY state, id DESC",
}
_TOKENS = {"/made-right/": follow_up_token.token_for, "/no-such-mails/": outreach_token.token_for}


def addresses(app: Flask, rule: Rule, customer_id: int) -> list[str]:
    """Give the addresses of a page: one without arguments, none where the shop holds nothing that it could show."""
    told = [*_values(app, rule, customer_id)] if rule.arguments else [{}]
    adapter = app.url_map.bind("localhost")
    wanted = rule.arguments
    return [adapter.build(rule.endpoint, {name: one[name] for name in wanted & one.keys()}) for one in told]


def _values(app: Flask, rule: Rule, customer_id: int) -> Iterator[Mapping[str, Any]]:
    begins = max((one for one in _ASKED if rule.rule.startswith(one)), key=len, default="")
    found = rows(app, _ASKED[begins], customer=customer_id) if begins else []
    for row in found:
        values = dict(row._mapping)
        if begins in _TOKENS:
            values["token"] = _TOKENS[begins](toolkit_of(app).secret_key, values["ref"])
        yield values
