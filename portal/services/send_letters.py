"""Send letters: composed from the claim as it is, rendered in their language, handed over, and their words kept."""

from collections.abc import Sequence
from functools import lru_cache, partial
from zoneinfo import ZoneInfo

from portal.domain.ports import Mail, Mailer, MailRefused
from portal.domain.quiet_hours import may_write_at, zones_of
from portal.letters.mail import Brand, render
from portal.letters.outreach_mails import ToldFirst
from portal.records import letter_facts, outbox, post
from portal.records.letter_facts import Facts
from portal.records.sessions import Session
from portal.records.tables.inbox import Letter
from portal.services.compose_letter import compose
from portal.services.take_step import has_to_wait
from portal.services.tell_of_mail import tell_of_mail
from portal.services.toolkit import Shop, Toolkit

# What waits for the morning is looked at this often: no job waits for longer than jobs do between tries.
_LOOKS_AFTER = 900.0


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


def send_letters(toolkit: Toolkit, mailer: Mailer, *, claim_ref: str) -> bool:
    """Send the letters of a claim that wait, none of which holds another back; tell whether any has to wait longer.

    Their rows are held while the mails are handed over, so that two workers never send one twice, and nothing is read
    in between, so that nothing that was sent is forgotten; a Message-ID is its letter's own ref, so that a mailbox can
    tell a repeat after a crash in between. Those that another worker holds have to wait: it may die before they leave.
    One that nobody asked for stays where it is at night; the job that it leaves sends it in the morning.
    """
    with toolkit.transaction() as session:
        held = post.hold_waiting(session, claim_ref, toolkit.now())
        here, closed = _by_day(toolkit, session, claim_ref, held.here), list[Letter]()
        for letter, facts in here:
            first = held.first and not closed
            if not has_to_wait(
                claim_ref, "letter", letter.ref, partial(_send, toolkit, mailer, letter, facts, first=first)
            ):
                closed.append(letter)
        post.close(session, closed)
        tell_of_mail(session, claim_ref, closed, was_told=held.told, now=toolkit.now())
    return len(closed) < len(here) or held.elsewhere > 0


def _by_day(
    toolkit: Toolkit, session: Session, claim_ref: str, held: Sequence[tuple[Letter, Facts]]
) -> Sequence[tuple[Letter, Facts]]:
    """Leave out what nobody asked for while it is quiet where it goes, and leave the job that sends it later."""
    waits = {letter.ref: seconds for letter, facts in held if (seconds := _quiet_for(toolkit, letter, facts))}
    if not waits:
        return held
    outbox.follow_later_once(session, claim_ref, min(_LOOKS_AFTER, *waits.values()))
    return [(letter, facts) for letter, facts in held if letter.ref not in waits]


def _quiet_for(toolkit: Toolkit, letter: Letter, facts: Facts) -> float:
    """Tell how many seconds a letter waits for the morning; none where its customer waits for it at any hour."""
    places = letter_facts.goes_to(letter, facts)
    if not places:
        return 0.0
    zones = tuple(zone for place in places for zone in zones_of(*place, toolkit.zone))
    now = toolkit.now()
    return (may_write_at(toolkit.quiet_hours, zones, now) - now).total_seconds()


def _send(toolkit: Toolkit, mailer: Mailer, letter: Letter, facts: Facts, *, first: bool) -> None:
    told = compose(toolkit, letter, facts, first=first)
    rendered = render(letter.template, letter.locale, brand_of(toolkit.shop, toolkit.zone), told)
    name = message_id(letter.ref, toolkit.shop)
    stop_url = told.stop_url if isinstance(told, ToldFirst) else None
    mail = Mail(letter.recipient, rendered.subject, rendered.text, rendered.html, name, stop_url)
    try:
        mailer.send(mail)
    except MailRefused as error:
        # The mailbox will never take it: a person is told, and the claim page says the same words.
        post.mark_undeliverable(letter, title=rendered.subject, body=rendered.text, why=str(error))
        return
    post.mark_sent(letter, title=rendered.subject, body=rendered.text, now=toolkit.now())
