"""The forms of the way in."""

from wtforms import HiddenField, StringField
from wtforms.validators import Length, ValidationError

from portal.domain.mailboxes import BadMailbox, normalise
from portal.web.shared.forms import Form, one_line, trimmed
from portal.web.shared.language import gettext
from portal.web.shared.language import lazy_gettext as _

_LONGEST_TYPED = 320
_LONGEST_ORDER_NUMBER = 64
_LONGEST_CODE = 20


class AskForm(Form):
    """Where to send a code; an order number leads straight to that order."""

    mailbox = one_line(_("Your email address"), longest=_LONGEST_TYPED, needed=_("Please type your email address."))
    order_number = one_line(_("Order number"), longest=_LONGEST_ORDER_NUMBER)
    target = HiddenField(validators=[Length(max=_LONGEST_TYPED)])

    def validate_mailbox(self, field: StringField) -> None:
        """Refuse what no mail server would take."""
        try:
            normalise(field.data)
        except BadMailbox as error:
            sentence = gettext("This does not look like an email address yet. Please check it for a slip.")
            raise ValidationError(sentence) from error


class EnterForm(Form):
    """The digits of the letter."""

    code = StringField(
        _("Your six digits"),
        filters=[trimmed],
        validators=[Length(max=_LONGEST_CODE, message=_("The code has six digits."))],
    )
