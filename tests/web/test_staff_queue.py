"""The queue: only what needs a person, the earliest deadline first; found by name; closed to others."""

import pytest
from flask import Flask
from sqlalchemy import text

from portal.domain.authority import Role
from portal.domain.policy import default_policy
from portal.domain.problems import Problem
from tests.support.builders import LATE, Shop, a_line
from tests.support.page import Visitor
from tests.support.queries import counted_queries
from tests.support.web import Clock, rows, sign_in_staff, toolkit_of

GREAT = {"title": "Copper still", "price": 190_000, "shipping": 10_000}


@pytest.fixture
def shop(app: Flask) -> Shop:
    made = Shop(toolkit_of(app))
    made.default_policy()
    return made


def a_great_claim(shop: Shop, customer_id: int | None = None, number: str | None = None) -> str:
    return shop.a_claim(shop.an_order(customer_id, number=number, lines=[a_line(**GREAT)]), Problem.DAMAGED)


def visitor_of(app: Flask, role: Role = Role.AGENT) -> Visitor:
    visitor = Visitor(app)
    sign_in_staff(visitor.client, role, limits={"BRL": 500_000})
    return visitor


def test_an_empty_queue_says_that_nobody_waits(app: Flask, shop: Shop) -> None:
    page = visitor_of(app).get("/staff/")

    assert "Nobody waits for an answer." in page.text


def test_only_claims_that_need_a_person_are_in_the_queue(app: Flask, shop: Shop) -> None:
    waiting = a_great_claim(shop)
    settled_by_policy = shop.a_claim(shop.an_order(parcels={"1": LATE}), Problem.MISSING_PACKAGE)

    page = visitor_of(app).get("/staff/")

    assert waiting in page.text
    assert settled_by_policy not in page.text
    assert "Worth more than policy decides alone" in page.text


def test_a_mailbox_is_masked(app: Flask, shop: Shop) -> None:
    customer = shop.a_customer("ana.souza@example.org")
    ref = shop.a_claim(shop.an_order(customer, lines=[a_line(**GREAT)]), Problem.DAMAGED)
    visitor = visitor_of(app)

    pages = [visitor.get("/staff/"), visitor.get(f"/staff/claims/{ref}")]

    assert all("a…@example.org" in page.text and "ana.souza" not in page.answer.text for page in pages)


def test_the_deadline_that_is_over_is_marked_and_stands_first(app: Flask, shop: Shop, clock: Clock) -> None:
    early = a_great_claim(shop)
    clock.pass_(hours=30)
    late = a_great_claim(shop)

    page = visitor_of(app).get("/staff/")

    assert page.text.index(early) < page.text.index(late)
    assert page.text.count("Overdue") == 2  # The part of the queue, and the one row.
    assert late not in visitor_of(app).get("/staff/?part=overdue").text


def test_pages_of_the_queue_follow_each_other_without_a_gap(app: Flask, shop: Shop, monkeypatch) -> None:
    refs = {a_great_claim(shop) for _ in range(5)}
    monkeypatch.setattr("portal.web.staff.queue_views.ROWS", 2)
    visitor = visitor_of(app)

    page, seen = visitor.get("/staff/"), []
    while True:
        seen += [ref for ref in refs if ref in page.text]
        if "Later deadlines" not in page.links():
            break
        page = page.follow("Later deadlines")

    assert sorted(seen) == sorted(refs)


def test_queries_of_queue_and_claim_do_not_grow(app: Flask, shop: Shop) -> None:
    ref = a_great_claim(shop)
    visitor = visitor_of(app)
    counts = []
    for _ in range(2):
        for path in ("/staff/", f"/staff/claims/{ref}"):
            visitor.get(path)
            with counted_queries(app) as statements:
                visitor.get(path)
            counts.append(len(statements))
        for _more in range(3):
            a_great_claim(shop)

    assert counts[:2] == counts[2:]
    assert max(counts) <= 15


@pytest.mark.parametrize("cursor", ["x", "~", "2026-01-01~", "2026-01-01T00:00:00~CLM-1", "9999-99-99~CLM-1"])
def test_a_cursor_that_is_none_begins_at_the_top(app: Flask, shop: Shop, cursor: str) -> None:
    ref = a_great_claim(shop)

    page = visitor_of(app).get(f"/staff/?after={cursor}")

    assert ref in page.text


def test_a_claim_is_found_by_its_ref_and_by_its_order(app: Flask, shop: Shop) -> None:
    order = shop.an_order(number="A-77", lines=[a_line(**GREAT)])
    ref = shop.a_claim(order, Problem.DAMAGED)
    visitor = visitor_of(app)

    by_ref, by_order = visitor.get(f"/staff/find?q={ref.lower()}"), visitor.get("/staff/find?q=A-77")

    assert by_ref.heading == by_order.heading == f"Claim {ref}"


