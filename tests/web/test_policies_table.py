"""A draft as a table: its rules in words, moved, copied and removed, with the check and past claims beside them."""

import re
import tomllib

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.problems import Problem
from portal.services.publish_policy import publish_policy
from tests.support.builders import a_line
from tests.support.page import Visitor
from tests.support.policy_desk import Desk
from tests.support.queries import counted_queries
from tests.support.web import rows, sign_in_staff

MOST_QUERIES = 15


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk(app)


def test_a_draft_begins_as_a_copy_of_what_is_in_force_and_shows_every_rule_in_words(desk: Desk):
    page = desk.start("A longer time for damaged goods")

    assert page.heading == "A longer time for damaged goods"
    assert "Nothing changes for customers until it is published" in page.text
    assert "It came damaged, within 90 days: their word is enough." in page.text
    assert "Days since it came: 90 or less" in page.text
    assert "Money back: all of the goods and the shipping" in page.text
    assert "Nothing new to worry about" in page.text
    assert desk.source() == desk.published()


def test_a_draft_needs_a_title_and_a_market_that_there_is(desk: Desk):
    desk.shop.an_order()
    page = desk.owner.get("/staff/policies/")

    nameless = page.submit("Start the draft", status=422, title="   ")
    nowhere = [
        page.submit("Start the draft", status=422, title="Kept title", other_market=market)
        for market in ("ZZ", "XX<script>", "A" * 100, "*")
    ]

    assert "Please say in a few words what the draft is for" in nameless.text
    assert all("This was not saved." in one.text for one in nowhere)
    assert all('value="Kept title"' in one.answer.text for one in nowhere)
    assert rows(desk.app, "SELECT 1 FROM policy_drafts") == []


def test_a_rule_moves_up_and_down_and_to_a_place(desk: Desk):
    desk.start()
    third = desk.order()[2]

    desk.act("Move rule 3 up")
    up = desk.order()
    desk.act("Move rule 2 down")
    down = desk.order()
    page = desk.act("Move rule 3 to that place", to="1")

    assert up[1] == third
    assert down[2] == third
    assert desk.order()[0] == third
    assert "The rule has moved" in page.text
    assert re.findall(r'data-rule="([^"]+)"', page.answer.text) == desk.order()


def test_a_place_that_is_no_number_moves_nothing_and_is_said(desk: Desk):
    page = desk.start()

    for place in ("", "0", "-1", "1.5", "first", "٣", "9999999", "1 2"):
        refused = page.submit("Move rule 3 to that place", status=422, to=place)
        assert "Please give the place as a number" in refused.text

    assert desk.source() == desk.published()


def test_a_place_past_the_last_is_the_last(desk: Desk):
    desk.start()
    first = desk.order()[0]

    desk.act("Move rule 1 to that place", to="5000")

    assert desk.order()[-1] == first


def test_a_copy_stands_behind_its_rule_and_the_check_says_that_it_is_never_reached(desk: Desk):
    page = desk.start()

    page = page.submit("Copy rule 4")

    assert "1 thing stops publishing" in page.text
    assert "is never reached: earlier rules take every claim of it" in page.text
    assert "Copy of: " in page.text
    assert desk.order()[4] == f"{desk.order()[3]}_2"


def test_a_removed_rule_opens_a_gap_that_is_shown_as_a_claim(desk: Desk):
    page = desk.start()

    page = page.submit(f"Remove rule {desk.number_of('worn_out')}")

    assert "1 new thing needs a word" in page.text
    assert "No rule covers this claim (It does not work · Delivered), so that a person answers it." in page.text
    assert "Such a claim:" in page.text
    assert re.search(r"Days since it came\s*731", page.text)
    assert "worn_out" not in desk.order()


def test_all_else_in_the_text_stays_as_it_was_written(desk: Desk):
    desk.start()
    before = desk.source()

    desk.act("Move rule 3 up")
    desk.act("Move rule 2 down")
    desk.act("Copy rule 9")
    desk.act("Remove rule 10")

    assert desk.source() == before


def test_past_claims_are_counted_for_each_rule_and_what_moves_is_told(desk: Desk):
    order = desk.shop.an_order(lines=[a_line(price=9_000), a_line(title="Cup", price=9_000)])
    desk.shop.a_claim(order, Problem.DAMAGED)
    page = desk.start()
    number = desk.number_of("damaged")
    typed = {"c-days_since_delivered-mode": "between", "c-days_since_delivered-low": "90"}

    tried = desk.owner.get(f"{desk.path}/rules/damaged").submit("Try it without saving", typed)
    page = page.submit(f"Remove rule {number}")

    assert "past claims were held against this table" in page.text or "past claim was held" in page.text
    assert "would go to another rule than with the version it began from" in page.text
    assert "+" in page.text
    moved = r"this rule decided (\d+) with the version it began from, and decides 0 now\."
    assert re.findall(moved, tried.text) in (["1"], ["2"])
    assert re.search(r"It also fits claims of \d+ other rules?, and comes first\.", tried.text)
    assert re.search(r"\d+ rules that come first also fit claims of this one\. \d+\. ", tried.text)


def test_without_past_claims_the_page_says_so(desk: Desk):
    assert "Nobody reported a problem in these days." in desk.start().text


