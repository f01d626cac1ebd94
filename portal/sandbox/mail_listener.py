"""The SMTP listener of the sandbox's mailbox: takes every mail and keeps it."""

import time
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from portal.sandbox.store import Store

_LARGEST_MAIL = 10 * 1024 * 1024
REFUSED_DOMAIN = "refused.example"
BUSY_DOMAIN = "busy.example"


class Keeper:
    """Keeps each mail once per recipient.

    Two domains behave badly on purpose: mail to ``refused.example`` is refused for good (550), mail to
    ``busy.example`` for now (451).
    """

    def __init__(self, store: Store) -> None:
        """Know where to keep mail."""
        self._store = store

    async def take_recipient(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take a recipient, except those that are there to be refused."""
        domain = address.rpartition("@")[2].lower()
        if domain == REFUSED_DOMAIN:
            return "550 5.1.1 No such mailbox"
        if domain == BUSY_DOMAIN:
            return "451 4.3.0 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def take_mail(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail."""
        source = envelope.content if isinstance(envelope.content, bytes) else b""
        keep(self._store, source, envelope.mail_from or "", envelope.rcpt_tos)
        return "250 Kept"

    # The names under which the listener looks for them.
    handle_RCPT = take_recipient
    handle_DATA = take_mail


def keep(store: Store, source: bytes, sender: str, recipients: list[str]) -> None:
    """Keep a mail for each of its recipients."""
    message = message_from_bytes(source)
    shown = (
        _header(message, "Subject"),
        _header(message, "Message-ID"),
        _part(message, "plain"),
        _part(message, "html"),
    )
    with store.write() as db:
        db.executemany(
            "INSERT INTO mails (received_at, sender, recipient, subject, message_id, body_text, body_html, source)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(time.time(), sender, recipient.lower(), *shown, source) for recipient in recipients],
        )


def make_listener(store: Store, host: str, port: int) -> Controller:
    """Make the listener; ``start()`` and ``stop()`` run it in a thread of its own."""
    return Controller(Keeper(store), hostname=host, port=port, data_size_limit=_LARGEST_MAIL, enable_SMTPUTF8=True)


def _header(message: Message, name: str) -> str:
    return str(make_header(decode_header(str(message.get(name, ""))))).replace("\r", "").replace("\n", "")


def _part(message: Message, kind: str) -> str:
    """Give the first text of a kind. The old parser does for mail that a portal writes, and takes a tenth as long."""
    found = next((part for part in message.walk() if part.get_content_type() == f"text/{kind}"), None)
    content = found.get_payload(decode=True) if found is not None else b""
    if found is None or not isinstance(content, bytes):
        return ""
    charset = found.get_content_charset("utf-8")
    return content.decode(charset, "replace").replace("\r\n", "\n")
