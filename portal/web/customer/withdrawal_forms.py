"""The form of a withdrawal: who, from which order, of all of it or of what; no reason is asked."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from wtforms import HiddenField, RadioField, SelectChoice, StringField
from wtforms.validators import Regexp, ValidationError

from portal.domain.mailboxes import BadMailbox, normalise
from portal.domain.refs import new_secret
from portal.services.declare_withdrawal import Declaration
from portal.web.shared.forms import Form, one_line, own_words
from portal.web.shared.language import gettext
from portal.web.shared.language import lazy_gettext as _
from portal.web.shared.report_forms import WholeNumber

_Validators = Mapping[str, Sequence[Any]] | None
_LONGEST_NAME, _LONGEST_MAILBOX, _LONGEST_NUMBER = 200, 320, 64
_ONCE = r"[A-Za-z0-9_-]{16,64}\Z"
WHOLE, PART = "whole", "part"
# A mail that we send to whatever mailbox was typed carries nobody's advertisement in the place of a name.
_ADDRESSES = ("://", "www.")


@dataclass(frozen=True, slots=True)
class LineToReturn:
    """A line of an order that somebody is signed in for. field: its name in the form; most: how many were bought."""

    field: str
    line_number: int
    title: str
    most: int


class WithdrawForm(Form):
    """What law lets us ask. ``once`` is made by the page that confirms, so that a double tap is one declaration."""

    choices: tuple[LineToReturn, ...] = ()
    name = one_line(_("Your name"), longest=_LONGEST_NAME, needed=_("Please type your name."))
    order_number = one_line(
        _("Order number"),
        longest=_LONGEST_NUMBER,
        needed=_("Please type the order number. It stands in the mail that confirmed your order."),
    )
    mailbox = one_line(_("Your email address"), longest=_LONGEST_MAILBOX, needed=_("Please type your email address."))
    scope = RadioField(
        _("From what do you withdraw?"),
        choices=[SelectChoice(WHOLE, _("The whole order")), SelectChoice(PART, _("Only some of it"))],
        default=WHOLE,
    )
    goods = own_words(_("Which goods, and how many"))
    once = HiddenField(validators=[Regexp(_ONCE)], default=new_secret)

    def validate_name(self, field: StringField) -> None:
        """Refuse an address of a page in the place of a name."""
        if any(part in (field.data or "").lower() for part in _ADDRESSES):
            raise ValidationError(gettext("Please type your name only, without an address of a page."))

    def validate_mailbox(self, field: StringField) -> None:
        """Refuse what no mail server would take."""
        try:
            normalise(field.data)
        except BadMailbox as error:
            sentence = gettext("This does not look like an email address yet. Please check it for a slip.")
            raise ValidationError(sentence) from error

    def validate(self, extra_validators: _Validators = None) -> bool:
        """Check each field, then that somebody who withdraws from a part says from which."""
        held = super().validate(extra_validators)
        if self.scope.data != PART:
            return held
        if not self.choices:
            if not self.goods.data:
                self.goods.errors = [gettext("Please tell us which goods you mean.")]
            return held and not self.goods.errors
        return self._check_lines() and held

    def _check_lines(self) -> bool:
        wrong = False
        for line in self.choices:
            count = self[line.field]
            if count.data is None or not 0 <= count.data <= line.most:
                count.errors = [gettext("It can be 0 to %(most)s.", most=line.most)]
                wrong = True
        if not wrong and not self.lines():
            self[self.choices[0].field].errors = [gettext("Please say of at least one thing how many you mean.")]
        return not wrong and bool(self.lines())

    def lines(self) -> tuple[tuple[int, int], ...]:
        """Give the lines that are meant, each by its number with how many; none for the whole order."""
        if self.scope.data != PART:
            return ()
        return tuple(
            (line.line_number, self[line.field].data) for line in self.choices if (self[line.field].data or 0) > 0
        )

    def said(self) -> str:
        """Say of which goods it is, as the receipt repeats it; empty for the whole order."""
        if self.scope.data != PART:
            return ""
        meant = dict(self.lines())
        told = [f"{meant[line.line_number]} × {line.title}" for line in self.choices if line.line_number in meant]
        return "; ".join(told) if self.choices else str(self.goods.data or "")

    def declaration(self, locale: str) -> Declaration:
        """Give what was declared. The key follows from the page and from what it said, so nothing told is ever lost."""
        told = (self.name.data, self.mailbox.data, self.order_number.data, self.said(), self.lines())
        digest = hashlib.sha256(repr((self.once.data, told)).encode()).hexdigest()[:48]
        return Declaration(
            client_key=digest,
            name=str(self.name.data),
            mailbox=str(self.mailbox.data),
            order_number=str(self.order_number.data),
            goods=self.said(),
            locale=locale,
            lines=self.lines(),
        )


def withdraw_form(choices: Sequence[LineToReturn] = (), **given: object) -> WithdrawForm:
    """Build the form; choices: the lines of an order that somebody is signed in for. given: formdata and data."""
    form: WithdrawForm = _form_with(tuple(line.field for line in choices))(**given)
    form.choices = tuple(choices)
    return form


def _form_class(names: tuple[str, ...]) -> type[WithdrawForm]:
    return type("WithdrawForm", (WithdrawForm,), {name: WholeNumber(default=0) for name in names})


_form_with: Any = lru_cache(maxsize=64)(_form_class)
