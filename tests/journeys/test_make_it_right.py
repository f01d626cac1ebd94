"""One customer says that it is not right and is made whole by a named person; another is told before they complain."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.services.ask_if_right import ask_customer_if_right, customers_to_ask
from portal.services.count_journey import count_journey
from portal.services.give_outreach import go_on_with_outreach
from portal.services.toolkit import Toolkit
from portal.wiring import WORKER_ROLE, make_toolkit
from tests.journeys.invariants import assert_invariants_hold
from tests.journeys.people import APPROVER, POLICY_OWNER, Guest, Worker
from tests.support.a_fault import VENDOR, write_fault
from tests.support.a_pattern import a_pattern
from tests.support.engines import engine_of
from tests.support.running import Running, eventually

_LINK = re.compile(r"/made-right/\S+")
_CAME = """
    UPDATE replacements p SET state = 'delivered', shipped_at = p.shipped_at - interval '4 days',
        delivered_at = now() - interval '2 days'
    FROM remedies d JOIN claims c ON c.id = d.claim_id WHERE d.id = p.remedy_id AND c.ref = %(ref)s RETURNING 1
"""
_TWO_WEEKS_PASS = """
    WITH asked AS (UPDATE follow_ups f SET asked_at = f.asked_at - interval '15 days',
            answered_at = f.answered_at - interval '15 days', arrived_at = f.arrived_at - interval '15 days'
        FROM claims c WHERE c.id = f.claim_id AND c.ref = %(ref)s)
    UPDATE refunds r SET settled_at = r.settled_at - interval '15 days'
    FROM remedies d JOIN claims c ON c.id = d.claim_id WHERE d.id = r.remedy_id AND c.ref = %(ref)s RETURNING 1
"""
_TAKEN_OVER = "SELECT s.mailbox, s.name FROM claims c JOIN staff s ON s.id = c.assignee_id WHERE c.ref = %(ref)s"
_STANDS = "SELECT k.state FROM claim_lines k JOIN claims c ON c.id = k.claim_id WHERE c.ref = %(ref)s"
_FAILED_TWICE = "SELECT count(*) AS many FROM claim_events WHERE action = 'not_restored'"

_TODAY = datetime.now(UTC).date()
_BEGAN, _FIXED, _LATER = (_TODAY - timedelta(days=days) for days in (60, 30, 25))
# What was handed over by the later day is too little to prove anything, and the three weeks after it are enough.
_EARLY_DAYS, _LATER_DAYS = 35, 20
_STRUCK, _THEIRS = "AURORA-1217", "marcus.bell@example.com"
_A_CUSTOMER = "INSERT INTO customers (mailbox, name, locale) VALUES ('olaria@example.com', 'C', 'en') RETURNING id"
_PARCEL = "SELECT s.* FROM shipments s JOIN orders o ON o.id = s.order_id WHERE order_number = %(number)s"
_BECOMES = """
    WITH line AS (UPDATE order_lines SET vendor = %(vendor)s WHERE shipment_id = %(id)s)
    UPDATE shipments SET vendor = %(vendor)s, handed_over_at = %(handed)s, promised_at = %(promised)s,
        last_scan_at = %(scanned)s WHERE id = %(id)s RETURNING id
"""
_TAKE_OUT = """
    WITH theirs AS (SELECT id FROM orders WHERE customer_id = %(customer)s),
        lines AS (DELETE FROM order_lines WHERE order_id IN (SELECT id FROM theirs)),
        parcels AS (DELETE FROM shipments WHERE order_id IN (SELECT id FROM theirs)),
        of_them AS (DELETE FROM orders WHERE id IN (SELECT id FROM theirs))
    DELETE FROM customers WHERE id = %(customer)s RETURNING id
"""
_OURS = """
    SELECT c.ref FROM claims c JOIN orders o ON o.id = c.order_id
    WHERE o.order_number = %(number)s AND c.raised_by = 'system:outreach'
