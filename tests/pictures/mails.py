"""The newest mail of each kind, as the customer's mail program shows it."""

from typing import Any

from playwright.sync_api import Browser

from tests.pictures.camera import Camera
from tests.pictures.customer import MAILBOXES, STRANGERS
from tests.support.running import Running

_RECIPIENTS = "SELECT DISTINCT recipient FROM letters WHERE state = 'sent' ORDER BY 1"
_NEWEST = """
    SELECT DISTINCT ON (template, locale) template, locale, ref FROM letters
    WHERE state = 'sent' ORDER BY template, locale, id DESC
"""


def photograph_mails(running: Running, browser: Browser, camera: Camera) -> None:
    """Take every kind of mail that was sent, in the languages that it was sent in."""
    context = browser.new_context()
    page = context.new_page()
    letters = {row.ref: (row.template, row.locale) for row in running.rows(_NEWEST)}
    for recipient in (row.recipient for row in running.rows(_RECIPIENTS)):
        for mail in running.sandbox.mails(recipient):
            kind = letters.pop(mail["message_id"].strip("<>").partition("@")[0], None)
            if kind:
                page.set_content(mail["html"])
                camera.take(page, *kind)
    for name, mailboxes in {"sign_in_code": MAILBOXES, "no_orders_here": STRANGERS}.items():
        for language, mailbox in mailboxes.items():
            page.set_content(_way_in(running, mailbox)["html"])
            camera.take(page, name, language)
    context.close()


def _way_in(running: Running, mailbox: str) -> dict[str, Any]:
    return next(mail for mail in running.sandbox.mails(mailbox) if "sign-in" in mail["message_id"])
