"""Choosing how it is put right."""

import structlog
from flask import url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.errors import MissingStreet, MovedOn, OfferGone, OutOfStock
from portal.services.accept_offers import accept_offers
from portal.web.customer.building.said import Said
from portal.web.customer.claim_forms import AcceptForm, errors_of
from portal.web.customer.claim_page import MOVED_ON, REFUSED, show_claim, show_moved_on, to_claim
from portal.web.shared.access import customer, customer_id
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit

_log = structlog.get_logger("amends.remedies")


@customer
def accept(ref: str) -> Answer:
    """Accept what was picked; the same again lands on the same page and changes nothing."""
    form = AcceptForm()
    strangers = form.strangers()
    if strangers:
        _log.warning("fields were ignored", claim=ref, fields=strangers)
    if not form.validate() or not form.picks():
        return show_claim(ref, _refused(form, errors_of(form.street)), REFUSED)
    try:
        accept_offers(toolkit(), customer_id=customer_id(), acceptance=form.command(ref))
    except MissingStreet:
        return show_claim(
            ref, _refused(form, (_("Please type the street and number, so that it finds you."),)), REFUSED
        )
    except OfferGone:
        gone = Said(notices=(_("What you chose cannot be taken any more. Here is how it stands now."),))
        return show_claim(ref, gone, MOVED_ON)
    except OutOfStock:
        taken = _("The last one went to somebody else a moment ago, so nothing was sent. Here is how it stands now.")
        return show_claim(ref, Said(notices=(taken,)), MOVED_ON)
    except MovedOn:
        return show_moved_on(url_for("customer.claim", ref=ref))
    return to_claim(ref)


def _refused(form: AcceptForm, street_errors: tuple[str, ...]) -> Said:
    nothing = () if form.picks() else (_("Please choose how we put it right."),)
    return Said(street=form.street.data or "", street_errors=street_errors, chosen=form.picks(), offer_errors=nothing)
