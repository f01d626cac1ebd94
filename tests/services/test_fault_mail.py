"""Mail in trouble: money does not wait for it, a letter leaves in the end, and a repeat is known from the first."""

from datetime import timedelta

import pytest

from portal.domain.ports import Mail, UnknownOutcome
from portal.gateways.smtp_mail import SmtpMailer
from portal.services.follow_claim import Ports, Unfinished, follow_claim
from tests.support.sandbox_server import free_port
from tests.support.shop import AnOrder, Shop

SENDER = "Casa Aurora <hello@example.com>"


class LosesTheAnswer(SmtpMailer):
    """A mail server that takes a mail, and whose answer never comes."""

    def send(self, mail: Mail) -> None:
        super().send(mail)
        raise UnknownOutcome("no answer")


def ports_with(shop: Shop, mailer: SmtpMailer) -> Ports:
    return Ports(refunds=shop.ports.refunds, mailer=mailer, warehouse=shop.ports.warehouse)


def mails(shop: Shop, order: AnOrder) -> list[str]:
    return [mail["message_id"] for mail in shop.sandbox.mails(order.mailbox)]


@pytest.mark.proves("fault 47")
@pytest.mark.parametrize("kind", ["refund", "store_credit", "replacement"])
def test_money_and_goods_go_out_while_nobody_takes_our_mail_and_the_letters_follow(shop: Shop, kind: str):
    order, ref = shop.promised(kind)
    away = SmtpMailer(f"smtp://127.0.0.1:{free_port()}", SENDER)

    with pytest.raises(Unfinished) as left:
        follow_claim(shop.toolkit, ports_with(shop, away), claim_ref=ref)
    assert (left.value.effects, left.value.letters) == (False, True)
    assert mails(shop, order) == []
    done = shop.claim(ref).state
    assert done == ("accepted" if kind == "replacement" else "made_whole")

    shop.work()

    assert len(mails(shop, order)) == len(set(mails(shop, order))) >= 1
    assert shop.claim(ref).state == done
    assert shop.rows("SELECT count(*) FROM letters WHERE state = 'queued'")[0][0] == 0


@pytest.mark.proves("fault 47", "fault 7", "F10")
def test_a_mail_whose_answer_was_lost_comes_again_under_its_own_name_and_money_moves_once(shop: Shop):
    order, ref = shop.promised()
    with pytest.raises(Unfinished):
        follow_claim(shop.toolkit, ports_with(shop, LosesTheAnswer(shop.sandbox.smtp_url, SENDER)), claim_ref=ref)
    first = mails(shop, order)

    shop.work()

    again = mails(shop, order)
    assert len(first) >= 1
    assert set(again) == set(first)
    assert len(again) <= 2 * len(first)
    assert [row.state for row in shop.refunds()] == ["succeeded"]
    assert shop.balance("stripe_balance") == -5500


def move(shop: Shop, mailbox: str) -> None:
    """Let every customer, and what waits to be sent, be at another mailbox."""
    with shop.toolkit.transaction() as session:
        session.connection().exec_driver_sql("UPDATE customers SET mailbox = %s", (mailbox,))
        session.connection().exec_driver_sql("UPDATE letters SET recipient = %s WHERE state = 'queued'", (mailbox,))


def told(shop: Shop) -> list[tuple[str, str]]:
    return [tuple(row) for row in shop.rows("SELECT kind, subject FROM troubles WHERE closed_at IS NULL")]


@pytest.mark.proves("fault 47")
def test_a_mailbox_that_says_no_for_good_is_not_written_to_again_and_a_person_is_told_by_when(shop: Shop):
    _, ref = shop.promised()
    move(shop, "nobody@refused.example")

    shop.work()

    assert shop.claim(ref).state == "made_whole"
    assert {row[0] for row in shop.rows("SELECT state FROM letters")} - {"overtaken"} == {"undeliverable"}
    assert shop.failed_jobs() == []
    assert told(shop) == [("mail_undeliverable", ref)]
    ((due_at, claim_ref),) = shop.rows(
        "SELECT t.detail ->> 'due_at', c.ref FROM troubles t JOIN claims c ON c.id = t.claim_id"
    )
    assert (due_at, claim_ref) == ((shop.now() + timedelta(hours=24)).isoformat(), ref)


@pytest.mark.proves("fault 47")
def test_a_person_is_told_of_a_customer_once_and_no_more_when_a_later_mail_arrives(shop: Shop):
    order, ref = shop.promised()
    move(shop, "nobody@refused.example")
    shop.work()
    shop.sandbox.move_refund(shop.refunds()[0].provider_ref, "failed")
    shop.hear_of(shop.refunds()[0].provider_ref)
    shop.work()
    refused = [one for one in told(shop) if one[0] == "mail_undeliverable"]

    move(shop, order.mailbox)
    shop.accept(order, ref, "store_credit")
    shop.work()

    assert refused == [("mail_undeliverable", ref)]
    assert shop.letters(order) == ["credit_issued"]
    assert [kind for kind, _ in told(shop)] == ["late_failure"]
    assert shop.rows("SELECT closed_by FROM troubles WHERE kind = 'mail_undeliverable'") == [("system:worker",)]
