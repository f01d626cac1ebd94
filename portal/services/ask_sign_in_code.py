"""Ask for a sign-in code: the same work, answer and time whether the mailbox has orders or not."""

from datetime import UTC, timedelta

from portal.domain.mailboxes import normalise
from portal.records import outbox, sign_in_codes
from portal.services.limit_rate import Limit, Visitor, by_place, limit_rate
from portal.services.sign_in_secrets import LASTS, code_for, hash_of
from portal.services.toolkit import Toolkit, tried_again

PER_MAILBOX = Limit("code-mailbox", 5, timedelta(hours=1))
PER_BROWSER = Limit("code-browser", 10, timedelta(minutes=10))
PER_HOST = Limit("code-host", 30, timedelta(minutes=10))
PER_NETWORK = Limit("code-network", 120, timedelta(minutes=10))
# Somebody stands at the door and waits, whatever else there is to do.
_AT_THE_DOOR = 10


@tried_again
def ask_sign_in_code(
    toolkit: Toolkit, *, mailbox: str, order_number: str | None, visitor: Visitor, locale: str = "en"
) -> None:
    """Leave a code for a mailbox, bound to the browser, and the job that sends it; or, for a stranger, a kind word.

    The order number only tells where the sign-in leads; locale is that of the page. Raises BadMailbox, TooMany.
    """
    recipient = normalise(mailbox)
    limit_rate(
        toolkit,
        [
            (PER_MAILBOX, recipient),
            (PER_BROWSER, visitor.browser_hash),
            *by_place(toolkit, visitor, PER_HOST, PER_NETWORK),
        ],
    )
    now = toolkit.now().astimezone(UTC)
    code = code_for(toolkit.secret_key, browser_hash=visitor.browser_hash, mailbox=recipient, asked_at=now)
    with toolkit.transaction() as session:
        code_id = sign_in_codes.ask(
            session,
            browser_hash=visitor.browser_hash,
            mailbox=recipient,
            order_number=order_number or None,
            code_hash=hash_of(toolkit.secret_key, browser_hash=visitor.browser_hash, code=code),
            now=now,
            expires_at=now + LASTS,
        )
        outbox.defer(session, "sign_in.send", priority=_AT_THE_DOOR, code_id=code_id, locale=locale)
