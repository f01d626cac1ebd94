"""What customers and staff do on the pages, in steps that journeys are put together from."""

import re
import time
from typing import Any

from pyotp import TOTP

from portal.domain.demonstration import SECOND_FACTOR
from portal.domain.refs import new_secret
from portal.services.create_demonstration_staff import WORDS_TO_COME_IN
from portal.services.keep_browser_session import CUSTOMER_ENDS, begin_session
from tests.journeys.visit import Visit
from tests.support.running import Running, eventually

_SIX_DIGITS = re.compile(r"\b\d{6}\b")
_SECONDS_TO_TYPE = 5
_REF = re.compile(r"CLM-[0-9A-Z]+")
AGENT, OTHER_AGENT = "ada@goodparcel.example", "bruno@goodparcel.example"
APPROVER, FINANCE = "chidi@goodparcel.example", "emil@goodparcel.example"
ADMIN = "goro@goodparcel.example"
POLICY_OWNER = "hana@goodparcel.example"
LEADER = "ines@goodparcel.example"


class Guest(Visit):
    """A customer."""

    def speak_english(self) -> None:
        """Switch to English, whatever the order's language is."""
        self.press("English", within="footer")

    def come_in(self, mailbox: str, order_number: str = "") -> None:
        """Prove the mailbox with the code that comes to it."""
        before = len(self.running.sandbox.mails(mailbox))
        self.go("/")
        self.speak_english()
        self.page.get_by_label("Your email address").fill(mailbox)
        self.page.get_by_label("Order number").fill(order_number)
        self.press("Send me a code")
        self.page.get_by_label("Your six digits").fill(self._code(mailbox, before))
        self.press("Show my orders")

    def _code(self, mailbox: str, before: int) -> str:
        mails = eventually(
            lambda: self.running.sandbox.mails(mailbox)[: len(self.running.sandbox.mails(mailbox)) - before],
            f"a mail with the code to {mailbox}",
        )
        found = _SIX_DIGITS.search(mails[0]["text"])
        assert found, mails[0]["text"]
        return found.group()

    def is_in(self, mailbox: str, *, locale: str = "en") -> None:
        """Be in already, without a code: for journeys that are about something else."""
        customer_id = self.running.rows("SELECT id FROM customers WHERE mailbox = %(m)s", {"m": mailbox})[0].id
        token = new_secret()
        with self.running.toolkit() as toolkit:
            begin_session(
                toolkit,
                token=token,
                subject=f"customer:{customer_id}",
                held={"locale": locale},
                ends=CUSTOMER_ENDS,
                instead_of=None,
            )
        self.context.add_cookies([{"name": "amends", "value": token, "url": self.running.url}])

    def say(self, order_number: str, problems: dict[int, str], words: str = "") -> None:
        """Fill the report of an order in: the problem of each line by its number; nothing is sent yet."""
        self.go(f"/orders/{order_number}/report")
        for number, problem in problems.items():
            tick = self.page.locator(f'input[name="line_{number}-chosen"]')
            if tick.is_visible():
                tick.check()
            self.page.locator(f'input[name="line_{number}-problem"][value="{problem}"]').check()
        self.page.locator('#lines textarea[name="words"]').fill(words)

    def tell(self, order_number: str, problems: dict[int, str], words: str = "") -> str:
        """Report a problem, land on the claim page, and give the claim's ref."""
        self.say(order_number, problems, words)
        self.press("Tell us")
        return self.claim_ref

    @property
    def claim_ref(self) -> str:
        """The ref of the claim whose page is open."""
        found = _REF.search(self.page.url)
        assert found, f"{self.page.url} is no claim: {self.words[:500]}"
        return found.group()

    def take(self, kind: str) -> None:
        """Take one of the three remedies with its one button."""
        with self.page.expect_navigation():
            self.page.locator(f'button[form="take-{kind}"]').click()
        self.look()

    def mail(self, mailbox: str, claim_ref: str, words: str) -> dict[str, Any]:
        """Wait for a mail about a claim that says this, and give it."""

        def found() -> list[dict[str, Any]]:
            mails = self.running.sandbox.mails(mailbox)
            return [mail for mail in mails if claim_ref in mail["text"] and words in mail["subject"] + mail["text"]]

        return eventually(found, f"a mail to {mailbox} about {claim_ref} that says {words!r}", seconds=40)[0]


class Worker(Visit):
    """Somebody who works for the shop."""

    def come_in(self, mailbox: str) -> None:
        """Sign in with the demonstration's password and code, in any language."""
        self.knock(mailbox)
        self.page.locator('input[name="factor_code"]').fill(self.code_of(mailbox))
        self.send("main form")

    def knock(self, mailbox: str, password: str = WORDS_TO_COME_IN) -> None:
        """Give the password, whatever comes of it."""
        self.go("/staff/sign-in")
        self.page.locator('input[name="mailbox"]').fill(mailbox)
        self.page.locator('input[name="password"]').fill(password)
        self.send("main form")

    def code_of(self, mailbox: str, secret: str = SECOND_FACTOR) -> str:
        """Read the authenticator; a code that was used counts once more, as if half a minute had passed."""
        unused = """
            UPDATE second_factors SET used_step = 0 FROM staff WHERE staff.id = staff_id AND mailbox = %(m)s
            RETURNING staff_id
        """
        self.running.rows(unused, {"m": mailbox})
        factor = TOTP(secret)
        left = factor.interval - time.time() % factor.interval
        if left < _SECONDS_TO_TYPE:
            time.sleep(left)
        return factor.now()

    def send(self, form: str) -> None:
        """Press the first button of a form, whatever it says."""
        with self.page.expect_navigation():
            self.page.locator(f"{form} button[type=submit]").first.click()
        self.look()

    def forget_code(self) -> None:
        """Let an hour pass since the codes of everybody."""
        self.running.rows("UPDATE web_sessions SET factor_at = factor_at - interval '1 hour' RETURNING id")

    def open_claim(self, ref: str) -> None:
        """Open a claim from the queue by its name."""
        self.go("/staff/")
        self.page.get_by_label("Claim or order number").fill(ref)
        self.press("Find")
        assert ref in self.heading

    def unfold(self, act: str) -> Any:
        """Open the box of an act, and give it."""
        box = self.page.locator(f"details#{act}")
        if box.get_attribute("open") is None:
            box.locator("summary").click()
        return box

    def preview(self, act: str, *, button: str) -> None:
        """Look at the mail of an act that is filled in, then press the button that does it."""
        self.press("See the mail", within=f"details#{act}")
        self.press(button)


def order_of(running: Running, number: str) -> Any:
    """Read an order's mailbox and money."""
    asked = "SELECT c.mailbox, o.* FROM orders o JOIN customers c ON c.id = o.customer_id WHERE order_number = %(n)s"
    return running.rows(asked, {"n": number})[0]
