"""What a visitor typed, given back when it could not be saved. Secrets and hidden fields are not among it."""

from flask import request

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
    "line1": _("Street and number"),
}
_LONGEST = 20_000


def kept_words() -> tuple[KeptWords, ...]:
    """Give back the words of a form that was refused; a request that cannot be read has none."""
    if request.method != "POST" or not _is_readable():
        return ()
    kept = []
    for name, value in request.form.items():
        label = _LABELS.get(name.rpartition("-")[2])
        said = CONTROL.sub("", value).strip()[:_LONGEST]
        if label is not None and said:
            kept.append(KeptWords(str(label), said))
    return tuple(kept)


def _is_readable() -> bool:
    size, most = request.content_length, request.max_content_length
    return size is not None and (most is None or size <= most)
