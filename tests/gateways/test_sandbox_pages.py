"""The sandbox's pages, its refusal of production, and its memory."""

import http.client
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import html5lib
import pytest
from pyotp import TOTP

from portal.domain.demonstration import SECOND_FACTOR
from portal.domain.money import Money
from portal.domain.ports import Address, Mail, RefundRequest, ShipmentOrder
from portal.gateways.sandbox_payments import FeedPayment, SandboxPayments
from portal.gateways.smtp_mail import SmtpMailer
from portal.gateways.stripe_refunds import StripeRefunds
from portal.gateways.warehouse_http import WarehouseHttp
from portal.sandbox.app import create_sandbox
from portal.sandbox.settings import NotInProduction, SandboxSettings
from tests.gateways.test_stripe_refunds import brl
from tests.support.sandbox_server import SECRET_KEY, WAREHOUSE_SECRET, Sandbox, running_sandbox

_CAPTURED = datetime(2026, 3, 4, tzinfo=UTC)
_NASTY = "<script>alert(1)</script>{{7*7}}"


@pytest.fixture
def lived_in(sandbox: Sandbox) -> Sandbox:
    """Give a sandbox where something of every kind has happened, with nasty words in it."""
    payment = sandbox.payment(5000, order_number=_NASTY)
    StripeRefunds(SECRET_KEY, api_base=sandbox.url).refund(
        RefundRequest(f"RFD-{payment}", payment, brl(100), None, (("note", _NASTY),))
    )
    sandbox.dispute(sandbox.payment(5000, "jpy"))
    SmtpMailer(sandbox.smtp_url, "care@shop.example").send(
        Mail("nasty@example.com", _NASTY, f"See http://127.0.0.1/claims/1. {_NASTY}", f"<p>{_NASTY}</p>", payment)
    )
    address = Address(_NASTY, "", "Lisboa", "", "", "PT")
    WarehouseHttp(sandbox.url, WAREHOUSE_SECRET).order(
        ShipmentOrder(f"RPL-{payment}", "ORD-1", "SKU-1", _NASTY, 1, address)
    )
    return sandbox


@pytest.mark.parametrize("path", ["/", "/stripe", "/mailbox", "/mailbox?to=nasty@example.com", "/warehouse", "/codes"])
def test_pages_are_whole_and_show_words_as_words(lived_in: Sandbox, path: str) -> None:
    status, content = lived_in.raw("GET", path)

    assert status == 200
    html5lib.HTMLParser(strict=True).parse(content)
    page = content.decode()
    assert len(re.findall("<h1", page)) == 1
    assert "Sandbox" in page
    assert "<script" not in page
    assert ">49<" not in page


def test_mail_is_shown_as_text_and_in_a_frame_that_can_do_nothing(lived_in: Sandbox) -> None:
    mail_id = lived_in.mails("nasty@example.com")[0]["id"]
    connection = http.client.HTTPConnection(lived_in.host, lived_in.port, timeout=5)
    connection.request("GET", f"/mailbox/{mail_id}/html")
    answer = connection.getresponse()
    policy = answer.headers["Content-Security-Policy"]
    answer.read()
    connection.close()

    page = lived_in.raw("GET", f"/mailbox/{mail_id}")[1].decode()

    assert "<script" not in page
    assert '<a href="http://127.0.0.1/claims/1" rel="noreferrer">' in page
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox " in policy


def test_what_is_not_there_is_404(sandbox: Sandbox) -> None:
    for path in ("/mailbox/999999", "/mailbox/999999/html", "/v1/customers", "/nothing"):
        assert sandbox.raw("GET", path)[0] == 404


def test_switch_that_is_not_understood_is_400_and_never_500(sandbox: Sandbox) -> None:
    for path, body in (
        ("/sandbox/payment_intents", b"{}"),
        ("/sandbox/payment_intents", b'[{"amount": 1}]'),
        ("/sandbox/payment_intents", b"[1]"),
        ("/stripe/faults", b'{"action": "flood"}'),
        ("/stripe/faults", b'{"action": "429", "colour": "red"}'),
        ("/stripe/faults", b'{"action": "429", "times": "often"}'),
        ("/stripe/faults", b'{"action": "429", "times": 0}'),
        ("/stripe/faults", b'{"action": "429", "probability": 2}'),
        ("/stripe/faults", b'{"action": "outcome", "behaviour": "odd"}'),
        ("/stripe/faults", b'{"action": ["429"]}'),
        ("/stripe/faults", b"[7]"),
        ("/stripe/faults", b"not json"),
        ("/stripe/clock", b'{"offset_seconds": -1}'),
        ("/stripe/clock", b'{"offset_seconds": "soon"}'),
        ("/stripe/clock", b'{"at": "2026-01-01T00:00:00"}'),
        ("/stripe/clock", b"{}"),
        ("/stripe/refunds", b"{}"),
        ("/sandbox/behaviour", b"[]"),
        ("/sandbox/behaviour", b"not json"),
    ):
        assert sandbox.raw("POST", path, body)[0] == 400, (path, body)
    assert sandbox.raw("POST", "/sandbox/refunds/re_x", b'{"status": "failed"}')[0] == 404


def test_state_and_saved_answers_survive_a_restart(tmp_path: Path) -> None:
    request = RefundRequest("RFD-1", "", brl(700), None, ())
    with running_sandbox(tmp_path) as sandbox:
        payment = sandbox.payment(5000)
        request = RefundRequest("RFD-1", payment, brl(700), None, ())
        first = StripeRefunds(SECRET_KEY, api_base=sandbox.url).refund(request)

    with running_sandbox(tmp_path) as sandbox:
        refunds = StripeRefunds(SECRET_KEY, api_base=sandbox.url)
        again = refunds.refund(request)
        held = refunds.of_payment(payment, None)
        equal = sandbox.books_are_equal()

    assert first == again
    assert held == [first]
    assert equal


def test_feed_payments_are_made_in_batches_and_once(sandbox: Sandbox) -> None:
    feed = [
        FeedPayment(f"batch-{number}", f"ORD-{number}", Money(100 + number, "ISK"), _CAPTURED, "visa", "4242")
        for number in range(2300)
    ]
    gateway = SandboxPayments(sandbox.url)

    first, again = gateway.make(feed), gateway.make(iter(feed))

    assert first == again
    assert len(set(first.values())) == 2300
    answer = StripeRefunds(SECRET_KEY, api_base=sandbox.url).refund(
        RefundRequest(f"RFD-{first['batch-9']}", first["batch-9"], Money(109, "ISK"), None, ())
    )
    assert answer.amount == Money(109, "ISK")


def test_sandbox_refuses_production(tmp_path: Path) -> None:
    with pytest.raises(NotInProduction):
        create_sandbox(SandboxSettings(tmp_path, environment="production"))
    command = [sys.executable, "-m", "portal.sandbox", "--folder", str(tmp_path)]
    environment = {**os.environ, "PORTAL_ENVIRONMENT": "production"}
    done = subprocess.run(command, env=environment, capture_output=True, timeout=30, check=False, text=True)

    assert done.returncode == 1
    assert "no part of production" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_authenticator_shows_the_code_of_the_demonstrations_people(tmp_path: Path) -> None:
    moment = 1_780_000_005.0
    page = create_sandbox(SandboxSettings(folder=tmp_path), time_source=lambda: moment).test_client().get("/codes")

    code = TOTP(SECOND_FACTOR).at(int(moment))
    assert f"<strong>{code[:3]} {code[3:]}</strong>" in page.text
    assert page.headers["Refresh"] == str(30 - int(moment) % 30)
