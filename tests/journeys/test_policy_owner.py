"""A policy owner who has never seen code changes a rule, mends the gap, tries it on past claims; a second publishes."""

from collections.abc import Iterator
from typing import Any

import pytest

from portal.domain.actors import Actor
from portal.services.publish_policy import publish_policy
from tests.journeys.invariants import assert_invariants_hold
from tests.journeys.people import APPROVER, POLICY_OWNER, Guest, Worker
from tests.support.running import Running

_NEWEST = "SELECT number, source FROM policy_versions WHERE market = '*' ORDER BY number DESC LIMIT 1"
_DECIDED = """
    SELECT v.number, l.verdict ->> 'rule_key' AS rule FROM claims c JOIN claim_lines l ON l.claim_id = c.id
    JOIN policy_versions v ON v.id = c.policy_version_id WHERE c.ref = %(ref)s
"""


@pytest.fixture
def policy_put_back(running: Running) -> Iterator[None]:
    """Let the policy of before be in force again for the journeys that follow."""
    before = running.rows(_NEWEST)[0]
    yield
    if running.rows(_NEWEST)[0].source != before.source:
        with running.toolkit() as toolkit:
            actor = Actor.system("tests")
            publish_policy(toolkit, source=before.source, actor=actor)


def start_draft(owner: Worker, title: str) -> None:
    """Start a draft. Titles differ by a number only, so that pages of one kind are audited once."""
    owner.go("/staff/policies/")
    if not owner.page.locator("#title").is_visible():
        owner.page.locator("#start > summary").click()
    owner.page.get_by_label("What is it for?").fill(title)
    owner.press("Start the draft")
    assert owner.heading == title


def open_rule(owner: Worker, key: str) -> None:
    with owner.page.expect_navigation():
        owner.page.locator(f'[data-acts="{key}"]').get_by_role("link", name="Change rule").click()
    owner.look()


def days_since_it_came(owner: Worker, mode: str, low: str = "") -> None:
    """Let the rule that is open ask since how many days it came, or not ask it."""
    box = owner.page.locator("#c-days_since_delivered-mode")
    if not box.is_visible():
        owner.page.get_by_text("Ask for something else as well").click()
        owner.page.locator("summary", has_text="Time").click()
    box.select_option(mode)
    if low:
        owner.page.locator("#c-days_since_delivered-low").fill(low)


def open_and_mend_a_gap(owner: Worker) -> tuple[str, str, str]:
    """Ask too much of a rule, see what it leaves to nobody, and mend it; give what the check said each time."""
    open_rule(owner, "worn_out")
    days_since_it_came(owner, "between", "900")
    owner.page.locator("[data-tried] p").wait_for()
    tried = owner.page.locator("[data-beside]").inner_text()
    owner.press("Save the rule")
    with_gap = owner.words
    open_rule(owner, "worn_out")
    days_since_it_came(owner, "any")
    owner.press("Save the rule")
    return tried, with_gap, owner.words


def try_on_past_claims(owner: Worker, title: str) -> str:
    """Replay the last quarter, and give what is said of it; then go back to the draft."""
    owner.follow("On past claims")
    owner.press("Start")
    owner.until("Claim lines judged")
    said = owner.words
    owner.follow("To the draft")
    assert owner.heading == title
    return said


def review_and_publish(approver: Worker, title: str) -> tuple[str, str]:
    """Read what changes and publish it; give what was read before and after."""
    approver.come_in(APPROVER)
    approver.go("/staff/policies/")
    approver.follow(title)
    approver.follow("See what changes")
    changes = approver.words
    approver.follow("Back to the table")
    approver.follow("Go on to publish it")
    approver.press("Publish it")
    return changes, approver.words


def decided(running: Running, ref: str) -> tuple[int, str]:
    """Give the number of the version that decided a claim, and the rule."""
    row = running.rows(_DECIDED, {"ref": ref})[0]
    return row.number, row.rule


