"""Staff try a draft on past claims in the browser: they ask, see how far it is, read what came of it."""

from datetime import timedelta
from importlib.resources import files
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from sqlalchemy import text

from portal.domain.authority import Role
from portal.domain.problems import Problem
from portal.records import policy_replays
from portal.services.draft_policy import DraftPage, save_draft, start_draft
from portal.services.run_replay import run_replay
from tests.support.builders import Shop
from tests.support.page import Page, Visitor
from tests.support.queries import counted_queries
from tests.support.staff_made import a_staff_member
from tests.support.web import rows, sign_in_staff, toolkit_of

_SOURCE = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")
_WHOLE = "refund = { goods = 100, shipping = 100, arrives_in_days = 14 }"
HALF = _SOURCE.replace(_WHOLE, _WHOLE.replace("100", "50")).replace("then.keep = true\n", "")
LIMITED = f'{HALF}\n[[limits]]\nsubject = "card"\nwithin_days = 30\nremedies = 9\n'
_OTHER_LIMITS = "This text has other limits or budgets than the published one."
LIST = "/staff/policies/replay"
MOST_QUERIES = 15


@pytest.fixture
def shop(app: Flask) -> Shop:
    made = Shop(toolkit_of(app))
    made.default_policy()
    return made


@pytest.fixture
def visitor(app: Flask) -> Visitor:
    return visitor_of(app, Role.POLICY_OWNER)


@pytest.fixture
def owner(app: Flask) -> int:
    return a_staff_member(toolkit_of(app), role=Role.POLICY_OWNER)


@pytest.fixture
def draft(app: Flask, shop: Shop, owner: int) -> str:
    return start_draft(toolkit_of(app), staff_id=owner, market="*", title="Half of it", source=HALF)


def visitor_of(app: Flask, role: Role) -> Visitor:
    made = Visitor(app)
    sign_in_staff(made.client, role)
    return made


def a_claim(app: Flask, shop: Shop) -> str:
    return shop.a_claim(shop.an_order(), Problem.DAMAGED)


def asked(visitor: Visitor, draft: str, **typed: object) -> Page:
    form = visitor.get(f"{LIST}?policy={draft}")
    return visitor.post(LIST, form.filled(form_of(form)) | typed)


def form_of(page: Page) -> Element:
    return next(form for form in page.forms() if form.get("action") == LIST)


def ref_of(app: Flask) -> str:
    return str(rows(app, "SELECT ref FROM policy_replays ORDER BY id DESC LIMIT 1")[0][0])


def test_a_draft_is_tried_and_read(app: Flask, shop: Shop, visitor: Visitor, draft: str):
    claim = a_claim(app, shop)

    waiting = asked(visitor, draft)
    run_replay(toolkit_of(app), ref_of(app))
    done = visitor.get(waiting.path)

    assert "The worker begins as soon as it is free." in waiting.text
    assert "Half of it on past claims" in done.text
    assert "Decided in another way" in done.text
    assert claim in done.text
    assert done.links()[claim] == f"/staff/claims/{claim}"
    assert "Mostly because of" in done.text
    assert "Now other: Keeping what came" in done.text
    assert "Limits, budgets and lists are left out on both sides" in done.text
    assert _OTHER_LIMITS not in done.text


def test_the_draft_is_chosen_and_the_last_quarter_filled_in(app: Flask, visitor: Visitor, draft: str):
    page = visitor.get(f"{LIST}?policy={draft}")

    filled = page.filled(form_of(page))
    assert filled["policy"] == draft
    assert (filled["every"], filled["minutes"], filled["market"]) == ("1", "6", "")


def test_how_far_it_is_is_told_to_the_page_that_asks(app: Flask, shop: Shop, visitor: Visitor, draft: str):
    a_claim(app, shop)
    asked(visitor, draft)
    ref = ref_of(app)

    def news() -> dict[str, object]:
        told: dict[str, object] = visitor.client.get(f"{LIST}/{ref}/news").get_json()
        return told

    waiting = news()
    with toolkit_of(app).transaction() as session:
        policy_replays.tell(session, ref, done=1, whole=4)
    running, page = news(), visitor.get(f"{LIST}/{ref}")
    run_replay(toolkit_of(app), ref)

    assert waiting == {"version": "waiting-None", "moving": True}
    assert running == {"version": "running-25", "moving": True}
    assert "25 % of the claims are judged" in page.text
    assert "1 of 4 claim lines" in page.text
    assert news() == {"version": "done-100", "moving": False}