"""


@contextmanager
def services(running: Running) -> Iterator[Toolkit]:
    """Give the toolkit of the worker, for what it does by the clock."""
    toolkit = make_toolkit(running.config, WORKER_ROLE)
    try:
        yield toolkit
    finally:
        engine_of(toolkit).dispose()


def ask(running: Running, mailbox: str) -> None:
    """Ask somebody whether it is right, as the sweep does every ten minutes."""
    customer = running.rows("SELECT id FROM customers WHERE mailbox = %(m)s", {"m": mailbox})[0].id
    with services(running) as toolkit:
        assert customer in customers_to_ask(toolkit)
        ask_customer_if_right(toolkit, customer_id=customer)


def link_to_answer(guest: Guest, mailbox: str, ref: str) -> str:
    found = _LINK.search(guest.mail(mailbox, ref, "Say yes or no")["text"])
    assert found
    return found.group()


def stands(running: Running, ref: str) -> str:
    return str(running.rows(_STANDS, {"ref": ref})[0].state)


def offer_the_money(worker: Worker, ref: str) -> None:
    """Offer only the money back, in one's own words."""
    worker.open_claim(ref)
    box = worker.unfold("approve")
    box.get_by_label("Why yes, for colleagues").fill("The glasses came chipped.")
    box.get_by_label("Your words to the customer").fill("Keep the glasses. Here is your money.")
    box.get_by_label("Send it again").uncheck()
    worker.preview("approve", button="Approve and send")


def test_a_customer_says_no_and_is_made_whole_by_a_named_person(running: Running, opens: Any):
    guest, worker, mailbox = opens(Guest, running), opens(Worker, running), "olivia.barros.89@example.com"

    guest.is_in(mailbox)
    ref = guest.tell("AURORA-1229", {1: "missing_package"})
    guest.take("replacement")
    guest.until("Tracking")
    running.rows(_CAME, {"ref": ref})
    ask(running, mailbox)
    link = link_to_answer(guest, mailbox, ref)
    guest.go(link)
    opened = stands(running, ref)
    guest.page.get_by_label("A word about it").fill("Two of the glasses are chipped.")
    guest.press("No, not yet")
    person = running.rows(_TAKEN_OVER, {"ref": ref})[0]
    answered = guest.words
    worker.come_in(person.mailbox)
    offer_the_money(worker, ref)
    guest.go(f"/claims/{ref}")
    offered = guest.heading
    guest.take("refund")
    guest.until("Promise kept")
    running.rows(_TWO_WEEKS_PASS, {"ref": ref})
    ask(running, mailbox)
    guest.go(f"/claims/{ref}")
    guest.press("Yes, it is right")
    with running.toolkit() as toolkit:
        count_journey(toolkit)
    worker.go("/staff/follow-ups")

    assert opened == "made_whole"
    assert f"{person.name.split()[0]} has taken it over" in answered
    assert offered == "We are sorry that it is not right yet"
    assert stands(running, ref) == "restored"
    second = worker.page.locator('td[data-label="Second failures"]').all_inner_texts()
    assert sum(map(int, second)) == running.rows(_FAILED_TWICE)[0].many
    assert_invariants_hold(running)


@pytest.fixture
def faulty(running: Running) -> Iterator[int]:
    """Let a vendor fail until its fix, with one parcel of theirs that never came; give whose the other parcels are."""
    customer = running.rows(_A_CUSTOMER)[0].id
    before = running.rows(_PARCEL, {"number": _STRUCK})[0]
    late = {"handed": _TODAY - timedelta(days=35), "promised": _TODAY - timedelta(days=25)}
    running.rows(_BECOMES, {"id": before.id, "vendor": VENDOR, "scanned": late["handed"], **late})
    write_fault(running.database_url, customer, first=_BEGAN, days=_EARLY_DAYS, fixed=_FIXED)
    yield customer
    was = {"handed": before.handed_over_at, "promised": before.promised_at, "scanned": before.last_scan_at}
    running.rows(_BECOMES, {"id": before.id, "vendor": before.vendor, **was})
    running.rows(_TAKE_OUT, {"customer": customer})


def confirm(owner: Worker, pattern: str) -> str:
    """Read a pattern and confirm it; give the ref of its incident, whose page is open."""
    owner.go("/staff/patterns/")
    owner.follow(pattern)
    owner.page.get_by_label("What you know of it, for colleagues").fill("Their van broke down.")
    owner.press("Confirm it")
    incident = owner.page.locator('a.ref[href*="/incidents/"]').inner_text()
    owner.follow(incident)
    return incident


