"""Orders of the sample on which things go wrong, so that every state of a claim can be photographed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser

from tests.journeys.people import AGENT, Guest, Worker
from tests.journeys.visit import Visit
from tests.support.running import Running

_FREE = """
    SELECT o.order_number, c.mailbox, count(DISTINCT l.id) AS lines, max(s.delivered_at) AS delivered
    FROM orders o JOIN customers c ON c.id = o.customer_id JOIN order_lines l ON l.order_id = o.id
    JOIN shipments s ON s.id = l.shipment_id JOIN payments p ON p.order_id = o.id
    WHERE o.order_number NOT LIKE 'AURORA-10%%' AND o.currency = 'BRL' AND p.method = 'card' AND p.installments = 1
      AND s.delivered_at > now() - interval '90 days' AND o.payments_total_minor BETWEEN 7000 AND 140000
      AND NOT EXISTS (SELECT FROM payments q WHERE q.order_id = o.id AND q.method <> 'card')
      AND NOT EXISTS (SELECT FROM shipments t WHERE t.order_id = o.id AND t.delivered_at IS NULL)
    GROUP BY o.id, c.mailbox HAVING count(DISTINCT s.id) = 1 ORDER BY o.id DESC
"""


def submit(window: Visit, form: str) -> None:
    """Press the button of a form, whatever it is called in this language."""
    with window.page.expect_navigation():
        window.page.locator(f"{form} button[type=submit]").first.click()
    window.look()


class Stage:
    """The running shop and the browser, and orders that nothing was reported about yet."""

    def __init__(self, running: Running, browser: Browser, folder: Path) -> None:
        """Find the orders and draw a photo for evidence."""
        self.running, self.browser = running, browser
        self.orders: Iterator[Any] = iter(running.rows(_FREE))
        self.photo = folder / "cracked-plate.jpg"
        Image.new("RGB", (900, 700), "#c96f4a").save(self.photo)

    def guest(self, mailbox: str, language: str) -> Guest:
        """Open a customer's window in a language."""
        guest = Guest(self.browser, self.running, None)
        guest.is_in(mailbox, locale=language)
        return guest

    def worker(self, language: str, mailbox: str = AGENT) -> Worker:
        """Open the window of somebody who works for the shop."""
        worker = Worker(self.browser, self.running, None, locale=language.replace("_", "-"))
        worker.come_in(mailbox)
        return worker

    def told(self, language: str, problem: str, words: str = "") -> tuple[Guest, str, Any]:
        """Report a problem with all lines of a fresh order; give the customer's window, the claim and the order."""
        order = next(self.orders)
        guest = self.guest(order.mailbox, language)
        guest.say(order.order_number, dict.fromkeys(range(1, order.lines + 1), problem), words)
        submit(guest, "#lines")
        return guest, guest.claim_ref, order

    def told_of(self, number: str, language: str, problems: dict[int, str], words: str = "") -> tuple[Guest, str]:
        """Report problems with an order of the demonstration."""
        mailbox = self.running.rows(
            "SELECT c.mailbox FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.order_number = %(n)s",
            {"n": number},
        )[0].mailbox
        guest = self.guest(mailbox, language)
        guest.say(number, problems, words)
        submit(guest, "#lines")
        return guest, guest.claim_ref

    def european(self) -> tuple[str, str]:
        """Give the mailbox and the order of somebody in the Union."""
        mailbox = "siobhan@example.com"
        asked = "SELECT o.order_number FROM orders o JOIN customers c ON c.id = o.customer_id WHERE c.mailbox = %(m)s"
        return mailbox, self.running.rows(asked, {"m": mailbox})[0].order_number

    def withdrawing(self, language: str) -> Guest:
        """Let somebody in the Union withdraw from their order, without a code, up to the page that confirms."""
        mailbox, number = self.european()
        guest = Guest(self.browser, self.running, None, locale=language.replace("_", "-"))
        guest.go("/withdraw")
        for name, typed in (("name", "Siobhán Ní Bhriain"), ("order_number", number), ("mailbox", mailbox)):
            guest.page.locator(f'input[name="{name}"]').fill(typed)
        submit(guest, "#withdraw")
        return guest