def test_a_replay_of_an_earlier_text_says_so(app: Flask, shop: Shop, visitor: Visitor, owner: int, draft: str):
    a_claim(app, shop)
    asked(visitor, draft)
    run_replay(toolkit_of(app), ref_of(app))
    before = visitor.get(f"{LIST}/{ref_of(app)}")

    save_draft(toolkit_of(app), staff_id=owner, page=DraftPage(draft, 1), source=LIMITED)

    after = visitor.get(f"{LIST}/{ref_of(app)}")
    asked(visitor, draft)
    run_replay(toolkit_of(app), ref_of(app))
    assert _OTHER_LIMITS in visitor.get(f"{LIST}/{ref_of(app)}").text
    assert "This was of an earlier text" not in before.text
    assert "This was of an earlier text" in after.text


def test_it_is_stopped_by_a_button(app: Flask, visitor: Visitor, draft: str):
    page = asked(visitor, draft)

    stopped = page.submit("Stop")

    assert "Stopped before its end" in stopped.text
    assert rows(app, "SELECT state FROM policy_replays") == [("stopped",)]


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("since", "yesterday", "Please type a day such as 2026-01-31."),
        ("since", "", "Please type a day such as 2026-01-31."),
        ("since", "2999-01-01", "The last day comes before the first."),
        ("since", "1999-01-01", "Please choose at most 1098 days."),
        ("until", "0000-00-00", "Please type a day such as 2026-01-31."),
        ("every", "0", "Please type a whole number from 1 to 10000."),
        ("every", "10001", "Please type a whole number from 1 to 10000."),
        ("every", "٣", "Please type a whole number from 1 to 10000."),
        ("every", "9" * 500, "Please type a whole number from 1 to 10000."),
        ("minutes", "-6", "Please type a whole number from 1 to 600."),
        ("minutes", "601", "Please type a whole number from 1 to 600."),
        ("market", "NOWHERE", "No order is of this market."),
        ("market", "x" * 300, "No order is of this market."),
    ],
)
def test_what_cannot_be_read_is_said_and_writes_nothing(
    app: Flask, shop: Shop, visitor: Visitor, draft: str, field: str, typed: str, said: str
):
    a_claim(app, shop)
    answer = visitor.get(f"{LIST}?policy={draft}").submit("Start", status=422, **{field: typed})

    assert said in answer.text
    assert answer.filled(form_of(answer))["policy"] == draft
    assert rows(app, "SELECT count(*) FROM policy_replays") == [(0,)]


@pytest.mark.parametrize("choice", ["", "DRF-NOWHERE", "*/99", "*/x", "/3", "*/", "'; DROP TABLE claims; --/1"])
def test_a_text_that_is_not_there_is_asked_for_again(app: Flask, visitor: Visitor, draft: str, choice: str):
    answer = visitor.get(LIST).submit("Start", status=422, policy=choice)

    assert "Please choose a draft or a version." in answer.text


def test_a_period_without_claims_says_so(app: Flask, visitor: Visitor, draft: str):
    asked(visitor, draft)
    run_replay(toolkit_of(app), ref_of(app))

    assert "No claim to judge" in visitor.get(f"{LIST}/{ref_of(app)}").text


def test_lines_without_facts_are_told_apart(app: Flask, shop: Shop, visitor: Visitor, draft: str):
    for _ in range(2):
        a_claim(app, shop)
    with toolkit_of(app).transaction() as session:
        session.execute(text("UPDATE claim_lines SET facts = '{}' WHERE id = (SELECT min(id) FROM claim_lines)"))
    asked(visitor, draft)
    run_replay(toolkit_of(app), ref_of(app))

    page = visitor.get(f"{LIST}/{ref_of(app)}")

    assert "The facts of 1 claim line were not recorded. It is set apart and not judged." in page.text


@pytest.mark.parametrize("role", [Role.AGENT, Role.FINANCE])
def test_others_do_not_come_in(app: Flask, draft: str, visitor: Visitor, role: Role):
    asked(visitor, draft)
    ref, other = ref_of(app), visitor_of(app, role)

    assert {other.client.get(path).status_code for path in (LIST, f"{LIST}/{ref}", f"{LIST}/{ref}/news")} == {403}


def test_one_that_is_not_there_is_not_found(visitor: Visitor, draft: str):
    assert [visitor.client.get(f"{LIST}/RPY-NONE{more}").status_code for more in ("", "/news")] == [404, 404]


def test_queries_do_not_grow_with_what_is_listed(app: Flask, shop: Shop, visitor: Visitor, owner: int, draft: str):
    def ask_more(count: int) -> None:
        today = toolkit_of(app).now().date()
        for number in range(count):
            asked(visitor, draft, since=(today - timedelta(days=number + 1)).isoformat())

    a_claim(app, shop)
    ask_more(1)
    run_replay(toolkit_of(app), ref_of(app))
    with counted_queries(app) as few:
        visitor.get(LIST)
    with counted_queries(app) as one:
        visitor.get(f"{LIST}/{ref_of(app)}")
    ask_more(8)
    with counted_queries(app) as many:
        visitor.get(LIST)

    assert len(few) == len(many) <= MOST_QUERIES
    assert len(one) <= MOST_QUERIES