def test_the_last_rule_stays(desk: Desk):
    desk.start()
    only = tomllib.loads(desk.source())["rules"][0]["key"]
    start = desk.source().index("[[rules]]")
    end = desk.source().index("[[rules]]", start + 1)
    desk.save_text(desk.source()[:end])

    page = desk.page().submit("Remove rule 1", status=422)

    assert "needs at least one rule" in page.text
    assert desk.order() == [only]


@pytest.mark.proves("input 63")
def test_a_second_window_is_told_that_the_draft_has_changed_and_changes_nothing(desk: Desk):
    stale = desk.start()
    desk.act("Move rule 3 up")
    after = desk.source()

    for button in ("Move rule 5 up", "Copy rule 5", "Remove rule 5", "Give this draft up", "Propose it"):
        page = stale.submit(button, status=409)
        assert "this draft has changed since you opened the page" in page.text

    assert desk.source() == after


def test_a_form_that_does_not_say_what_it_answers_is_refused(desk: Desk):
    page = desk.start()

    for version in ("", "x", "-1", "1" * 30, "٣"):
        page.submit("Move rule 3 up", status=400, version=version)

    assert desk.source() == desk.published()


def test_a_rule_that_is_not_there_is_not_found(desk: Desk):
    desk.start()
    fields = {**desk.token(), "version": "1", "to": "1"}

    for act in ("move", "copy", "remove"):
        desk.owner.post(f"{desk.path}/rules/nobody/{act}", fields, status=404)
    desk.owner.get(f"{desk.path}/rules/nobody", status=404)
    desk.owner.get("/staff/policies/drafts/DRF-NOBODY", status=404)


def test_without_the_token_of_the_page_nothing_happens(desk: Desk):
    desk.start()

    answer = desk.owner.client.post(f"{desk.path}/rules/{desk.order()[3]}/remove", data={"version": "1"})

    assert answer.status_code == 400
    assert desk.source() == desk.published()


@pytest.mark.parametrize("role", [Role.AGENT, Role.FINANCE])
def test_who_has_nothing_to_do_with_policy_sees_none_of_it(desk: Desk, role: Role):
    desk.start()
    visitor = Visitor(desk.app)
    sign_in_staff(visitor.client, role)

    for path in ("/staff/policies/", desk.path, f"{desk.path}/text", f"{desk.path}/changes"):
        visitor.get(path, status=403)


@pytest.mark.parametrize("role", [Role.APPROVER, Role.ADMIN])
def test_who_only_looks_on_can_change_nothing(desk: Desk, role: Role):
    desk.start()
    visitor = Visitor(desk.app)
    sign_in_staff(visitor.client, role)

    page = visitor.get(desk.path)
    fields = {"csrf_token": page.filled(next(page.forms()))["csrf_token"], "version": "1", "to": "1"}

    assert "Move rule 3 up" not in page.answer.text
    for path in ("rules/damaged/move", "rules/damaged/remove", "rules/damaged", "rules", "text", "amounts", "propose"):
        visitor.post(f"{desk.path}/{path}", fields, status=403)
    assert desk.source() == desk.published()


def test_reloading_an_answer_leads_to_the_table(desk: Desk):
    desk.start()

    pages = [desk.owner.get(f"{desk.path}/{path}") for path in ("rules/damaged/move", "comments", "propose", "go-on")]

    assert {page.path for page in pages} == {desk.path}


PAGES = ("", "/changes", "/text", "/amounts", "/rules/damaged", "/rules?after=damaged")


def publish_again(desk: Desk, hours: int) -> None:
    changed = re.sub(r"answer_within_hours = \d+", f"answer_within_hours = {hours}", desk.published(), count=1)
    publish_policy(desk.shop.toolkit, source=changed, actor=desk.shop.actor)


def counted(desk: Desk, approver: Visitor) -> dict[str, int]:
    """Count what each page about policy asks the database."""
    counts = {}
    opened = [(desk.owner, f"{desk.path}{page}") for page in PAGES]
    opened += [(desk.owner, "/staff/policies/"), (desk.owner, "/staff/policies/versions/all/1")]
    opened += [(approver, desk.path), (approver, f"{desk.path}/publish")]
    for visitor, path in opened:
        with counted_queries(desk.app) as statements:
            visitor.get(path)
        counts[f"{path} {visitor is approver}"] = len(statements)
    return counts


def test_no_page_asks_the_database_often_or_more_for_more_rules_versions_comments_and_claims(desk: Desk):
    desk.start()
    approver = desk.somebody(Role.APPROVER)
    publish_again(desk, 8)
    before = counted(desk, approver)
    for number in range(3):
        desk.comment(f"Comment {number}", about="damaged", visitor=desk.somebody(Role.APPROVER))
        desk.act("Copy rule 4")
        desk.act("Remove rule 5")
    for hours in (9, 10, 11):
        publish_again(desk, hours)
    desk.save_text(desk.source() + "".join(_MORE.format(number=number) for number in range(20)))
    for _ in range(3):
        desk.shop.a_claim(desk.shop.an_order(), Problem.DAMAGED)

    after = counted(desk, approver)

    assert {path: count for path, count in after.items() if count > MOST_QUERIES} == {}
    assert {path: count for path, count in after.items() if count > before[path]} == {}


_MORE = """
[[rules]]
key = "more_{number}"
describe = "One of many."
when.days_since_ordered = {{ min = {number} }}
then.person = {{ reason = "high_value" }}
"""
