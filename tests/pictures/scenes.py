"""On which picture each page of the three fronts is, by its endpoint; a test of the house reads it too."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

FRONTS = ("customer", "staff", "finance")
SHOWN: Mapping[str, str] = {
    "customer.claim": "claim-offers",
    "customer.code": "code",
    "customer.correct": "correct",
    "customer.credit": "credit",
    "customer.home": "home",
    "customer.made_right": "made-right",
    "customer.no_such_mails": "no-such-mails",
    "customer.orders": "orders",
    "customer.promise": "promise",
    "customer.report": "report",
    "customer.report_again": "report-sent-again",
    "customer.withdraw_order": "withdraw-order",
    "customer.withdrawal": "withdraw",
    "customer.withdrawn": "withdrawn",
    "finance.balance": "reconcile",
    "finance.batch": "batch",
    "finance.costs": "costs",
    "finance.period": "period",
    "finance.periods": "periods",
    "finance.recoveries": "recoveries",
    "staff.budgets": "budgets",
    "staff.claim": "claim",
    "staff.credit": "credit-taken-back",
    "staff.draft": "policy-draft",
    "staff.draft_amounts": "policy-amounts",
    "staff.draft_changes": "policy-changes",
    "staff.draft_defaults": "policy-defaults",
    "staff.draft_limits": "policy-limits",
    "staff.draft_pack": "policy-offers-change",
    "staff.draft_packs": "policy-offers",
    "staff.draft_row": "policy-budget-new",
    "staff.draft_text": "policy-text",
    "staff.find": "queue-not-found",
    "staff.follow_ups": "follow-ups",
    "staff.incident": "incident",
    "staff.incidents": "incidents",
    "staff.journey": "journey",
    "staff.journey_beyond": "journey-beyond",
    "staff.journey_digest": "journey-digest",
    "staff.journey_kept": "journey-kept",
    "staff.list_entry": "list-entry",
    "staff.lists": "lists",
    "staff.new_claim_entry": "list-new-of-claim",
    "staff.new_list_entry": "list-new",
    "staff.new_pack": "policy-offers-new",
    "staff.new_rule": "policy-rule-new",
    "staff.orders": "orders",
    "staff.outreach": "outreach-counted",
    "staff.outreaches": "outreach-list",
    "staff.pattern": "pattern",
    "staff.patterns": "patterns",
    "staff.people": "people",
    "staff.policies": "policies",
    "staff.policy_market": "policy-market",
    "staff.policy_version": "policy-version",
    "staff.precaution": "precaution",
    "staff.prevention": "prevention",
    "staff.publish_page": "policy-publish",
    "staff.queue": "queue",
    "staff.replay": "replay",
    "staff.replays": "replays",
    "staff.report": "report",
    "staff.report_again": "report-sent-again",
    "staff.rule": "policy-rule",
    "staff.second_factor": "code",
    "staff.sign_in": "sign-in",
    "staff.trouble": "trouble-poison-event",
    "staff.version_changes": "policy-version-changes",
    "staff.voices": "voices",
    "staff.what_if": "what-if",
    "staff.withdrawal": "withdrawal",
    "staff.withdrawals": "withdrawals",
}
# What answers a GET and is no page. An address to which a form was sent leads back to that form: ``…_again``.
NO_PAGES: Mapping[str, str] = {
    "customer.brand_css": "a style sheet",
    "customer.claim_status": "JSON for the claim page",
    "customer.photo": "a picture's bytes",
    "finance.batch_file": "a file",
    "finance.cost_file": "a file",
    "staff.outreach_news": "JSON for the page of an outreach",
    "staff.photo": "a picture's bytes",
    "staff.prevention_file": "a file",
    "staff.replay_news": "JSON for the page of a replay",
}


def pages_of(app: Flask) -> Iterator[str]:
    """Name the endpoints of the three fronts that answer a GET, without those that lead back to a form."""
    for rule in app.url_map.iter_rules():
        back = rule.endpoint.endswith("_again") and rule.endpoint not in SHOWN
        if rule.endpoint.partition(".")[0] in FRONTS and "GET" in (rule.methods or ()) and not back:
            yield rule.endpoint


def faults_of(app: Flask, taken: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Tell which pages are on no picture of theirs. taken: by front the address at which each scene was taken."""
    addresses = app.url_map.bind("localhost")
    faults = []
    for endpoint, scene in SHOWN.items():
        url = taken[endpoint.partition(".")[0]].get(scene)
        if url is None:
            faults.append(f"{scene} was not taken, which shows {endpoint}")
            continue
        try:
            found, _ = addresses.match(urlsplit(url).path)
        except HTTPException:
            found = url
        if found != endpoint:
            faults.append(f"{scene} shows {found}, not {endpoint}")
    return faults
