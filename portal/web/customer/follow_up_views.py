"""Did we make it right? By the link of our mail without a code, and on the claim page. Only a button records."""

import hashlib

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from portal.domain.errors import MovedOn, NotFound
from portal.domain.follow_up import Answer
from portal.records import follow_ups
from portal.records.follow_ups import Asked
from portal.services.answer_follow_up import Said, answer_by_link, answer_on_page
from portal.services.follow_up_token import is_token
from portal.web.customer.building import said as kept
from portal.web.customer.building.follow_up import made_right_page
from portal.web.customer.claim_forms import errors_of, seen_version
from portal.web.customer.claim_page import FOUND, MOVED_ON, REFUSED, show_claim, show_moved_on, to_claim
from portal.web.shared.access import customer, customer_id, public
from portal.web.shared.forms import Form, own_words
from portal.web.shared.language import gettext as _
from portal.web.shared.language import lazy_gettext, speak_as_order
from portal.web.shared.means import glancing, toolkit


class AnswerForm(Form):
    """A yes or a no, and words that may stay out."""

    words = own_words(lazy_gettext("A word about it"))

    @staticmethod
    def answer() -> Answer | None:
        """Give what was tapped; nothing where it was no button of ours."""
        tapped = request.form.get("answer", "")
        return Answer(tapped) if tapped in set(Answer) else None

    def said(self, claim_ref: str, answer: Answer, seen: int = 0) -> Said:
        """Give what was said, under a key that a second tap has too."""
        words = self.words.data or ""
        key = hashlib.sha256(repr((claim_ref, answer, seen, words)).encode()).hexdigest()[:48]
        return Said(answer, words, key)


@public
def made_right(ref: str, token: str) -> Response:
    """Show where the question stands, with its two buttons; whoever opens it changes nothing."""
    return _page(ref, token)


@public
def say_made_right(ref: str, token: str) -> Answered:
    """Keep what was tapped, and show where it stands by then."""
    speak_as_order(_found(ref, token).locale)
    form, answer = AnswerForm(), AnswerForm.answer()
    if not form.validate() or answer is None:
        return _page(ref, token, form.words.data or "", _wrong(form), status=REFUSED)
    try:
        answer_by_link(toolkit(), claim_ref=ref, token=token, said=form.said(ref, answer))
    except MovedOn:
        moved = _("This has moved on since you opened it. Here it is as it stands now.")
        return _page(ref, token, form.words.data or "", moved_on=moved, status=MOVED_ON)
    return redirect(url_for("customer.made_right", ref=ref, token=token), 303)


@customer
def say_on_claim(ref: str) -> Answered:
    """Keep what was tapped on the claim page."""
    form, answer = AnswerForm(), AnswerForm.answer()
    if not form.validate() or answer is None:
        return show_claim(ref, kept.Said(right=form.words.data or "", right_errors=_wrong(form)), REFUSED)
    said = form.said(ref, answer, seen_version())
    try:
        answer_on_page(toolkit(), customer_id=customer_id(), claim_ref=ref, said=said)
    except MovedOn:
        return show_moved_on(url_for("customer.claim", ref=ref))
    return to_claim(ref)


def _wrong(form: AnswerForm) -> tuple[str, ...]:
    return errors_of(form.words) or (_("Please tap one of the two buttons."),)


def _found(ref: str, token: str) -> Asked:
    """Find what is asked about; the same page for a wrong token as for a claim that there is not."""
    with glancing() as session:
        found = follow_ups.newest(session, ref)
    if not is_token(toolkit().secret_key, ref, token) or found is None:
        raise NotFound(ref)
    return found


def _page(
    ref: str,
    token: str,
    typed: str = "",
    errors: tuple[str, ...] = (),
    moved_on: str = "",
    status: int = FOUND,
) -> Response:
    found = _found(ref, token)
    speak_as_order(found.locale)
    page = made_right_page(found, token, typed, errors, moved_on)
    return make_response(render_template("customer/made_right.html", page=page), status)
