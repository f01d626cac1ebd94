"""Codes by mail: sent once wanted, the same whatever the try, never to be guessed in parallel."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask

from portal.domain.errors import TooMany, WrongCode
from portal.gateways.smtp_mail import SmtpMailer
from portal.services.ask_sign_in_code import PER_MAILBOX, ask_sign_in_code
from portal.services.enter_sign_in_code import enter_sign_in_code
from portal.services.limit_rate import Limit, Visitor, limit_rate
from portal.services.send_sign_in_code import send_sign_in_code
from portal.services.sign_in_secrets import MOST_TRIES
from tests.support.sandbox_server import Sandbox
from tests.support.web import Clock, a_customer, newest_code, rows, toolkit_of

BROWSER = Visitor(b"a browser of this test, hashed....", "127.0.0.1")


@pytest.fixture
def mailer(sandbox: Sandbox) -> SmtpMailer:
    return SmtpMailer(sandbox.smtp_url, "Good Parcel <hello@goodparcel.example>")


def asked(app: Flask, mailbox: str, *, locale: str = "en") -> int:
    """Ask for a code and give its id."""
    ask_sign_in_code(toolkit_of(app), mailbox=mailbox, order_number=None, visitor=BROWSER, locale=locale)
    newest: int = rows(app, "SELECT max(id) AS id FROM sign_in_codes")[0].id
    return newest


def test_the_letter_holds_the_code_and_a_link_that_fills_it_in(app: Flask, sandbox: Sandbox, mailer: SmtpMailer):
    a_customer(app, "letter@example.org")
    code_id = asked(app, "letter@example.org")

    sent = send_sign_in_code(toolkit_of(app), mailer, code_id=code_id)

    mail = sandbox.mails("letter@example.org")[0]
    digits = newest_code(app)
    assert sent
    assert digits in mail["text"].replace(" ", "")
    assert f"http://localhost/sign-in/code?code={digits}" in mail["text"]
    enter_sign_in_code(toolkit_of(app), typed=digits, visitor=BROWSER)


def test_a_letter_sent_twice_holds_the_same_code(app: Flask, sandbox: Sandbox, mailer: SmtpMailer):
    a_customer(app, "twice@example.org")
    code_id = asked(app, "twice@example.org")

    for _ in range(2):
        send_sign_in_code(toolkit_of(app), mailer, code_id=code_id)

    assert len({mail["text"] for mail in sandbox.mails("twice@example.org")}) == 1


def test_a_stranger_hears_that_there_are_no_orders_in_the_language_of_the_page(
    app: Flask, sandbox: Sandbox, mailer: SmtpMailer
):
    code_id = asked(app, "stranger@example.org", locale="pt_BR")

    send_sign_in_code(toolkit_of(app), mailer, code_id=code_id, locale="pt_BR")

    mail = sandbox.mails("stranger@example.org")[0]
    assert newest_code(app) not in mail["text"].replace(" ", "")
    assert "code=" not in mail["text"]


def test_a_code_that_was_followed_by_a_newer_one_is_not_sent(app: Flask, sandbox: Sandbox, mailer: SmtpMailer):
    a_customer(app, "newer@example.org")
    first = asked(app, "newer@example.org")
    asked(app, "newer@example.org")

    assert not send_sign_in_code(toolkit_of(app), mailer, code_id=first)
    assert sandbox.mails("newer@example.org") == []


def test_a_code_whose_time_is_over_is_not_sent(app: Flask, mailer: SmtpMailer, clock: Clock):
    a_customer(app, "over@example.org")
    code_id = asked(app, "over@example.org")
    clock.pass_(minutes=11)

    assert not send_sign_in_code(toolkit_of(app), mailer, code_id=code_id)


@pytest.mark.proves("F12")
def test_twenty_guesses_at_once_count_as_five(app: Flask):
    a_customer(app, "guess@example.org")
    asked(app, "guess@example.org")
    digits = newest_code(app)
    guesses = [str(number).zfill(6) for number in range(20) if str(number).zfill(6) != digits]

    with ThreadPoolExecutor(6) as threads:
        refused = list(threads.map(lambda guess: _outcome(app, guess), guesses))

    assert set(refused) == {"refused"}
    assert rows(app, "SELECT tries FROM sign_in_codes")[0].tries == MOST_TRIES
    assert _outcome(app, digits) == "refused"


@pytest.mark.proves("P9")
def test_one_code_typed_in_two_tabs_at_once_lets_in_once(app: Flask):
    a_customer(app, "tabs@example.org")
    asked(app, "tabs@example.org")
    digits = newest_code(app)

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda _: _outcome(app, digits), range(4)))

    assert sorted(outcomes) == ["in", "refused", "refused", "refused"]


def _outcome(app: Flask, typed: str) -> str:
    try:
        enter_sign_in_code(toolkit_of(app), typed=typed, visitor=BROWSER)
    except WrongCode:
        return "refused"
    return "in"


@pytest.mark.proves("F12")
def test_a_limit_counts_every_try_however_many_come_at_once(app: Flask):
    limit = Limit("test", 5, PER_MAILBOX.per)

    def try_once(_: int) -> bool:
        try:
            limit_rate(toolkit_of(app), [(limit, "somebody"), (PER_MAILBOX, "else")])
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        allowed = list(threads.map(try_once, range(30)))

    assert sum(allowed) == 5
    assert {row.count for row in rows(app, "SELECT count FROM rate_counts")} == {30}


def test_a_limit_is_open_again_in_the_next_window(app: Flask, clock: Clock):
    for _ in range(PER_MAILBOX.most):
        limit_rate(toolkit_of(app), [(PER_MAILBOX, "somebody")])
    with pytest.raises(TooMany) as refused:
        limit_rate(toolkit_of(app), [(PER_MAILBOX, "somebody")])

    clock.pass_(seconds=refused.value.retry_after)

    limit_rate(toolkit_of(app), [(PER_MAILBOX, "somebody")])


@pytest.mark.parametrize(
    ("address", "host", "network"),
    [
        ("203.0.113.77", "203.0.113.77/32", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.77/32", "203.0.113.0/24"),
        ("2001:db8:1:2:3::9", "2001:db8:1:2::/64", "2001:db8:1::/48"),
        ("", "", ""),
    ],
)
def test_an_address_is_counted_with_its_household_and_neighbourhood(address: str, host: str, network: str):
    visitor = Visitor(b"", address)

    assert (visitor.host, visitor.network) == (host, network)