def test_a_policy_owner_changes_the_rules_and_the_next_claim_follows_them(
    running: Running, opens: Any, policy_put_back: None
):
    earlier, guest = opens(Guest, running), opens(Guest, running)
    owner, approver = opens(Worker, running), opens(Worker, running)
    title = "Draft 1"
    before = running.rows(_NEWEST)[0].number
    earlier.is_in("grace.okafor@example.com")
    past = earlier.tell("AURORA-1040", {1: "missing_package"}, "Nothing is on the porch.")

    owner.come_in(POLICY_OWNER)
    start_draft(owner, title)
    tried, with_gap, mended = open_and_mend_a_gap(owner)
    open_rule(owner, "left_somewhere")
    owner.page.get_by_label("Let a person decide").check()
    owner.page.get_by_label("Why a person decides").select_option("high_value")
    owner.press("Save the rule")
    replayed = try_on_past_claims(owner, title)
    owner.page.get_by_label("What should they know?").fill("Parcels behind gates are looked at by somebody.")
    owner.press("Propose it")
    changes, published = review_and_publish(approver, title)
    guest.is_in("iara@example.com")
    ref = guest.tell("AURORA-1006", {1: "missing_package"}, "Nothing is behind the gate.")

    gap = "No rule covers this claim (It does not work · Delivered)"
    assert gap in tried
    assert gap in with_gap
    assert "Days since it came" in with_gap
    assert "Nothing new to worry about" in mended
    assert past in replayed
    assert "Offer remedies → A person decides" in replayed
    assert "A person decides" in changes
    assert "Published. Every new claim follows it" in published
    assert "answers you by" in guest.words
    assert decided(running, ref) == (before + 1, "left_somewhere")
    assert decided(running, past) == (before, "left_somewhere")
    assert_invariants_hold(running)


def order_of_rules(owner: Worker) -> list[str]:
    return owner.page.eval_on_selector_all("[data-rule]", "rows => rows.map((row) => row.dataset.rule)")


def focused(owner: Worker) -> str:
    return str(owner.page.evaluate("document.activeElement.getAttribute('aria-label')"))


def test_the_table_is_worked_by_keyboard_alone(running: Running, opens: Any):
    owner = opens(Worker, running)
    owner.come_in(POLICY_OWNER)
    start_draft(owner, "Draft 2")
    before = order_of_rules(owner)

    owner.page.get_by_role("link", name="Change rule 2", exact=True).focus()
    owner.page.keyboard.press("Alt+ArrowDown")
    owner.page.locator(f'[data-rule="{before[1]}"].is-moved').wait_for()
    by_arrow, at = order_of_rules(owner), focused(owner)
    owner.page.keyboard.press("Enter")
    owner.page.wait_for_function(
        "key => document.querySelectorAll('[data-rule]')[3].dataset.rule === key", arg=before[1]
    )
    by_enter, still_at = order_of_rules(owner), focused(owner)
    owner.page.keyboard.press("Tab")
    owner.page.keyboard.press("Enter")
    menu = owner.page.locator(f'[data-acts="{before[1]}"] .rules__menu')
    menu.wait_for()
    owner.page.keyboard.press("Tab")
    owner.page.keyboard.type("1")
    owner.page.keyboard.press("Enter")
    owner.page.wait_for_function(
        "key => document.querySelectorAll('[data-rule]')[0].dataset.rule === key", arg=before[1]
    )

    assert by_arrow[:3] == [before[0], before[2], before[1]]
    assert at == "Move rule 3 down"
    assert by_enter[3] == before[1]
    assert still_at == "Move rule 4 down"
    assert order_of_rules(owner) == [before[1], before[0], *before[2:]]
    owner.look()


def test_without_scripts_the_table_does_the_same(running: Running, opens: Any):
    owner = opens(Worker, running, java_script_enabled=False)
    owner.come_in(POLICY_OWNER)
    start_draft(owner, "Draft 3")
    before = order_of_rules_without_scripts(owner)

    owner.press("Move rule 2 up")
    moved = order_of_rules_without_scripts(owner)
    owner.page.get_by_label("More for rule 1", exact=True).click()
    owner.press("Copy rule 1")

    assert moved[:2] == [before[1], before[0]]
    assert "1 thing stops publishing" in owner.words
    assert order_of_rules_without_scripts(owner)[:2] == [before[1], f"{before[1]}_2"]


def order_of_rules_without_scripts(owner: Worker) -> list[str]:
    return [str(row.get_attribute("data-rule")) for row in owner.page.locator("[data-rule]").all()]
