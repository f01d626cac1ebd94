"""The SMTP listener of the sandbox's mailbox: takes every mail and keeps it."""

import time
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

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
    message = BytesParser(EmailMessage, policy=default).parsebytes(source)
    shown = (
        str(message.get("Subject", "")),
        str(message.get("Message-ID", "")),
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


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return "" if body is None else str(body.get_content())
