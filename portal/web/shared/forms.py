"""What all forms share: fields for what people type, with sentences for what is wrong with it."""

from typing import Any

from babel.support import LazyProxy
from flask_wtf import FlaskForm
from wtforms import StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, Length, Optional

from portal.web.shared.language import gettext
from portal.web.shared.language import lazy_gettext as _

# What somebody says in their own words may have so many characters, wherever it is said: forms and templates ask here.
LONGEST_WORDS = 4000
_MOST_DIGITS = 15
TOO_LONG = _("This may have up to %(max)d characters, and it has %(length)d. Please shorten it a little.")
Sentence = str | LazyProxy


class Form(FlaskForm):
    """A form of ours. Its token is checked for all forms at once, before the view; see forgery.py."""

    class Meta:
        """Our own words for every error, so no second catalogue speaks."""

        csrf = False
        locales = False

        def get_translations(self, form: BaseForm) -> "_OurWords":
            """Say what WTForms itself says in our catalogue."""
            return _OurWords()


class _OurWords:
    """WTForms' few own sentences, by way of our catalogue."""

    def gettext(self, string: str) -> str:
        return gettext(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return gettext(singular if n == 1 else plural)


def trimmed(text: str | None) -> str:
    """Take blanks away at both ends."""
    return (text or "").strip()


def unix_lines(text: str | None) -> str:
    """Take away blanks at both ends and write line ends as one character, so that a limit counts what people typed."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()


def number_in(typed: str) -> int:
    """Read a number that a page of ours wrote; nothing where it is none, which no version and no key of ours has."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= _MOST_DIGITS else 0


def one_line(label: Sentence, *, longest: int, needed: Sentence | None = None, **more: object) -> StringField:
    """Make a field of one line. needed: the sentence for an empty one, None where it may stay empty."""
    return StringField(label, filters=[trimmed], validators=_validators(longest, needed), **more)


def own_words(label: Sentence, *, needed: Sentence | None = None, **more: object) -> TextAreaField:
    """Make a field for what somebody has to say, over several lines; it tells the browser its limit by itself."""
    return TextAreaField(label, filters=[unix_lines], validators=_validators(LONGEST_WORDS, needed), **more)


def too_long(words: str) -> str:
    """Say that words are too long; empty for words that are not."""
    length = len(words)
    return str(TOO_LONG) % {"max": LONGEST_WORDS, "length": length} if length > LONGEST_WORDS else ""


def _validators(longest: int, needed: Sentence | None) -> list[Any]:
    first = Optional() if needed is None else DataRequired(needed)
    return [first, Length(max=longest, message=TOO_LONG)]
