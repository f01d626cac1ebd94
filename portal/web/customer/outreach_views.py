"""The page behind the link of a letter that nobody asked for: to get no more of them, or to take them again."""

from flask import Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answered

from portal.domain.errors import NotFound
from portal.records import outreach_people
from portal.records.outreach_people import Written
from portal.services.outreach_token import is_token
from portal.services.stop_outreach_letters import stop_outreach_letters
from portal.web.customer.claim_page import FOUND, REFUSED
from portal.web.shared.access import public, signed
from portal.web.shared.language import gettext as _
from portal.web.shared.language import speak_as_order
from portal.web.shared.means import glancing, toolkit

_STOP, _ALLOW = "stop", "allow"
# What a mail program sends by itself where its reader taps its own button (RFC 8058).
_ONE_CLICK = ("List-Unsubscribe", "One-Click")


@public
def no_such_mails(ref: str, token: str) -> Response:
    """Show what was said, with one button; whoever opens it changes nothing."""
    return _page(ref, token)


@signed
def say_no_such_mails(ref: str, token: str) -> Answered:
    """Keep what was tapped here, or in a mail program by one click, and show where it stands by then."""
    by_program = request.form.get(_ONE_CLICK[0]) == _ONE_CLICK[1]
    tapped = _STOP if by_program else request.form.get("mails", "")
    if tapped not in {_STOP, _ALLOW}:
        return _page(ref, token, wrong=True)
    stop_outreach_letters(toolkit(), claim_ref=ref, token=token, wanted=tapped == _ALLOW)
    if by_program:
        # It follows no redirect.
        return _page(ref, token)
    return redirect(url_for("customer.no_such_mails", ref=ref, token=token), 303)


def _found(ref: str, token: str) -> Written:
    """Find whom the letter went to; the same page for a wrong token as for a claim that there is not."""
    with glancing() as session:
        written = outreach_people.written_about(session, ref)
    if written is None or not is_token(toolkit().secret_key, ref, token):
        raise NotFound(ref)
    return written


def _page(ref: str, token: str, *, wrong: bool = False) -> Response:
    written = _found(ref, token)
    speak_as_order(written.locale)
    told = {
        "stopped": written.stopped,
        "action": url_for("customer.say_no_such_mails", ref=ref, token=token),
        "error": _("Please tap the button.") if wrong else "",
    }
    return make_response(render_template("customer/no_such_mails.html", **told), REFUSED if wrong else FOUND)
