"""A draft in review: comments, sent back, published by a second person with a word and a start, and what it changed."""

import re

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.services.publish_policy import publish_policy
from tests.support.page import Page, Visitor
from tests.support.policy_desk import Desk
from tests.support.second_factor import code_by, enrolled
from tests.support.web import Clock, let_in_staff, rows, toolkit_of


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = Desk(app)
    made.start()
    return made


def a_year_for_damage(desk: Desk) -> Page:
    form = desk.owner.get(f"{desk.path}/rules/damaged")
    return form.submit("Save the rule", {"c-days_since_delivered-high": "365"})


def in_review(desk: Desk) -> Visitor:
    """Propose a change that opens a gap as well, so that it needs a word, and let an approver in."""
    a_year_for_damage(desk)
    desk.act(f"Remove rule {desk.number_of('worn_out')}")
    desk.propose()
    return desk.somebody(Role.APPROVER)


def publish(desk: Desk, approver: Visitor, *, status: int = 200, **typed: object) -> Page:
    page = approver.get(f"{desk.path}/publish")
    return page.submit("Publish it", {"despite": "They are known.", **typed}, status=status)


def versions(desk: Desk) -> list[int]:
    return [row.number for row in rows(desk.app, "SELECT number FROM policy_versions ORDER BY number")]


def test_a_comment_stands_with_its_rule_and_in_the_history(desk: Desk):
    page = desk.comment("Why only ninety days?", about="damaged")
    other = desk.comment("I agree.", visitor=desk.somebody(Role.APPROVER))

    assert "1 comment" in page.text
    assert "Why only ninety days?" in other.text
    assert other.text.index("I agree.") < other.text.index("Why only ninety days?")


def test_a_comment_that_is_empty_too_long_or_about_nothing_is_refused(desk: Desk):
    empty = desk.page().submit("Comment", status=422, words="  ")
    long = desk.page().submit("Comment", status=422, words="w" * 4001)
    desk.page().submit("Comment", status=400, words="Hello", about="nobody")

    assert "Please write what you want to say." in empty.text
    assert "w" * 4001 in long.answer.text
    assert rows(desk.app, "SELECT 1 FROM policy_draft_events WHERE kind = 'comment'") == []


def test_a_proposed_draft_stands_still_and_can_be_taken_back(desk: Desk):
    page = desk.propose()
    fields = {**desk.token(), "version": "2", "to": "1"}

    refused = desk.owner.post(f"{desk.path}/rules/damaged/move", fields, status=409)
    back = desk.page().submit("Take it back")

    assert "In review" in page.text
    assert "Move rule 3 up" not in page.answer.text
    assert "Nothing was saved" in refused.text
    assert "Move rule 3 up" in back.answer.text


def test_what_stops_publishing_cannot_be_proposed(desk: Desk):
    desk.act("Copy rule 4")

    page = desk.act("Propose it", status=422, words="Please look.")

    assert "This was not saved." in page.text
    assert "Please look." in page.answer.text


def test_a_draft_is_sent_back_with_words_and_changed_again(desk: Desk):
    approver = in_review(desk)

    silent = desk.page(approver).submit("Send it back", status=422, words="")
    page = desk.page(approver).submit("Send it back", words="Half a year is enough.")
    mine = desk.page()

    assert "Please say what should be different" in silent.text
    assert "Sent back" in page.text
    assert "Half a year is enough." in mine.text
    assert "Move rule 3 up" in mine.answer.text


def test_a_second_person_publishes_with_a_word_and_the_version_says_it(desk: Desk):
    approver = in_review(desk)

    silent = publish(desk, approver, status=422, despite=" ")
    page = publish(desk, approver)

    assert "Please say why it is right to publish it with these warnings." in silent.text
    assert page.heading == "Version 2"
    assert "They are known." in page.text
    assert desk.published() == desk.source()
    assert versions(desk) == [1, 2]


def test_nobody_publishes_what_they_wrote_and_owners_do_not_publish(desk: Desk):
    in_review(desk)

    desk.owner.get(f"{desk.path}/publish", status=403)
    desk.owner.post(f"{desk.path}/publish", {**desk.token(), "version": "3"}, status=403)

    assert versions(desk) == [1]


def test_a_version_begins_at_the_moment_that_is_given(desk: Desk):
    approver = in_review(desk)

    page = publish(desk, approver, start="later", start_on="2027-01-31T09:30")
    listed = desk.owner.get("/staff/policies/")

    (row,) = rows(desk.app, "SELECT in_force_from FROM policy_versions WHERE number = 2")
    assert row.in_force_from.astimezone(toolkit_of(desk.app).zone).isoformat()[:16] == "2027-01-31T09:30"
    assert "31 January, 09:30" in page.text
    assert re.search(r"Version 2\s*Coming", listed.text)
    assert re.search(r"Version 1\s*In force", listed.text)


