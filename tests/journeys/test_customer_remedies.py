"""A customer whose package never came is helped: each remedy once, to its end."""

from typing import Any

import pytest

from tests.journeys.invariants import assert_invariants_hold
from tests.journeys.people import Guest
from tests.support.running import Running

_REFUNDS = """
    SELECT r.state, r.amount_minor FROM refunds r JOIN remedies d ON d.id = r.remedy_id
    JOIN claims c ON c.id = d.claim_id
    WHERE c.ref = %(ref)s
"""
_PARCELS = """
    SELECT p.state, p.tracking_number, p.address FROM replacements p JOIN remedies d ON d.id = p.remedy_id
    JOIN claims c ON c.id = d.claim_id WHERE c.ref = %(ref)s
"""


@pytest.mark.proves("F10", "bug 25")
def test_money_back_goes_to_the_card_and_is_told_only_after_stripe_confirmed(running: Running, opens: Any):
    guest, mailbox = opens(Guest, running), "helena.prado@example.com"

    guest.come_in(mailbox)
    guest.follow("Something’s wrong with order AURORA-1001")
    guest.page.locator('input[name="line_1-chosen"]').check()
    guest.page.locator('input[name="line_1-problem"][value="missing_package"]').check()
    guest.press("Tell us")
    first = guest.page.locator("main :is(h1, h2, p)").first.evaluate("one => one.tagName")
    opening, ref = guest.words[:600].lower(), guest.claim_ref
    guest.take("refund")
    guest.until("Promise kept")
    mail = guest.mail(mailbox, ref, "154.40")

    assert first == "H1"
    assert "sorry" in opening
    assert [tuple(row) for row in running.rows(_REFUNDS, {"ref": ref})] == [("succeeded", 15440)]
    assert "4242" in guest.words
    assert mail["to"] == mailbox
    assert_invariants_hold(running)


def test_sent_again_asks_for_the_missing_street_and_ends_with_tracking(running: Running, opens: Any):
    guest, mailbox = opens(Guest, running), "davi.assuncao@example.com"

    guest.come_in(mailbox, "AURORA-1026")
    guest.page.locator('input[name="line_1-problem"][value="missing_package"]').check()
    guest.press("Tell us")
    ref = guest.claim_ref
    guest.take("replacement")
    refused = guest.words
    guest.page.get_by_label("Street and number").fill("Rua do Porto 77")
    guest.take("replacement")
    guest.until("Tracking", seconds=60)
    mail = guest.mail(mailbox, ref, "SP")

    parcel = running.rows(_PARCELS, {"ref": ref})[0]
    assert "Please type the street and number" in refused
    assert parcel.address["line1"] == "Rua do Porto 77"
    assert parcel.tracking_number in guest.words
    assert parcel.tracking_number in mail["text"]
    assert_invariants_hold(running)


def test_store_credit_is_there_at_once_and_is_spent_at_the_checkout(running: Running, opens: Any):
    guest, mailbox = opens(Guest, running), "iara@example.com"

    guest.come_in(mailbox)
    guest.tell("AURORA-1017", {1: "missing_package"})
    assert guest.page.locator("#take-refund").count() == 0
    guest.take("store_credit")
    guest.until("Type this code at the checkout")
    code = guest.page.locator(".creditcode").inner_text()
    shop = opens(Guest, running)
    shop.page.goto(f"{running.sandbox.url}/checkout")
    shop.page.get_by_label("Blue mug").check()
    shop.page.get_by_label("Store credit code").fill(code)
    with shop.page.expect_navigation():
        shop.page.get_by_role("button", name="See what it covers").click()
    with shop.page.expect_navigation():
        shop.page.get_by_role("button", name="Pay with the credit").click()
    paid = shop.page.locator("main, body").first.inner_text()
    guest.follow("Store credit")

    assert "of store credit was spent" in paid
    # What was paid by bank slip, with the thank-you on top, less the mug.
    assert "R$234.39" in guest.words.replace("\xa0", "")
    assert_invariants_hold(running)
