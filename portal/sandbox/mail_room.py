"""Mails as they are kept: the source whole, and what a list shows of it; the words are read when somebody looks."""

import time
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser

from portal.sandbox.store import Store

_headers = BytesHeaderParser()


def keep(store: Store, source: bytes, sender: str, recipients: list[str]) -> None:
    """Keep a mail once for each of its recipients."""
    head = _headers.parsebytes(source.partition(b"\r\n\r\n")[0])
    shown = (_header(head, "Subject"), _header(head, "Message-ID"), source)
    with store.write() as db:
        db.executemany(
            "INSERT INTO mails (received_at, sender, recipient, subject, message_id, source) VALUES (?, ?, ?, ?, ?, ?)",
            [(time.time(), sender, recipient.lower(), *shown) for recipient in recipients],
        )


def text_and_html(source: bytes) -> tuple[str, str]:
    """Read the words of a mail, as text and as HTML; either may be empty."""
    message = message_from_bytes(source)
    return _part(message, "plain"), _part(message, "html")


def _header(message: Message, name: str) -> str:
    text = str(message.get(name, ""))
    if "=?" in text:
        text = str(make_header(decode_header(text)))
    return text.replace("\r", "").replace("\n", "")


def _part(message: Message, kind: str) -> str:
    found = next((part for part in message.walk() if part.get_content_type() == f"text/{kind}"), None)
    content = found.get_payload(decode=True) if found is not None else b""
    if found is None or not isinstance(content, bytes):
        return ""
    charset = found.get_content_charset("utf-8")
    return content.decode(charset, "replace").replace("\r\n", "\n")