@pytest.mark.proves("input 77")
def test_a_start_that_cannot_be_is_said_and_publishes_nothing(desk: Desk):
    approver = in_review(desk)

    for start_on in ("", "tomorrow", "2026-02-31T00:00", "9999-12-31T23:59", "0001-01-01T00:00", "2020-01-01T00:00"):
        page = publish(desk, approver, status=422, start="later", start_on=start_on)
        assert "Please look at this once more" in page.text
        assert "They are known." in page.answer.text

    assert versions(desk) == [1]


def test_a_version_that_is_planned_is_overtaken_only_knowingly(desk: Desk):
    approver = in_review(desk)
    publish(desk, approver, start="later", start_on="2027-01-31T09:30")
    desk.start("And now this")
    approver = in_review_with(desk, "300")

    refused = publish(desk, approver, status=422)
    done = refused.submit("Publish it", overtakes="yes")

    assert "Version 2 is planned for later and would never begin" in refused.text
    assert done.heading == "Version 3"


def in_review_with(desk: Desk, days: str) -> Visitor:
    desk.owner.get(f"{desk.path}/rules/damaged").submit("Save the rule", {"c-days_since_delivered-high": days})
    desk.propose()
    return desk.somebody(Role.APPROVER)


def test_what_was_published_meanwhile_is_shown_before_the_draft_goes_on(desk: Desk):
    changed = desk.published().replace("answer_within_hours = 24", "answer_within_hours = 12", 1)
    publish_policy(toolkit_of(desk.app), source=changed, actor=desk.shop.actor, despite="Quicker.")

    table = desk.page()
    stopped = table.submit("Propose it", status=409)
    page = desk.owner.get(f"{desk.path}/changes")
    after = page.submit("I have seen it, go on from version 2")

    assert "Version 2 was published since this draft began." in table.text
    assert "Please look at what it changed first." in stopped.text
    assert "Hours until a person answers" in page.text
    assert "based on the newest version now" in after.text
    assert "was published since" not in desk.page().text


@pytest.mark.proves("input 63")
def test_a_page_of_the_reviewer_that_is_out_of_date_publishes_nothing(desk: Desk):
    approver = in_review(desk)
    stale = approver.get(f"{desk.path}/publish")
    desk.act("Take it back")
    desk.propose()

    page = stale.submit("Publish it", status=409, despite="They are known.")

    assert "Nothing was published" in page.text
    assert "They are known." in page.answer.text
    assert versions(desk) == [1]


@pytest.mark.proves("input 37")
def test_publishing_long_after_the_code_asks_for_one_and_then_publishes_as_it_was_sent(desk: Desk, clock: Clock):
    in_review(desk)
    approver = Visitor(desk.app)
    staff_id = rows(desk.app, "SELECT id FROM staff WHERE role = 'approver' ORDER BY id DESC LIMIT 1")[0].id
    let_in_staff(approver.client, staff_id)
    enrolled(toolkit_of(desk.app), staff_id)
    shown = approver.get(f"{desk.path}/publish")
    clock.pass_(minutes=11)

    asked = shown.submit("Publish it", status=401, despite="They are known.")
    before = versions(desk)
    page = asked.submit("Confirm and go on", factor_code=code_by(clock))

    assert before == [1]
    assert page.heading == "Version 2"
    assert "They are known." in page.text


def test_the_changes_of_a_draft_and_of_a_version_are_told_in_words(desk: Desk):
    approver = in_review(desk)
    of_draft = approver.get(f"{desk.path}/changes")
    publish(desk, approver)
    of_version = desk.owner.get("/staff/policies/versions/all/2/changes")

    for page in (of_draft, of_version):
        assert re.search(r"Days since it came\s*Before: 90 or less\s*After: 365 or less", page.text)
        assert "It came damaged, within 90 days: their word is enough." in page.text
    first = desk.owner.get("/staff/policies/versions/all/1/changes").text
    assert "was the first" in first
    assert "Both say the same" not in first


def test_rules_that_come_go_and_move_and_amounts_are_told_too(desk: Desk):
    desk.act("Move rule 9 to that place", to="2")
    desk.act(f"Remove rule {desk.order().index('worn_out') + 1}")
    desk.act(f"Copy rule {desk.order().index('faulty') + 1}")
    desk.owner.get(f"{desk.path}/amounts").submit("Save the amounts", {"amount-photo-BRL": "310,00"})

    page = desk.owner.get(f"{desk.path}/changes")

    assert "From place 9 to place 2" in page.text
    assert re.search(r"Gone\s*\d+\. It stopped working after two years", page.text)
    assert re.search(r"New\s*\d+\. Copy of: It does not work", page.text)
    assert re.search(r"The amount “photo” in BRL\s*Before: 300.00\s*After: 310.00", page.text)


def test_a_version_that_is_not_there_is_not_found(desk: Desk):
    for path in ("all/9", "all/0", "all/x", "ZZ/1", "all/" + "1" * 30, "all/9/changes"):
        desk.owner.get(f"/staff/policies/versions/{path}", status=404)


def test_a_draft_that_was_given_up_can_only_be_read(desk: Desk):
    page = desk.act("Give this draft up")

    assert "Given up" in page.text
    assert list(page.forms()) != []
    assert "Move rule 3 up" not in page.answer.text
    assert "Drafts that are over" in desk.owner.get("/staff/policies/").text
