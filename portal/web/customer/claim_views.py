"""The claim page, and taking a report back."""

from flask import Response, jsonify, request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.errors import MovedOn, NotFound
from portal.records import customer_pages
from portal.services.withdraw_claim import withdraw_claim
from portal.web.customer.building.claim import is_moving
from portal.web.customer.building.said import Said
from portal.web.customer.claim_page import show_claim, show_moved_on, to_claim
from portal.web.shared.access import customer, customer_id
from portal.web.shared.means import glancing, toolkit


@customer
def claim(ref: str) -> Response:
    """Show a claim as it stands."""
    return show_claim(ref, Said(talk_sent="sent" in request.args))


@customer
def claim_status(ref: str) -> Response:
    """Tell a page in motion whether there is news."""
    with glancing() as session:
        seen = customer_pages.glance(session, ref, customer_id())
    if seen is None:
        raise NotFound(ref)
    return jsonify(version=seen.version, moving=is_moving(seen.state))


@customer
def withdraw(ref: str) -> Answer:
    """Take a report back."""
    try:
        withdraw_claim(toolkit(), customer_id=customer_id(), claim_ref=ref)
    except MovedOn:
        return show_moved_on(url_for("customer.claim", ref=ref))
    return to_claim(ref)
