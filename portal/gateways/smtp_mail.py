"""Mail over SMTP: ``smtp://``, ``smtps://`` or ``smtp+starttls://``, with user and password where there are any."""

import re
import smtplib
import ssl
import threading
import time
from dataclasses import dataclass
from email.errors import HeaderParseError, MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from urllib.parse import SplitResult, unquote, urlsplit

from portal.domain.ports import Mail, MailRefused, UnknownOutcome

_TIMEOUT_SECONDS = 15.0
_IDLE_SECONDS = 30.0
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_OK, _PERMANENT = 250, 500
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_MAILBOX = re.compile(r"[^\s@<>,;:\"\\]+@[^\s@<>,;:\"\\]+")
_LONGEST_MAILBOX = 254


@dataclass(slots=True)
class _Line:
    """A connection and when it was last used (monotonic seconds)."""

    server: smtplib.SMTP
    used_at: float

    def __del__(self) -> None:
        """Close with the thread that it belongs to."""
        self.server.close()


class SmtpMailer:
    """Hands mail to an SMTP server. One connection stays open per thread while mail keeps coming."""

    def __init__(self, url: str, sender: str, *, timeout_seconds: float = _TIMEOUT_SECONDS) -> None:
        """Read where to go; sender is ``Name <mailbox>``. Raise ValueError for an address that makes no sense."""
        self._url = urlsplit(url)
        if self._url.scheme not in _PORTS or not self._url.hostname:
            raise ValueError("SMTP_URL begins with smtp://, smtps:// or smtp+starttls:// and names a host")
        name, mailbox = parseaddr(sender)
        self._sender = Address(one_line(name), addr_spec=_mailbox(mailbox))
        self._timeout = timeout_seconds
        self._lines = threading.local()

    def send(self, mail: Mail) -> None:
        """Hand one mail over.

        Raises UnknownOutcome when it may not have left (timeouts, 4xx), MailRefused for a final no (5xx, or a mailbox
        that is none). The Message-ID is the mail's own, so that a repeat can be told.
        """
        message, mailbox = self._message(mail)
        try:
            line = self._line()
            line.server.send_message(message, self._sender.addr_spec, [mailbox])
            line.used_at = time.monotonic()
        except smtplib.SMTPRecipientsRefused as refusal:
            self._hang_up()
            raise _by_code(max(code for code, _ in refusal.recipients.values())) from refusal
        except smtplib.SMTPResponseException as refusal:
            self._hang_up()
            raise _by_code(refusal.smtp_code) from refusal
        except smtplib.SMTPNotSupportedError as refusal:
            self._hang_up()
            raise MailRefused("not_supported") from refusal
        except (smtplib.SMTPException, OSError) as failure:
            self._hang_up()
            raise UnknownOutcome(type(failure).__name__) from failure

    def _message(self, mail: Mail) -> tuple[EmailMessage, str]:
        mailbox = _mailbox(mail.to)
        message = EmailMessage(policy=SMTP)
        try:
            message["From"] = self._sender
            message["To"] = Address(addr_spec=mailbox)
            message["Subject"] = one_line(mail.subject)
            message["Message-ID"] = message_id(mail.message_id, self._sender.domain)
            message["Date"] = formatdate(localtime=False)
            message["Auto-Submitted"] = "auto-generated"
            message.set_content(mail.text)
            message.add_alternative(mail.html, subtype="html")
        except (MessageError, HeaderParseError, ValueError) as failure:
            raise MailRefused("malformed") from failure
        return message, mailbox

    def _line(self) -> _Line:
        line: _Line | None = getattr(self._lines, "line", None)
        if line is not None and not _alive(line):
            self._hang_up()
            line = None
        if line is None:
            line = _Line(_connected(self._url, self._timeout), time.monotonic())
            self._lines.line = line
        return line

    def _hang_up(self) -> None:
        line: _Line | None = getattr(self._lines, "line", None)
        self._lines.line = None
        if line is not None:
            line.server.close()


def one_line(text: str) -> str:
    """Put a header's text on one line, so that nothing in it can begin another header (rel-47)."""
    return _CONTROLS.sub(" ", text).strip()


def message_id(name: str, domain: str) -> str:
    """Write a stable Message-ID; a name that already is one stays."""
    bare = one_line(name).strip("<>").replace(" ", "")
    return f"<{bare}>" if "@" in bare else f"<{bare}@{domain}>"


def _mailbox(text: str) -> str:
    mailbox = text.strip()
    local, _, domain = mailbox.rpartition("@")
    if _CONTROLS.search(text) or len(mailbox) > _LONGEST_MAILBOX or not _MAILBOX.fullmatch(mailbox):
        raise MailRefused("not_a_mailbox")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError as failure:
        raise MailRefused("not_a_mailbox") from failure


def _by_code(code: int) -> MailRefused | UnknownOutcome:
    return MailRefused(str(code)) if code >= _PERMANENT else UnknownOutcome(str(code))


def _alive(line: _Line) -> bool:
    if time.monotonic() - line.used_at > _IDLE_SECONDS:
        return False
    try:
        return line.server.noop()[0] == _OK
    except (smtplib.SMTPException, OSError):
        return False


def _connected(url: SplitResult, timeout: float) -> smtplib.SMTP:
    host, port = url.hostname or "", url.port or _PORTS[url.scheme]
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=timeout)
    if url.scheme == "smtp+starttls":
        server.starttls(context=context)
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    return server
