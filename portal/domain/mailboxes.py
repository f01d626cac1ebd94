"""The one form in which a mailbox is kept and looked up."""

import re
import unicodedata

from portal.domain.errors import AmendsError

LONGEST_MAILBOX = 254
LONGEST_LOCAL_PART = 64
_LOCAL_PART = re.compile(r"[^\s.@,;:\"()<>\[\]\\]+(?:\.[^\s.@,;:\"()<>\[\]\\]+)*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


class BadMailbox(AmendsError):
    """The text is not a mail address that we can write to; the message says why."""


def normalise(text: str) -> str:
    """Give the form that we keep: trimmed, composed (NFC), lower-case, an international domain in its ASCII form.

    A ``+tag`` and dots before the @ stay, because they can be another person's mailbox. Raises BadMailbox for two
    @, line breaks and other control characters, blanks inside, quotes, and anything over 254 characters.
    """
    trimmed = unicodedata.normalize("NFC", text.strip(" ")).lower()
    if any(unicodedata.category(letter) in {"Cc", "Zl", "Zp"} for letter in trimmed):
        raise BadMailbox("holds a line break or another control character")
    local, at, domain = trimmed.partition("@")
    if not at or "@" in domain:
        raise BadMailbox("needs exactly one @")
    if len(local) > LONGEST_LOCAL_PART or not _LOCAL_PART.fullmatch(local):
        raise BadMailbox("has a part before the @ that no mail server takes")
    mailbox = f"{local}@{_ascii_domain(domain)}"
    if len(mailbox) > LONGEST_MAILBOX:
        raise BadMailbox(f"is longer than {LONGEST_MAILBOX} characters")
    return mailbox


def _ascii_domain(domain: str) -> str:
    try:
        ascii_domain = domain.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise BadMailbox("has a domain that cannot be") from error
    labels = ascii_domain.split(".")
    if len(labels) == 1 or not all(_LABEL.fullmatch(label) for label in labels):
        raise BadMailbox("has a domain that cannot be")
    return ascii_domain
