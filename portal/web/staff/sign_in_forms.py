"""The form with which staff sign in."""

from wtforms import HiddenField, PasswordField
from wtforms.validators import InputRequired, Length

from portal.web.shared.forms import Form, one_line
from portal.web.shared.language import lazy_gettext as _

_LONGEST_TYPED = 320
_LONGEST_PASSWORD = 1000


class SignInForm(Form):
    """Mailbox and password."""

    mailbox = one_line(_("Your email address"), longest=_LONGEST_TYPED, needed=_("Please type your email address."))
    password = PasswordField(
        _("Password"),
        validators=[
            InputRequired(_("Please type your password.")),
            Length(max=_LONGEST_PASSWORD, message=_("Please keep this a little shorter.")),
        ],
    )
    target = HiddenField(validators=[Length(max=_LONGEST_TYPED)])