@pytest.mark.proves("input 23")
@pytest.mark.parametrize("sought", ["%25", "_", "' OR 1=1 --", "A-7_", "<script>alert(1)</script>", "x" * 64])
def test_what_is_not_found_is_said_letter_by_letter(app: Flask, shop: Shop, sought: str) -> None:
    shop.an_order(number="A-77", lines=[a_line(**GREAT)])

    page = visitor_of(app).get(f"/staff/find?q={sought}")

    assert "There is no claim or order" in page.text


def test_a_claim_is_taken_and_given_to_a_colleague(app: Flask, shop: Shop) -> None:
    ref = a_great_claim(shop)
    visitor = visitor_of(app)

    page = visitor.get(f"/staff/claims/{ref}").submit("Take it")

    assert "Assigned to you" in page.text
    assert ref in visitor.get("/staff/?part=mine").text
    assert ref not in visitor.get("/staff/?part=unassigned").text
    assert rows(app, "SELECT action FROM claim_events ORDER BY id DESC LIMIT 1")[0][0] == "assigned"


def test_an_administrator_reads_and_does_nothing(app: Flask, shop: Shop) -> None:
    ref = a_great_claim(shop)
    visitor = visitor_of(app, Role.ADMIN)

    page = visitor.get(f"/staff/claims/{ref}")

    assert "agents and approvers decide it" in page.text
    assert [form.get("action") for form in page.forms()] == ["/staff/sign-out"]


@pytest.mark.proves("P5")
def test_finance_sees_no_claim(app: Flask, shop: Shop) -> None:
    ref = a_great_claim(shop)
    visitor = visitor_of(app, Role.FINANCE)

    visitor.get("/staff/", status=403)
    visitor.get(f"/staff/claims/{ref}", status=403)


@pytest.mark.parametrize(
    "path", ["/staff/", "/staff/find?q=x", "/staff/claims/CLM-1", "/staff/claims/CLM-1/photos/PHO-1"]
)
def test_a_stranger_is_led_to_the_door(app: Flask, path: str) -> None:
    page = Visitor(app).get(path, status=401)

    assert page.heading == "Sign in"


def test_a_claim_or_photo_that_is_not_there_is_not_found(app: Flask, shop: Shop) -> None:
    ref = a_great_claim(shop)
    visitor = visitor_of(app)

    visitor.get("/staff/claims/CLM-NOTHERE", status=404)
    visitor.get(f"/staff/claims/{ref}/photos/PHO-NOTHERE", status=404)


def test_an_error_page_of_the_workbench_speaks_to_staff(app: Flask, shop: Shop) -> None:
    page = visitor_of(app).get("/staff/claims/CLM-NOTHERE", status=404)

    assert page.heading == "There is nothing here"
    assert "To the queue" in page.links()


def test_the_timeline_says_in_words_which_rule_decided(app: Flask, shop: Shop) -> None:
    ref = a_great_claim(shop)

    page = visitor_of(app).get(f"/staff/claims/{ref}")

    key, describe = policy_words(app, ref)
    told = page.text.split("Timeline")[1]
    assert describe in told
    assert key not in page.text


def policy_words(app: Flask, ref: str) -> tuple[str, str]:
    """Give the key and the description of the rule that decided a claim's line."""
    asked = "SELECT l.verdict FROM claim_lines l JOIN claims c ON c.id = l.claim_id WHERE c.ref = :ref"
    key = rows(app, asked, ref=ref)[0][0]["rule_key"]
    return key, next(rule.describe for rule in default_policy().rules if rule.key == key)


def test_the_claim_page_says_the_version_the_facts_and_that_it_is_decided_the_same(app: Flask, shop: Shop) -> None:
    page = visitor_of(app).get(f"/staff/claims/{a_great_claim(shop)}")

    assert "Version 1 (all markets)" in page.text
    assert "The facts as they were" in page.text
    assert "Decided again just now: the same." in page.text


def test_what_was_not_right_goes_first_on_every_page_and_its_chain_stands_on_the_customers_claims(
    app: Flask, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.web.staff.queue_views.ROWS", 1)
    ana = shop.a_customer()
    first, second, third = a_great_claim(shop, ana), a_great_claim(shop, ana, "SECOND"), a_great_claim(shop)
    with shop.toolkit.transaction() as session:
        for ref in (second, third):
            session.execute(
                text(
                    "INSERT INTO claim_events (claim_id, action, actor, happened_at)"
                    " SELECT id, 'not_restored', 'guest:mail_link', now() FROM claims WHERE ref = :ref"
                ),
                {"ref": ref},
            )
            session.execute(text("UPDATE claims SET reopened_at = now() WHERE ref = :ref"), {"ref": ref})
    visitor = visitor_of(app)

    pages = [visitor.get("/staff/")]
    for _ in range(2):
        pages.append(pages[-1].follow("Later deadlines"))
    case, other = (visitor.get(f"/staff/claims/{ref}") for ref in (second, first))
    heading = "<h3>Order SECOND</h3>"

    assert [[ref for ref in (first, second, third) if ref in page.text] for page in pages] == [
        [second],
        [third],
        [first],
    ]
    assert "What followed what" in case.text
    assert "1 second failure for this customer." in case.text
    assert [page.answer.text.count(heading) for page in (case, other)] == [0, 1]
    assert second in other.links()
