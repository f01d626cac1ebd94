"""The sandbox's SMTP listener, line by line."""

import secrets
import smtplib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.sandbox.store import Store
from tests.support.sandbox_server import Sandbox

_OLD_MAILS = """
    CREATE TABLE mails (id INTEGER PRIMARY KEY, received_at REAL NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT
    NULL, subject TEXT NOT NULL, message_id TEXT NOT NULL, body_text TEXT NOT NULL, body_html TEXT NOT NULL, source
    BLOB NOT NULL)
"""
# Before a balance could be kept in another currency than its movements.
_OLD_MOVEMENTS = """
    CREATE TABLE balance_transactions (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, source
    TEXT NOT NULL, created INTEGER NOT NULL)
"""


def _columns(db: sqlite3.Connection, table: str) -> set[str]:
    return {row["name"] for row in db.execute(f"PRAGMA table_info({table})")}


@pytest.fixture
def line(sandbox: Sandbox) -> Iterator[smtplib.SMTP]:
    with smtplib.SMTP(sandbox.host, sandbox.smtp_port, timeout=5) as found:
        yield found


def a_mailbox() -> str:
    return f"rui-{secrets.token_hex(4)}@example.com"


def test_mail_comes_as_it_was_sent_dots_at_the_start_of_lines_too(sandbox: Sandbox, line: smtplib.SMTP) -> None:
    mailbox = a_mailbox()
    source = b"Subject: Dots\r\n\r\n.one\r\n..two\r\n...\r\nlast"

    line.sendmail("shop@example.com", [mailbox], source)

    (arrived,) = sandbox.mails(mailbox)
    assert sandbox.raw("GET", f"/mailbox/{arrived['id']}/source")[1] == source + b"\r\n"
    assert arrived["text"] == ".one\n..two\n...\nlast\n"


def test_mail_to_several_is_kept_for_each_but_those_that_are_refused(sandbox: Sandbox, line: smtplib.SMTP) -> None:
    first, second = a_mailbox(), a_mailbox()

    refused = line.sendmail("shop@example.com", [first, "x@refused.example", second], b"Subject: All\r\n\r\nHello")

    assert refused == {"x@refused.example": (550, b"5.1.1 No such mailbox")}
    assert [len(sandbox.mails(mailbox)) for mailbox in (first, second)] == [1, 1]


def test_steps_out_of_order_and_words_that_are_none_are_told(line: smtplib.SMTP) -> None:
    line.ehlo()

    codes = [
        line.docmd("RCPT", "TO:<ana@example.com>")[0],
        line.docmd("DATA")[0],
        line.docmd("MAIL", "ana@example.com")[0],
        line.docmd("MAIL", "FROM:<shop@example.com>")[0],
        line.docmd("MAIL", "FROM:<shop@example.com>")[0],
        line.docmd("RCPT", "TO:<>")[0],
        line.docmd("DATA")[0],
        line.docmd("RSET")[0],
        line.docmd("MAIL", "FROM:<> BODY=8BITMIME SMTPUTF8")[0],
        line.docmd("JUMP")[0],
        line.docmd("")[0],
    ]

    assert codes == [503, 503, 501, 250, 503, 501, 503, 250, 250, 500, 500]


def test_mail_that_is_too_large_is_refused_and_the_next_goes(sandbox: Sandbox, line: smtplib.SMTP) -> None:
    mailbox = a_mailbox()
    line.ehlo()
    line.mail("shop@example.com")
    line.rcpt(mailbox)

    code, _ = line.data((b"y" * 998 + b"\r\n") * 11_000)
    line.sendmail("shop@example.com", [mailbox], b"Subject: Small\r\n\r\nHello")

    assert code == 552
    assert [mail["subject"] for mail in sandbox.mails(mailbox)] == ["Small"]


def test_mail_that_is_cut_short_is_not_kept(sandbox: Sandbox) -> None:
    mailbox = a_mailbox()
    line = smtplib.SMTP(sandbox.host, sandbox.smtp_port, timeout=5)
    line.ehlo()
    line.mail("shop@example.com")
    line.rcpt(mailbox)
    line.docmd("DATA")

    line.send(b"Subject: Half\r\n\r\nHel")
    line.close()

    assert sandbox.mails(mailbox) == []


def test_file_of_an_older_sandbox_is_brought_up_to_date(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "sandbox.sqlite3") as old:
        old.execute(_OLD_MAILS)
        old.execute("INSERT INTO mails VALUES (1, 1.0, 'a', 'b', 'c', 'd', 'e', 'f', x'00')")
        old.execute(_OLD_MOVEMENTS)

    for _ in range(2):
        db = Store(tmp_path).read()
        assert not _columns(db, "mails") & {"body_text", "body_html"}
        assert {"settled_in", "exchange_rate"} <= _columns(db, "balance_transactions")
    assert Store(tmp_path).read().execute("SELECT count(*) FROM mails").fetchone()[0] == 1
