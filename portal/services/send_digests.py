"""Send the digest of last week on Monday morning: once to each mailbox, however often the worker is killed."""

from datetime import date, datetime, timedelta

from portal.domain.journey import this_week
from portal.domain.ports import Mail, Mailer, MailRefused
from portal.letters.mail import RenderedMail, render
from portal.records import journey, journey_digests
from portal.records.sessions import Session
from portal.services.compose_digest import LOCALE, compose_digest
from portal.services.count_journey import count_journey
from portal.services.send_letters import brand_of, message_id
from portal.services.toolkit import Toolkit

_FROM_HOUR = 7
# A worker that was away on Monday makes up for it on Tuesday; later than that it is no news.
_LAST_DAY = 1
_WEEK = timedelta(days=7)


def last_week(toolkit: Toolkit) -> date:
    """Give the Monday of the last whole week, where the shop is."""
    return this_week(_local(toolkit).date()) - _WEEK


def digests_to_send(toolkit: Toolkit) -> list[str]:
    """Name the digests that are to leave now: none before Monday at seven where the shop is, or after Tuesday.

    The first one that looks writes a row for each mailbox, and counts the week where nobody has since it ended.
    """
    local = _local(toolkit)
    if local.weekday() > _LAST_DAY or (local.weekday() == 0 and local.hour < _FROM_HOUR):
        return []
    with toolkit.reading() as session:
        counted = journey.counted_up_to(session)
    if counted is None or counted < this_week(local.date()):
        count_journey(toolkit)
    week = last_week(toolkit)
    with toolkit.transaction() as session:
        journey_digests.add(session, week, recipients(session), toolkit.now())
    with toolkit.reading() as session:
        return journey_digests.waiting(session, week)


def recipients(session: Session) -> list[str]:
    """List who gets a digest, each mailbox once: leaders, and who answers for a stage."""
    owners = [one.mailbox for one in journey.owners(session) if one.mailbox]
    return list(dict.fromkeys([*journey.leaders(session), *owners]))


def send_digest(toolkit: Toolkit, mailer: Mailer, *, digest_ref: str) -> None:
    """Send a digest that has not left; raise UnknownOutcome where it may not have.

    Its row is held while the mail is handed over, as for letters, and its Message-ID is its ref: who is killed in
    between sends the same mail again, and a mailbox can tell.
    """
    with toolkit.transaction() as session:
        digest = journey_digests.hold_waiting(session, digest_ref)
        if digest is None:
            return
        mail = preview_digest(session, toolkit, digest.week_on, digest.recipient)
        try:
            name = message_id(digest.ref, toolkit.shop)
            mailer.send(Mail(digest.recipient, mail.subject, mail.text, mail.html, name))
        except MailRefused:
            digest.state = "undeliverable"
            return
        digest.state, digest.sent_at = "sent", toolkit.now()


def preview_digest(session: Session, toolkit: Toolkit, week: date, recipient: str | None) -> RenderedMail:
    """Render the digest of a week as a mailbox reads it; without one, as a leader does."""
    told = compose_digest(session, toolkit, week, recipient)
    return render(told.NAME, LOCALE, brand_of(toolkit.shop, toolkit.zone), told)


def _local(toolkit: Toolkit) -> datetime:
    return toolkit.now().astimezone(toolkit.zone)
