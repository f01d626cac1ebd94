"""Mail over SMTP: ``smtp://``, ``smtps://`` or ``smtp+starttls://``, with user and password where there are any."""

import binascii
import re
import secrets
import smtplib
import ssl
import threading
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from email.charset import BASE64, Charset
from email.header import Header
from email.utils import formataddr, formatdate, parseaddr
from functools import cache
from urllib.parse import SplitResult, unquote, urlsplit

from portal.domain.ports import Mail, MailRefused, UnknownOutcome

_TIMEOUT_SECONDS = 15.0
_IDLE_SECONDS = 30.0
_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_OK, _PERMANENT = 250, 500
# Taken, and taken to be passed on.
_TAKEN = frozenset({_OK, 251})
# Of a header, by RFC 5322: 998 with its name.
_LONGEST_LINE = 900
_LINE_ENDS = re.compile(r"\r\n|\r|\n")
# Counting out which of two ways is shorter takes the library longer than everything else about a mail.
_IN_BASE64 = Charset("utf-8")
_IN_BASE64.header_encoding = BASE64
_CONTROLS = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]+")
_MAILBOX = re.compile(r"[^\s@<>,;:\"\\]+@[^\s@<>,;:\"\\]+")
_LONGEST_MAILBOX = 254


@dataclass(slots=True, weakref_slot=True, eq=False)
class _Line:
    """A connection and when it was last used (monotonic seconds). It closes with the thread that it belongs to."""

    server: smtplib.SMTP
    used_at: float

    def __post_init__(self) -> None:
        """Hold the server until then: of a mailer in a ring, the collector would else take the open socket first."""
        weakref.finalize(self, self.server.close)


class SmtpMailer:
    """Hands mail to an SMTP server. One connection stays open per thread while mail keeps coming."""

    def __init__(self, url: str, sender: str, *, timeout_seconds: float = _TIMEOUT_SECONDS) -> None:
        """Read where to go; sender is ``Name <mailbox>``. Raise ValueError for an address that makes no sense."""
        self._url = urlsplit(url)
        if self._url.scheme not in _PORTS or not self._url.hostname:
            raise ValueError("SMTP_URL begins with smtp://, smtps:// or smtp+starttls:// and names a host")
        name, mailbox = parseaddr(sender)
        self._mailbox = _mailbox(mailbox)
        self._domain = self._mailbox.rpartition("@")[2]
        self._from = formataddr((one_line(name), self._mailbox))
        self._timeout = timeout_seconds
        self._lines = threading.local()

    def send(self, mail: Mail) -> None:
        """Hand one mail over.

        Raises UnknownOutcome when it may not have left (timeouts, 4xx), MailRefused for a final no (5xx, or a mailbox
        that is none). The Message-ID is the mail's own, so that a repeat can be told.
        """
        mailbox = _mailbox(mail.to)
        source = self._source(mail, mailbox)
        try:
            line = self._begun([] if mailbox.isascii() else ["SMTPUTF8", "BODY=8BITMIME"])
            _taken(line.server.rcpt(mailbox))
            _taken(line.server.data(source))
            line.used_at = time.monotonic()
        except smtplib.SMTPResponseException as refusal:
            self._hang_up()
            raise _by_code(refusal.smtp_code) from refusal
        except smtplib.SMTPNotSupportedError as refusal:
            self._hang_up()
            raise MailRefused("not_supported") from refusal
        except (smtplib.SMTPException, OSError) as failure:
            self._hang_up()
            raise UnknownOutcome(type(failure).__name__) from failure

    def _source(self, mail: Mail, mailbox: str) -> bytes:
        """Write the mail as it goes over the wire. The library's own writer takes as long as all the rest of it."""
        # No quoted-printable text holds this, whatever it says.
        boundary = f"=_{secrets.token_hex(12)}"
        try:
            head = "\r\n".join(
                (
                    f"From: {self._from}",
                    f"To: {mailbox}",
                    f"Subject: {_header(one_line(mail.subject))}",
                    f"Message-ID: {message_id(mail.message_id, self._domain)}",
                    f"Date: {formatdate(localtime=False)}",
                    "Auto-Submitted: auto-generated",
                    *_refusing(mail.stop_url),
                    "MIME-Version: 1.0",
                    f'Content-Type: multipart/alternative; boundary="{boundary}"',
                )
            )
            parts = [_part("plain", mail.text), _part("html", mail.html)]
            opening = f"\r\n--{boundary}\r\n".encode()
            return b"".join(
                (head.encode(), b"\r\n", *(opening + part for part in parts), f"\r\n--{boundary}--\r\n".encode())
            )
        except ValueError as failure:
            raise MailRefused("malformed") from failure

    def _begun(self, options: Sequence[str]) -> _Line:
        """Begin a mail on the kept connection, or on a new one where the server has closed it: nothing has left yet."""
        line: _Line | None = getattr(self._lines, "line", None)
        if line is not None:
            if _still_takes(line, self._mailbox, options):
                return line
            self._hang_up()
        line = _Line(_connected(self._url, self._timeout), time.monotonic())
        self._lines.line = line
        _taken(line.server.mail(self._mailbox, options))
        return line

    def _hang_up(self) -> None:
        line: _Line | None = getattr(self._lines, "line", None)
        self._lines.line = None
        if line is not None:
            line.server.close()


def _refusing(url: str | None) -> tuple[str, ...]:
    """Let a mail program offer to refuse such mails by one click (RFC 2369 and RFC 8058)."""
    if url is None:
        return ()
    return f"List-Unsubscribe: <{one_line(url)}>", "List-Unsubscribe-Post: List-Unsubscribe=One-Click"


def _header(text: str) -> str:
    """Write a header's text: as it is where mail has always known it, else encoded and folded."""
    if text.isascii() and "=?" not in text and len(text) <= _LONGEST_LINE:
        return text
    return Header(text, _IN_BASE64, header_name="Subject").encode(linesep="\r\n")


def _part(kind: str, content: str) -> bytes:
    encoded = binascii.b2a_qp(_LINE_ENDS.sub("\n", content).encode(), istext=True)
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n'
    return head.encode() + encoded.replace(b"\n", b"\r\n")


def _taken(answer: tuple[int, bytes]) -> None:
    code, words = answer
    if code not in _TAKEN:
        raise smtplib.SMTPResponseException(code, words)


def _still_takes(line: _Line, sender: str, options: Sequence[str]) -> bool:
    if time.monotonic() - line.used_at > _IDLE_SECONDS:
        return False
    try:
        return line.server.mail(sender, options)[0] == _OK
    except smtplib.SMTPNotSupportedError:
        raise
    except (smtplib.SMTPException, OSError):
        return False


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


def _connected(url: SplitResult, timeout: float) -> smtplib.SMTP:
    host, port = url.hostname or "", url.port or _PORTS[url.scheme]
    server: smtplib.SMTP
    if url.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, timeout=timeout, context=_trust())
    else:
        server = smtplib.SMTP(host, port, timeout=timeout)
    if url.scheme == "smtp+starttls":
        server.starttls(context=_trust())
    if url.username:
        server.login(unquote(url.username), unquote(url.password or ""))
    server.ehlo_or_helo_if_needed()
    return server


@cache
def _trust() -> ssl.SSLContext:
    """Load whom this machine trusts, once: it takes longer than ten mails."""
    return ssl.create_default_context()
