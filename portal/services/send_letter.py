"""Send one letter: composed from the claim as it is, rendered in its language, handed over, and its words kept."""

from functools import lru_cache
from zoneinfo import ZoneInfo

from portal.domain.ports import Mail, Mailer, MailRefused
from portal.letters.mail import Brand, render
from portal.records import post
from portal.services.compose_letter import compose
from portal.services.toolkit import Shop, Toolkit


@lru_cache(maxsize=8)
def brand_of(shop: Shop, zone: ZoneInfo) -> Brand:
    """Give the shop's brand as letters show it."""
    return Brand(
        shop_name=shop.name,
        logo_url=shop.logo_url,
        accent=shop.accent,
        origin=shop.origin,
        reply_to=shop.reply_to,
        zone=str(zone),
    )


def message_id(ref: str, shop: Shop) -> str:
    """Make the Message-ID of a letter: the same at every try, so that a mailbox can tell a repeat."""
    host = shop.origin.partition("://")[2].partition(":")[0]
    return f"<{ref}@{host}>"


def send_letter(toolkit: Toolkit, mailer: Mailer, *, letter_ref: str) -> None:
    """Send a letter that waits. Raises UnknownOutcome when it may not have left.

    The row is held while the mail is handed over, so that two workers never send it twice; its Message-ID is the
    letter's own ref, so that a mailbox can tell a repeat after a crash in between.
    """
    with toolkit.transaction() as session:
        found = post.waiting(session, letter_ref)
        if found is None:
            return
        letter, about = found
        told = compose(toolkit, session, letter, about)
        rendered = render(letter.template, letter.locale, brand_of(toolkit.shop, toolkit.zone), told)
        name = message_id(letter.ref, toolkit.shop)
        mail = Mail(letter.recipient, rendered.subject, rendered.text, rendered.html, name)
        try:
            mailer.send(mail)
        except MailRefused as error:
            # The mailbox will never take it: staff see it on the claim, and the claim page says the same words.
            post.mark_undeliverable(letter, title=rendered.subject, body=rendered.text, why=str(error))
            return
        post.mark_sent(session, letter, title=rendered.subject, body=rendered.text, now=toolkit.now())
