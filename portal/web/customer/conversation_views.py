"""Talking to a person: at any time, in answer to a question, in place of what is offered, or after a no."""

from flask import request, url_for
from werkzeug.wrappers import Response as Answer

from portal.domain.errors import MovedOn, UnitsTaken
from portal.services.ask_for_person import Asking, ask_for_person
from portal.services.write_to_us import write_to_us
from portal.web.customer.building.said import Said
from portal.web.customer.claim_forms import AskAgainForm, AskForm, TalkForm, errors_of
from portal.web.customer.claim_page import MOVED_ON, REFUSED, show_claim, show_moved_on, to_claim
from portal.web.shared.access import customer, customer_id
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit


@customer
def talk(ref: str) -> Answer:
    """Send words to a person."""
    form = TalkForm()
    if not form.validate():
        return show_claim(ref, Said(talk=_typed(), talk_errors=errors_of(form.words)), REFUSED)
    write_to_us(toolkit(), customer_id=customer_id(), words=form.command(ref, "talk"))
    return to_claim(ref, sent="1", anchor="talk")


@customer
def answer(ref: str) -> Answer:
    """Answer what a person asked."""
    form = TalkForm()
    if not form.validate():
        return show_claim(ref, Said(answer=_typed(), answer_errors=errors_of(form.words)), REFUSED)
    write_to_us(toolkit(), customer_id=customer_id(), words=form.command(ref, "answer"))
    return to_claim(ref)


@customer
def ask_person(ref: str) -> Answer:
    """Ask for a person in place of what is offered."""
    form = AskForm()
    if not form.validate():
        # The box it was typed in is folded away, so what was typed goes on in the box that always stands open.
        return show_claim(ref, Said(notices=errors_of(form.words), talk=_typed()), REFUSED)
    return _ask(ref, form.command(ref))


@customer
def ask_again(ref: str) -> Answer:
    """Ask again after a no."""
    form = AskAgainForm()
    if not form.validate():
        return show_claim(ref, Said(notices=errors_of(form.words), talk=_typed()), REFUSED)
    return _ask(ref, form.command(ref))


def _ask(ref: str, asking: Asking) -> Answer:
    try:
        ask_for_person(toolkit(), customer_id=customer_id(), asking=asking)
    except MovedOn:
        return show_moved_on(url_for("customer.claim", ref=ref))
    except UnitsTaken:
        newer = _("You told us about this again since. The newer report speaks for it; you find it with your orders.")
        return show_claim(ref, Said(notices=(newer,), talk=_typed()), MOVED_ON)
    return to_claim(ref)


def _typed() -> str:
    return request.form.get("words", "")
