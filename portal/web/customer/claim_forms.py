"""The forms of the claim page."""

import hashlib
import re

from flask import request
from werkzeug.exceptions import BadRequest
from wtforms import StringField
from wtforms.fields import Field
from wtforms.validators import Length

from portal.domain.reasons import EscalateReason
from portal.services.accept_offers import Acceptance
from portal.services.ask_for_person import Asking
from portal.services.write_to_us import Words
from portal.web.shared.forms import Form, own_words, trimmed
from portal.web.shared.language import lazy_gettext as _

_LONGEST_STREET = 200
_VERSION = re.compile(r"[0-9]{1,9}")
_PICK = re.compile(r"line_[0-9]{1,4}")
# What the pages send beside the picks. Of a name that none sends, only what could be a field's is worth a log's line.
_ACCEPTING = frozenset({"csrf_token", "version", "street"})
_SPEAKABLE = re.compile(r"[A-Za-z0-9_-]{1,40}")
_MOST_NAMES = 20
_ABOUT = {
    "": EscalateReason.ASKED_FOR_A_PERSON,
    "address": EscalateReason.ADDRESS_CHANGED,
    "bank": EscalateReason.NO_PAYMENT_TO_REFUND,
}


def seen_version() -> int:
    """Read which version of the claim the page showed; no page of ours sends anything but digits."""
    typed = request.form.get("version", "")
    if not _VERSION.fullmatch(typed):
        raise BadRequest("no version")
    return int(typed)


def key_of(claim_ref: str, what: str, words: str) -> str:
    """Make the key under which the same words from the same page are kept once."""
    said = repr((claim_ref, what, seen_version(), words))
    return hashlib.sha256(said.encode()).hexdigest()[:48]


class AcceptForm(Form):
    """What is picked for each line, and a street where the address lacks one."""

    street = StringField(
        filters=[trimmed],
        validators=[Length(max=_LONGEST_STREET, message=_("Please keep this a little shorter."))],
    )

    @staticmethod
    def picks() -> dict[str, str]:
        """Give what was picked, by the name of its line, in the order of the page."""
        return {name: value for name, value in request.form.items() if _PICK.fullmatch(name)}

    def strangers(self) -> list[str]:
        """Name the fields that no page of ours sends, such as an amount: they count for nothing, whatever they say."""
        sent = set(request.form) - _ACCEPTING - set(self.picks())
        return sorted(name if _SPEAKABLE.fullmatch(name) else "?" for name in sent)[:_MOST_NAMES]

    def command(self, claim_ref: str) -> Acceptance:
        """Give what was accepted."""
        return Acceptance(claim_ref, tuple(self.picks().values()), seen_version(), self.street.data or "")


class TalkForm(Form):
    """Words to a person."""

    words = own_words(_("Write to us"), needed=_("Please write a few words first."))

    def command(self, claim_ref: str, what: str) -> Words:
        """Give the words. what: the form they came by."""
        words = self.words.data or ""
        return Words(claim_ref, key_of(claim_ref, what, words), words)


class AskForm(Form):
    """Asking for a person in place of what is offered, or about another address or a bank transfer."""

    words = own_words(_("What would make it right?"), needed=_("Please write a few words, so that a person can help."))

    def command(self, claim_ref: str) -> Asking:
        """Give what is asked; an unknown subject is simply a question to a person."""
        return _asking(claim_ref, self.words.data or "", request.form.get("about", ""))


class AskAgainForm(Form):
    """Asking again after a no; words may stay out."""

    words = own_words(_("See it differently?"))

    def command(self, claim_ref: str) -> Asking:
        """Give what is asked."""
        return _asking(claim_ref, self.words.data or "", "")


def _asking(claim_ref: str, words: str, about: str) -> Asking:
    reason = _ABOUT.get(about, EscalateReason.ASKED_FOR_A_PERSON)
    return Asking(claim_ref, key_of(claim_ref, f"ask {about}"[:40], words), words, reason)


def errors_of(field: Field) -> tuple[str, ...]:
    """Give the errors of a field as finished sentences."""
    return tuple(str(error) for error in field.errors)
