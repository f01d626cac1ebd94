"""The way in: look-up, code, and the page for a session that has ended."""

from dataclasses import dataclass
from datetime import datetime

from portal.web.shared.error_page import ErrorPage, KeptWords, SessionEndedPage

__all__ = ["CodePage", "ErrorPage", "HomePage", "KeptWords", "SessionEndedPage"]


@dataclass(frozen=True, slots=True)
class HomePage:
    """Rendered by ``customer/home.html``; the form posts to ``customer.request_code``.

    Form fields: ``order_number`` (may stay empty), ``mailbox``, and hidden ``target``, where to go on after signing in.
    signed_out: True right after leaving, for a kind word. elsewhere: True where a code was opened that another browser
    asked for, or that has ended.
    """

    signed_out: bool = False
    elsewhere: bool = False


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
