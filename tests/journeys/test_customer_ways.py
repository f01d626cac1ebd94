"""The same few steps in every way that people come: another language, no scripts, no mouse, a phone, twice at once."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.journeys.bar import PHONE
from tests.journeys.people import Guest
from tests.support.running import Running

# A small box may show the focus on the row that it stands in.
_SHOWS_FOCUS = """
one => [one, one.parentElement, one.parentElement.parentElement]
    .some((at) => getComputedStyle(at).outlineStyle !== "none")
"""
_TOO_SMALL = """
() => [...document.querySelectorAll("main button, main summary, main a.button")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 43.5).map((one) => one.innerText)
"""
_CLAIMS = """
    SELECT c.ref, (SELECT count(*) FROM remedies r WHERE r.claim_id = c.id) AS remedies
    FROM claims c JOIN orders o ON o.id = c.order_id WHERE o.order_number = %(number)s
"""


def test_the_order_speaks_first_and_the_customer_may_switch(running: Running, opens: Any):
    guest = opens(Guest, running)

    guest.is_in("tiago.quadros@example.com", locale="")
    guest.go("/orders/AURORA-1023/report")
    of_the_order, heading = guest.page.locator("html").get_attribute("lang"), guest.heading
    guest.press("English", within="footer")
    english = guest.heading
    guest.press("Português", within="footer")

    assert of_the_order == "pt-BR"
    assert english == "What went wrong?"
    assert guest.heading == heading != english
    assert guest.page.locator("html").get_attribute("lang") == "pt-BR"


def test_everything_works_without_scripts(running: Running, opens: Any):
    guest = opens(Guest, running, java_script_enabled=False)

    guest.come_in("marcus.bell@example.com", "AURORA-1041")
    guest.tell("AURORA-1041", {1: "late"}, "It still has not left you.")
    guest.take("refund")
    guest.until("Promise kept")

    assert "$142.00" in guest.words


def test_everything_works_by_keyboard_alone(running: Running, opens: Any):
    guest, mailbox = opens(Guest, running), "alice.penhaligon@example.com"

    guest.come_in(mailbox, "AURORA-1029")
    _walk_to(guest, 'input[name="line_1-chosen"]')
    guest.page.keyboard.press("Space")
    _walk_to(guest, 'input[name="line_1-problem"]')
    guest.page.keyboard.press("Space")
    _walk_to(guest, "#lines button[type=submit]")
    with guest.page.expect_navigation():
        guest.page.keyboard.press("Enter")
    guest.look()
    _walk_to(guest, 'button[form="take-store_credit"]')
    with guest.page.expect_navigation():
        guest.page.keyboard.press("Enter")
    guest.until("Type this code at the checkout")

    assert "£" in guest.words


def _walk_to(guest: Guest, selector: str) -> None:
    """Press Tab until the focus stands on an element; each stop on the way shows where it is."""
    wanted = guest.page.locator(selector).first
    for _ in range(80):
        guest.page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            assert wanted.evaluate(_SHOWS_FOCUS), f"{selector} does not show the focus"
            return
    raise AssertionError(f"{selector} is not reached by keyboard")


def test_a_phone_is_enough(running: Running, opens: Any):
    guest = opens(Guest, running, viewport=PHONE, has_touch=True, is_mobile=True)

    guest.come_in("camila.paiva.3@example.com")
    guest.tell("AURORA-1042", {2: "missing_package"})
    guest.take("refund")
    guest.until("Promise kept")

    assert guest.page.evaluate(_TOO_SMALL) == []


@pytest.mark.proves("F8")
def test_a_double_tap_makes_one_claim_and_one_remedy(running: Running, opens: Any):
    guest = opens(Guest, running, java_script_enabled=False)

    guest.is_in("joao.lencastre@example.com")
    guest.say("AURORA-1032", {1: "missing_package"})
    guest.page.get_by_role("button", name="Tell us").dblclick(no_wait_after=True)
    expect(guest.page.locator("#take-refund")).to_have_count(1)
    guest.page.locator('button[form="take-refund"]').dblclick(no_wait_after=True)
    expect(guest.page.locator("#take-refund")).to_have_count(0)
    guest.until("Promise kept")

    assert [row.remedies for row in running.rows(_CLAIMS, {"number": "AURORA-1032"})] == [1]


def test_in_two_tabs_the_second_is_told_that_it_has_moved_on(running: Running, opens: Any):
    guest = opens(Guest, running)

    guest.is_in("siobhan@example.com")
    ref = guest.tell("AURORA-1030", {1: "missing_line"})
    second = guest.context.new_page()
    second.goto(f"{running.url}/claims/{ref}")
    guest.take("refund")
    with second.expect_navigation() as landed:
        second.locator('button[form="take-store_credit"]').click()

    assert landed.value.status == 409
    assert second.locator("h1").inner_text() != ""
    assert [row.remedies for row in running.rows(_CLAIMS, {"number": "AURORA-1030"})] == [1]
