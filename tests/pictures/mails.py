"""The newest mail of each kind, as the customer's mail program shows it."""

from playwright.sync_api import Browser

from tests.pictures.camera import Camera
from tests.support.running import Running

_NEWEST = """
    SELECT DISTINCT ON (template, locale) template, locale, ref FROM letters
    WHERE state = 'sent' ORDER BY template, locale, id DESC
"""


def photograph_mails(running: Running, browser: Browser, camera: Camera) -> None:
    """Take every kind of mail that was sent, in the languages that it was sent in."""
    context = browser.new_context()
    page = context.new_page()
    mails = running.sandbox.get("/mailbox.json")["mails"]
    kinds = {(row.template, row.locale): row.ref for row in running.rows(_NEWEST)}
    for mail in mails:
        kind = next((kind for kind, ref in kinds.items() if ref in mail["message_id"]), None)
        if kind:
            kinds.pop(kind)
            page.set_content(mail["html"])
            camera.take(page, kind[0], kind[1])
    context.close()
