"""Shows the claim page, alone or with what was just typed and refused."""

from flask import Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.errors import NotFound
from portal.web.customer.building.claim import claim_page
from portal.web.customer.building.reading import read_claim
from portal.web.customer.building.said import Said
from portal.web.shared.access import customer_id
from portal.web.shared.error_page import ErrorPage
from portal.web.shared.kept_words import kept_words
from portal.web.shared.language import current_locale, speak_as_order
from portal.web.shared.means import glancing, toolkit

FOUND, MOVED_ON, REFUSED = 200, 409, 422
_NOTHING_SAID = Said()


def show_claim(ref: str, said: Said = _NOTHING_SAID, status: int = FOUND) -> Response:
    """Answer with the claim page; raise NotFound for a claim that is not this customer's."""
    with glancing() as session:
        read = read_claim(session, toolkit(), ref, customer_id(), _locale_for)
        if read is None:
            raise NotFound(ref)
        page = claim_page(read, said)
    return make_response(render_template("customer/claim.html", page=page), status)


def _locale_for(order_locale: str) -> str:
    speak_as_order(order_locale)
    return current_locale()


def show_moved_on(next_url: str) -> Response:
    """Say that something has moved on since the page was opened; what was typed is given back."""
    page = ErrorPage(status=MOVED_ON, next_url=next_url, kept=kept_words())
    return make_response(render_template("customer/error.html", page=page), MOVED_ON)


def to_claim(ref: str, *, sent: str | None = None, anchor: str | None = None) -> Answer:
    """Send on to the claim page, which is always the truth."""
    return redirect(url_for("customer.claim", ref=ref, sent=sent, _anchor=anchor), 303)