def do(owner: Worker, form: str, button: str, **typed: str) -> None:
    """Open a form of the incident, fill it in and press its button; the page is looked at once all of it is there."""
    owner.page.locator("summary", has_text=form).click()
    for name, value in typed.items():
        box = owner.page.locator(f'main [name="{name}"]')
        if box.evaluate("one => one.tagName") == "SELECT":
            box.select_option(value)
        else:
            box.fill(value)
    with owner.page.expect_navigation():
        owner.page.get_by_role("button", name=button).click()


def work_on_it(owner: Worker) -> None:
    """Say why it happens, who answers, what is done meanwhile, and what ends it."""
    do(owner, "Say its cause", "This is a guess", cause="One van for two towns.")
    do(owner, "Say its cause", "This is confirmed")
    do(owner, "Name who answers", "Name them", stage="transit")
    do(owner, "Take a step", "Take this step", kind="switch_carrier", step_words="The other carrier goes north.")
    do(owner, "Plan the fix", "Keep the plan", fix="A second van.", fix_on=_FIXED.isoformat())


def refused_so_far(owner: Worker) -> str:
    """Try to close it while too little is known, and give what is said."""
    owner.until("are lacking")
    owner.press("Try to close it")
    return owner.words


def draw_up_outreach(owner: Worker, incident: str) -> str:
    """Start telling those who have not complained, from the incident's page; give the ref of the outreach."""
    owner.go(f"/staff/incidents/{incident}")
    with owner.page.expect_navigation():
        owner.page.locator("#risk ~ p a").click()
    owner.page.get_by_label("What is it for?").fill("Parcels of the van that broke down.")
    owner.page.get_by_label("Customers in the first wave").fill("1")
    owner.page.get_by_label("Of a hundred, kept back by lot").fill("0")
    owner.press("Count it")
    owner.until("1 customer would be told")
    owner.press("Tell the first wave")
    return owner.page.url.split("/outreach/")[1].split("/")[0]


def tell(running: Running, outreach: str) -> str:
    """Let the sweep of two minutes pass, and give the ref of the claim that we made."""
    with services(running) as toolkit:
        go_on_with_outreach(toolkit, ref=outreach)
        ref = eventually(lambda: running.rows(_OURS, {"number": _STRUCK}), "a claim of ours")[0].ref
        go_on_with_outreach(toolkit, ref=outreach)
    return str(ref)


def prove_and_close(owner: Worker, incident: str) -> None:
    """Count what has come since, and close it."""
    owner.go(f"/staff/incidents/{incident}")
    owner.press("Count it anew")
    owner.until("It fell after the fix")
    owner.press("Close it, proven to have fallen")


def test_a_pattern_becomes_an_incident_whose_customers_are_told_first_and_it_ends_with_proof(
    running: Running, opens: Any, faulty: int
):
    owner, approver, guest = opens(Worker, running), opens(Worker, running), opens(Guest, running)
    with services(running) as toolkit:
        pattern = a_pattern(toolkit, cell={"vendor": VENDOR}, on=_BEGAN + timedelta(days=13))

    owner.come_in(POLICY_OWNER)
    incident = confirm(owner, pattern)
    work_on_it(owner)
    refused = refused_so_far(owner)
    outreach = draw_up_outreach(owner, incident)
    ref = tell(running, outreach)
    approver.come_in(APPROVER)
    approver.go(f"/staff/outreach/{outreach}")
    approver.press("Approve the rest")
    approved = approver.words
    letter = guest.mail(_THEIRS, ref, "You did not have to tell us")
    guest.is_in(_THEIRS)
    guest.go(f"/claims/{ref}")
    told = guest.words
    guest.take("refund")
    guest.until("Promise kept")
    write_fault(running.database_url, faulty, first=_LATER, days=_LATER_DAYS, fixed=_FIXED)
    prove_and_close(owner, incident)

    lacking = re.search(r"It takes (\d+) more after the fix", refused)
    assert lacking
    assert int(lacking[1]) > 0
    assert f"/claims/{ref}" in letter["text"]
    assert "What we saw" in told
    assert "Told" in approved
    assert incident in approved
    assert "Closed, proven to have fallen" in owner.words
    assert ref in owner.words
    assert_invariants_hold(running)
