"""What a visitor typed, given back when it could not be saved. Secrets and hidden fields are not among it."""

from flask import request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from portal.web.shared.error_page import KeptWords
from portal.web.shared.intake import CONTROL
from portal.web.shared.language import lazy_gettext as _

# By the last part of a field's name; a name that is not here is nothing that a person typed in their own words.
_LABELS = {
    "words": _("What you told us"),
    "message": _("Your message"),
    "answer": _("Your answer"),
    "reason": _("Your reason"),
    "note": _("Your note"),
    "mailbox": _("Your email address"),
    "order_number": _("Order number"),
    "name": _("Your name"),
    "goods": _("Which goods, and how many"),
    "line1": _("Street and number"),
    "street": _("Street and number"),
}
_LONGEST = 20_000


def kept_words() -> tuple[KeptWords, ...]:
    """Give back the words of a form that was refused; a request that cannot be read has none."""
    kept = []
    for name, value in readable_form().items():
        label = _LABELS.get(name.rpartition("-")[2])
        said = CONTROL.sub("", value).strip()[:_LONGEST]
        if label is not None and said:
            kept.append(KeptWords(str(label), said))
    return tuple(kept)


def readable_form() -> MultiDict[str, str]:
    """Give the form of a request that nobody has checked yet; an empty one where it cannot be read."""
    size, most = request.content_length, request.max_content_length
    if request.method != "POST" or size is None or (most is not None and size > most):
        return MultiDict()
    try:
        return request.form
    except HTTPException:  # Too large or too many: there is nothing that we could give back.
        return MultiDict()
