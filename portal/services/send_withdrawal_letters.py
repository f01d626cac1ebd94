"""Send the letters of a withdrawal: composed from what was declared, handed over, and their words kept as proof."""

from dataclasses import fields
from functools import partial

from portal.domain.errors import AmendsError
from portal.domain.ports import Mail, Mailer, MailRefused
from portal.letters.mail import render
from portal.letters.mail_contexts import MailContext
from portal.letters.withdrawal_mails import WithdrawalAccepted, WithdrawalAnswered, WithdrawalReceived
from portal.records import post, withdrawals
from portal.records.tables.inbox import Letter
from portal.records.tables.withdrawals import Withdrawal
from portal.services.look_at_withdrawal import send_by
from portal.services.send_letters import brand_of, message_id
from portal.services.take_step import has_to_wait
from portal.services.toolkit import Toolkit


class LettersLeft(AmendsError):
    """Letters of a withdrawal could not leave now and are tried again."""


def send_withdrawal_letters(toolkit: Toolkit, mailer: Mailer, *, withdrawal_ref: str) -> None:
    """Send what waits; each letter is held while it is handed over. Raises LettersLeft."""
    with toolkit.transaction() as session:
        withdrawal = withdrawals.found(session, withdrawal_ref)
        if withdrawal is None:
            return
        for letter in withdrawals.letters_to_send(session, withdrawal_ref):
            has_to_wait(withdrawal_ref, "letter", letter.ref, partial(_send, toolkit, mailer, letter, withdrawal))
        session.flush()
        left = withdrawals.letters_left(session, withdrawal_ref)
    if left:
        raise LettersLeft(withdrawal_ref)


def _send(toolkit: Toolkit, mailer: Mailer, letter: Letter, withdrawal: Withdrawal) -> None:
    told = compose_about(toolkit, letter, withdrawal)
    rendered = render(letter.template, letter.locale, brand_of(toolkit.shop, toolkit.zone), told)
    name = message_id(letter.ref, toolkit.shop)
    try:
        mailer.send(Mail(letter.recipient, rendered.subject, rendered.text, rendered.html, name))
    except MailRefused as error:
        # The page of the withdrawal tells staff, and the browser of the customer has the receipt.
        post.mark_undeliverable(letter, title=rendered.subject, body=rendered.text, why=str(error))
        return
    post.mark_sent(letter, title=rendered.subject, body=rendered.text, now=toolkit.now())


def compose_about(toolkit: Toolkit, letter: Letter, withdrawal: Withdrawal) -> MailContext:
    """Give a letter about a withdrawal what it must be told."""
    declared = WithdrawalReceived(
        withdrawal_ref=withdrawal.ref,
        name=withdrawal.name,
        mailbox=withdrawal.mailbox,
        order_number=withdrawal.order_number,
        goods=goods_of(withdrawal),
        declared_at=withdrawal.declared_at,
    )
    about = {field.name: getattr(declared, field.name) for field in fields(declared)}
    if letter.template == WithdrawalAccepted.NAME:
        until = send_by(withdrawal)
        return WithdrawalAccepted(
            **about,
            refund_by=withdrawal.refund_by.astimezone(toolkit.zone).date(),
            send_by=until.astimezone(toolkit.zone).date() if until else None,
        )
    if letter.template == WithdrawalAnswered.NAME:
        return WithdrawalAnswered(**about, staff_name=letter.context["staff_name"], words=withdrawal.answer or "")
    return declared


def goods_of(withdrawal: Withdrawal) -> str | None:
    """Say of which goods it is, as it was declared; None for the whole order."""
    return withdrawal.goods or None
