"""What customers and secrets say never stands in the log, whatever breaks on the way (P8)."""

import smtplib
from collections.abc import Iterator
from dataclasses import replace

import pytest

from portal.domain.problems import Problem
from portal.gateways.smtp_mail import SmtpMailer
from portal.logs import configure_logs
from portal.services.follow_claim import Unfinished, follow_claim
from portal.services.hear_event import hear_event
from portal.services.write_to_us import Words, write_to_us
from tests.support.sandbox_server import SECRET_KEY
from tests.support.shop import Shop

MAILBOX = "canary.person@example.org"
SECRETS = (SECRET_KEY, "canary", "Canary", "4242", "a secret of the tests")


@pytest.fixture(autouse=True)
def logs_of_production(shop: Shop) -> Iterator[None]:
    configure_logs(production=True)
    yield
    configure_logs(production=False)
    shop.sandbox.no_faults()


class Broken(SmtpMailer):
    """A mail server that fails with everything it was told in its words."""

    def send(self, mail):
        raise smtplib.SMTPException(f"<{mail.to}> said no to {mail.text}")


@pytest.mark.proves("P8")
def test_no_fault_on_the_way_of_a_claim_tells_the_log_who_or_what_they_wrote(
    shop: Shop, capsys: pytest.CaptureFixture[str]
):
    order = shop.lost_order(street="Canary Street 1")
    with shop.toolkit.transaction() as session:
        run = session.connection().exec_driver_sql
        run("UPDATE customers SET mailbox = %s, name = 'Ana Canary' WHERE id = %s", (MAILBOX, order.customer_id))
        run("UPDATE orders SET customer_name = 'Ana Canary', ship_to_name = 'Ana Canary'")
    ref = shop.report(order, Problem.MISSING_PACKAGE, words="My canary waits for this.")
    write_to_us(shop.toolkit, customer_id=order.customer_id, words=Words(ref, "w", "The canary again."))
    shop.accept(order, ref, "refund")
    broken = replace(shop.ports, mailer=Broken(shop.sandbox.smtp_url, "Shop <hello@example.com>"))
    shop.sandbox.fault("500-not-executed", path="/v1/refunds")

    with pytest.raises(Unfinished):
        follow_claim(shop.toolkit, broken, claim_ref=ref)
    hear_event(shop.toolkit, sender="stripe", event_id="evt_1", kind="of.nothing", payload={"canary": MAILBOX})
    shop.work()

    written = capsys.readouterr().err
    assert ref in written
    assert [secret for secret in SECRETS if secret in written] == []
