"""Mail over real SMTP into the sandbox's mailbox."""

import gc
import secrets
import socket
import threading
import warnings
from dataclasses import replace
from email import message_from_bytes

import pytest

from portal.domain.ports import Mail, MailRefused, UnknownOutcome
from portal.gateways.smtp_mail import SmtpMailer
from tests.support.sandbox_server import Sandbox, free_port

SENDER = "Loja São José <care@shop.example>"


def a_mail(to: str = "") -> Mail:
    mailbox = to or f"ana-{secrets.token_hex(4)}@example.com"
    text, html = "Pedimos desculpas.\nhttp://127.0.0.1:8000/claims/CLM-1", "<p>Pedimos <b>desculpas</b>.</p>"
    return Mail(mailbox, "Sentimos muito · já vai", text, html, f"CLM-1.apology.{secrets.token_hex(4)}")


@pytest.fixture
def mailer(sandbox: Sandbox) -> SmtpMailer:
    return SmtpMailer(sandbox.smtp_url, SENDER)


def test_mail_arrives_with_text_and_html(sandbox: Sandbox, mailer: SmtpMailer) -> None:
    mail = a_mail()

    mailer.send(mail)

    (arrived,) = sandbox.mails(mail.to)
    assert arrived["subject"] == mail.subject
    assert arrived["text"].split() == mail.text.split()
    assert arrived["html"].strip() == mail.html
    assert arrived["from"] == "care@shop.example"


@pytest.mark.proves("F10")
def test_message_id_is_the_mails_own_on_every_repeat(sandbox: Sandbox, mailer: SmtpMailer) -> None:
    mail = a_mail()

    mailer.send(mail)
    mailer.send(mail)

    assert {arrived["message_id"] for arrived in sandbox.mails(mail.to)} == {f"<{mail.message_id}@shop.example>"}


def test_mail_says_that_a_machine_wrote_it_and_how_such_mails_are_refused_where_they_can_be(
    sandbox: Sandbox, mailer: SmtpMailer
) -> None:
    mails = a_mail(), replace(a_mail(), stop_url="https://shop.example/no-such-mails/CLM-1/t\r\nBcc: x@example.com")

    for mail in mails:
        mailer.send(mail)

    ids = [sandbox.mails(mail.to)[0]["id"] for mail in mails]
    plain, refusable = (message_from_bytes(sandbox.raw("GET", f"/mailbox/{one}/source")[1]) for one in ids)
    assert plain["Auto-Submitted"] == "auto-generated"
    assert plain["Date"]
    assert plain["List-Unsubscribe"] is plain["List-Unsubscribe-Post"] is refusable["Bcc"] is None
    assert refusable["List-Unsubscribe"] == "<https://shop.example/no-such-mails/CLM-1/t Bcc: x@example.com>"
    assert refusable["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


@pytest.mark.proves("input 47")
def test_line_break_in_a_subject_makes_no_second_header(sandbox: Sandbox, mailer: SmtpMailer) -> None:
    mail = replace(a_mail(), subject="Hello\r\nBcc: everybody@example.com\nmore\x00\u2028end")

    mailer.send(mail)

    (arrived,) = sandbox.mails(mail.to)
    assert arrived["subject"] == "Hello Bcc: everybody@example.com more end"
    assert sandbox.mails("everybody@example.com") == []


@pytest.mark.proves("input 22")
@pytest.mark.parametrize(
    "mailbox",
    [
        "a@b@c.example",
        "ana@example.com\r\nBcc: x@example.com",
        "ana@example.com, bob@example.com",
        "ana",
        "@example.com",
        "ana@" + "x" * 300 + ".example",
        "ana@..example",
        "Ana <ana@example.com>",
        "",
    ],
)
def test_what_is_no_mailbox_is_refused(mailer: SmtpMailer, mailbox: str) -> None:
    with pytest.raises(MailRefused):
        mailer.send(replace(a_mail(), to=mailbox))


def test_mailbox_in_a_domain_of_other_letters_is_reached(sandbox: Sandbox, mailer: SmtpMailer) -> None:
    mailer.send(a_mail("ana@bücher.example"))

    assert len(sandbox.mails("ana@xn--bcher-kva.example")) == 1


def test_mailbox_that_does_not_exist_is_refused_for_good(mailer: SmtpMailer) -> None:
    with pytest.raises(MailRefused) as refusal:
        mailer.send(a_mail("ana@refused.example"))

    assert str(refusal.value) == "550"


def test_busy_server_is_unknown_and_the_next_mail_goes(sandbox: Sandbox, mailer: SmtpMailer) -> None:
    mail = a_mail()

    with pytest.raises(UnknownOutcome):
        mailer.send(a_mail("ana@busy.example"))
    mailer.send(mail)

    assert len(sandbox.mails(mail.to)) == 1


def test_nobody_there_is_unknown() -> None:
    with pytest.raises(UnknownOutcome):
        SmtpMailer(f"smtp://127.0.0.1:{free_port()}", SENDER).send(a_mail())


def test_server_that_goes_silent_is_unknown() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{silent.getsockname()[1]}", SENDER, timeout_seconds=0.3)

        with pytest.raises(UnknownOutcome):
            mailer.send(a_mail())


def test_connection_of_a_mailer_that_nobody_holds_any_more_is_closed_and_not_left(sandbox: Sandbox) -> None:
    mailer = SmtpMailer(sandbox.smtp_url, SENDER)
    mailer.send(a_mail())
    ring: list[object] = [mailer]
    ring.append(ring)

    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", ResourceWarning)
        del mailer, ring
        gc.collect()

    assert told == []


def test_connection_is_kept_for_the_next_mail_and_dropped_when_the_server_closed_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        mailer = SmtpMailer(f"smtp://127.0.0.1:{listener.getsockname()[1]}", SENDER, timeout_seconds=2)
        connections: list[int] = []
        server = threading.Thread(target=_serve, args=(listener, connections))
        server.start()

        for _ in range(3):
            mailer.send(a_mail())

        server.join(5)
    # The server closes each connection after two mails.
    assert connections == [2, 1]


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail.example"])
def test_address_that_makes_no_sense_is_told_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="SMTP_URL"):
        SmtpMailer(url, SENDER)


def _serve(listener: socket.socket, connections: list[int]) -> None:
    """Speak just enough SMTP for three mails, closing after two."""
    while sum(connections) < 3:
        connection = listener.accept()[0]
        connections.append(0)
        with connection, connection.makefile("rwb") as wire:
            wire.write(b"220 here\r\n")
            wire.flush()
            while connections[-1] < 2 and sum(connections) < 3:
                line = wire.readline()
                if line.lower().startswith(b"data"):
                    wire.write(b"354 go on\r\n")
                    wire.flush()
                    while wire.readline() != b".\r\n":
                        pass
                    connections[-1] += 1
                wire.write(b"250 OK\r\n")
                wire.flush()
