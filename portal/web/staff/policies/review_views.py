"""What people do to a draft as a whole: say something, propose, take back, send back, give up, go on from a newer."""

from collections.abc import Callable

from flask import request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as Answer

from portal.domain.authority import PUBLISHES_POLICY, REVIEWS_POLICY, WRITES_POLICY
from portal.domain.errors import NotFound
from portal.services import review_policy
from portal.services.draft_policy import abandon_draft, rebase_draft
from portal.web.shared.access import staff, staff_on_duty
from portal.web.shared.forms import too_long, unix_lines
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit
from portal.web.staff.policies.answers import REFUSED, answered, asked_page, table

_LONGEST_NUMBER = 9


@staff(*REVIEWS_POLICY)
def comment(ref: str) -> Answer:
    """Keep a comment on a draft or on one of its rules."""
    about = request.form.get("about") or None

    def act(words: str) -> None:
        try:
            review_policy.comment_on_draft(toolkit(), staff_id=staff_on_duty().id, ref=ref, words=words, rule_key=about)
        except NotFound as error:
            if about is None:
                raise
            raise BadRequest("the form names a rule that is not there") from error

    return _with_words(ref, act, _("Please write what you want to say."), done="commented")


@staff(*WRITES_POLICY)
def propose(ref: str) -> Answer:
    """Ask for a review."""
    page = asked_page(ref)

    def act(words: str) -> None:
        review_policy.propose_draft(toolkit(), staff_id=staff_on_duty().id, page=page, words=words)

    return _with_words(ref, act, "", done="proposed")


@staff(*WRITES_POLICY)
def take_back(ref: str) -> Answer:
    """Take a draft out of its review."""
    page = asked_page(ref)
    return answered(
        ref,
        lambda: review_policy.take_back_draft(toolkit(), staff_id=staff_on_duty().id, page=page),
        done="taken_back",
    )


@staff(*PUBLISHES_POLICY)
def send_back(ref: str) -> Answer:
    """Send a draft back to its authors."""
    page = asked_page(ref)

    def act(words: str) -> None:
        review_policy.send_back_draft(toolkit(), staff_id=staff_on_duty().id, page=page, words=words)

    return _with_words(ref, act, _("Please say what should be different, so that they can mend it."), done="sent_back")


@staff(*WRITES_POLICY)
def abandon(ref: str) -> Answer:
    """Give a draft up for good."""
    page = asked_page(ref)
    return answered(ref, lambda: abandon_draft(toolkit(), staff_id=staff_on_duty().id, page=page), done="abandoned")


@staff(*WRITES_POLICY)
def rebase(ref: str) -> Answer:
    """Let a draft go on from the newest version, which the reader has seen."""
    page, onto = asked_page(ref), request.form.get("onto", "")
    if not onto.isascii() or not onto.isdigit() or len(onto) > _LONGEST_NUMBER:
        raise BadRequest("the form does not say which version was looked at")
    return answered(
        ref,
        lambda: rebase_draft(toolkit(), staff_id=staff_on_duty().id, page=page, onto=int(onto)),
        done="rebased",
    )


def _with_words(ref: str, act: Callable[[str], None], needed: str, *, done: str) -> Answer:
    """Do something that is said in words; needed: the sentence for none, empty where none are needed."""
    words = unix_lines(request.form.get("words"))
    error = too_long(words) or (needed if not words else "")
    if error:
        return table(ref, error=error, words=words, status=REFUSED)
    return answered(ref, lambda: act(words), done=done, words=words)
