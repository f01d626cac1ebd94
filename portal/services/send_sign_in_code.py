"""Send a sign-in code, or tell a mailbox without orders that there are none; called by the worker."""

from datetime import UTC

from portal.domain.ports import Mail, Mailer
from portal.letters import mail
from portal.letters.language import best_locale
from portal.letters.mail_contexts import NoOrdersHere, SignInCode
from portal.records import sign_in_codes
from portal.records.sign_in_codes import ToSend
from portal.services.sign_in_secrets import LASTS, code_for
from portal.services.toolkit import Toolkit


def send_sign_in_code(toolkit: Toolkit, mailer: Mailer, *, code_id: int, locale: str = "en") -> bool:
    """Send the letter of a code and tell whether one left: none for a code that ended or was followed by a newer one.

    Nothing of the letter is kept. Sent twice after a lost answer, it is the same code again. Raises UnknownOutcome,
    MailRefused.
    """
    with toolkit.reading() as session:
        asked = sign_in_codes.to_send(session, code_id, toolkit.now())
    if asked is None:
        return False
    mailer.send(_letter(toolkit, asked, code_id, best_locale(asked.locale or locale, "")))
    return True


def _letter(toolkit: Toolkit, asked: ToSend, code_id: int, locale: str) -> Mail:
    shop = toolkit.shop
    brand = mail.Brand(shop.name, shop.logo_url, shop.accent, shop.origin, shop.reply_to, str(toolkit.zone))
    context: SignInCode | NoOrdersHere = NoOrdersHere(link=f"{shop.origin}/")
    if asked.customer_id is not None:
        code = code_for(
            toolkit.secret_key,
            browser_hash=asked.browser_hash,
            mailbox=asked.mailbox,
            asked_at=asked.created_at.astimezone(UTC),
        )
        link = f"{shop.origin}/sign-in/code?code={code}"
        context = SignInCode(code=code, minutes=int(LASTS.total_seconds()) // 60, link=link)
    rendered = mail.render(context.NAME, locale, brand, context)
    host = shop.origin.partition("://")[2].partition(":")[0]
    return Mail(asked.mailbox, rendered.subject, rendered.text, rendered.html, f"<sign-in-{code_id}@{host}>")
