"""The forms of the lists: an entry made, by a mailbox or from a claim, and one that is ended."""

from collections.abc import Sequence
from datetime import date, timedelta

from wtforms import RadioField, SelectChoice, StringField
from wtforms.validators import ValidationError

from portal.domain.limits import ListKind
from portal.domain.lists import USUAL_DAYS, last_days
from portal.domain.mailboxes import BadMailbox, normalise
from portal.services.add_to_list import Entry
from portal.services.listable_subjects import Listable
from portal.web.shared.forms import Form, one_line, own_words
from portal.web.shared.language import gettext
from portal.web.shared.language import lazy_gettext as _
from portal.web.shared.names import named
from portal.web.staff.limits.words import KINDS, LISTED

_LONGEST_MAILBOX, _LONGEST_DAY = 320, 40
_ISO = len("2026-01-31")
_WHY = _("Please say why, for colleagues and for later.")


class EntryForm(Form):
    """What every entry has. today is the shop's; it is set once the form is made."""

    today = date.min
    kind = RadioField(
        _("What it does"),
        validate_choice=False,
        choices=[SelectChoice(one.value, KINDS[one.value]) for one in ListKind],
    )
    until = one_line(_("Its last day"), longest=_LONGEST_DAY, needed=_("Please choose its last day."))
    reason = own_words(_("Why"), needed=_WHY)

    def validate_kind(self, field: RadioField) -> None:
        """Refuse what is no list."""
        if field.data not in set(ListKind):
            raise ValidationError(gettext("Please choose what it does."))

    def validate_until(self, field: StringField) -> None:
        """Refuse what is no day, a day that is over, and one that is more than a year away."""
        first, last = last_days(self.today)
        day = _day(field.data or "")
        if day is None or not first <= day <= last:
            values = {"first": first.isoformat(), "last": last.isoformat()}
            raise ValidationError(gettext("Please choose a day from %(first)s to %(last)s.", **values))

    def entry(self, **of: str) -> Entry:
        """Give what was asked for. of: whom it is about, as ``Entry`` names it."""
        until = _day(self.until.data or "") or self.today
        return Entry(ListKind(self.kind.data), str(self.reason.data), until, **of)


class MailboxEntryForm(EntryForm):
    """An entry for a mailbox that somebody types."""

    mailbox = one_line(_("Mailbox"), longest=_LONGEST_MAILBOX, needed=_("Please type a mailbox."))

    def validate_mailbox(self, field: StringField) -> None:
        """Refuse what no mail server would take."""
        try:
            normalise(field.data)
        except BadMailbox as error:
            sentence = gettext("This does not look like an email address yet. Please check it for a slip.")
            raise ValidationError(sentence) from error


class ClaimEntryForm(EntryForm):
    """An entry for what a claim was reported with. Built by ``claim_entry_form``."""

    subject = RadioField(_("Of what"), validate_choice=False, choices=[])

    def validate_subject(self, field: RadioField) -> None:
        """Refuse what the claim does not have."""
        if field.data not in {choice.value for choice in field.choices or ()}:
            raise ValidationError(gettext("Please choose what it is about."))


class EndForm(Form):
    """Why an entry ends before its time."""

    reason = own_words(_("Why it ends"), needed=_WHY)


def filled(form: EntryForm, today: date) -> EntryForm:
    """Tell a form which day it is; one that was not sent yet begins with the usual last day."""
    form.today = today
    if not form.is_submitted():
        form.until.data = (today + timedelta(days=USUAL_DAYS)).isoformat()
    return form


def claim_entry_form(subjects: Sequence[Listable], today: date) -> ClaimEntryForm:
    """Build the form for what a claim was reported with."""
    form = ClaimEntryForm()
    form.subject.choices = [
        SelectChoice(one.name, ": ".join(part for part in (named(LISTED, one.key.kind), one.shown) if part))
        for one in subjects
    ]
    filled(form, today)
    return form


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == _ISO else None
    except ValueError:
        return None
