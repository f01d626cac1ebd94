"""The way in: look-up, code, and the page for a session that has ended."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class HomePage:
    """Rendered by ``customer/home.html``; the form posts to ``customer.request_code``.

    Form fields: ``order_number`` (may stay empty), ``mailbox``. signed_out: True right after leaving, for a kind word.
    """

    signed_out: bool = False


@dataclass(frozen=True, slots=True)
class CodePage:
    """Rendered by ``customer/code.html``; the form posts to ``customer.enter_code``.

    Form field: ``code``. Asking for a new code posts ``mailbox`` and ``order_number`` to ``customer.request_code``.
    mailbox: where the code was sent, as it was typed. ends_at: when the code ends. order_number: as typed, or empty.
    sent_again: True where a new code has just been sent.
    """

    mailbox: str
    ends_at: datetime
    order_number: str = ""
    sent_again: bool = False


@dataclass(frozen=True, slots=True)
class KeptWords:
    """Something that was typed and not saved, given back to copy. label: the label of its field."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class SessionEndedPage:
    """Rendered by ``customer/session_ended.html`` with status 401. kept: what was typed, if anything."""

    kept: tuple[KeptWords, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorPage:
    """Rendered by ``customer/error.html`` for 400, 403, 404, 409, 410, 413, 429, 500 and 503; the template has the words.

    status: the HTTP status. next_url: where the button goes, None for the home page. kept: what was typed, if anything.
    wait_minutes: for 429 and 503, after how many minutes to try again; None where not known.
    error_ref: for 500, the name under which our engineers find it; None otherwise.
    """

    status: int
    next_url: str | None = None
    kept: tuple[KeptWords, ...] = ()
    wait_minutes: int | None = None
    error_ref: str | None = None
