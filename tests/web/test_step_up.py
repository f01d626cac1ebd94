"""Before a decision the second factor was given a few minutes ago, or is asked for, with everything kept."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.problems import Problem
from portal.services.give_second_factor import MOST_WRONG
from portal.web.shared.step_up import acts_with_factor
from tests.support.builders import Shop, a_line
from tests.support.page import Page, Visitor
from tests.support.second_factor import code_by, enrolled, wrong_code_at
from tests.support.web import Clock, build_app, close_app, rows, sign_in_staff, toolkit_of

_LAST_HOUR = 23
# What neither moves money nor decides on it, each with why.
WITHOUT = {
    "staff.enter": "the door",
    "staff.give_factor": "gives the factor",
    "staff.enrol": "makes the factor",
    "staff.sign_out": "leaves",
    "staff.preview": "shows a mail, and does nothing",
    "staff.edit": "shows a form, and does nothing",
    "staff.note": "words for colleagues",
    "staff.assign": "who looks at it",
    "staff.send_report": "a claim, which is judged like any other",
    "staff.send_report_again": "a claim on a parcel sent again, which is judged like any other",
    "staff.close_trouble": "takes a line off the list, and changes nothing else",
    "staff.read_list": "reads at the provider",
    "finance.compare": "reads at the provider",
    "finance.record_recovery": "asks somebody else to book",
    "finance.doubt_recovery": "asks somebody else to take it back",
    "finance.drop_recovery": "takes that back, and books nothing",
    "staff.count_journey": "counts what happened, and changes nothing of it",
    "staff.record_precaution": "what a colleague did about a parcel, in words",
    "staff.draw_outreach": "an outreach that is counted, and tells nobody until it is started",
    "staff.start_draft": "a draft, which decides nothing until somebody else publishes it",
    "staff.move_rule": "a draft",
    "staff.copy_rule": "a draft",
    "staff.remove_rule": "a draft",
    "staff.save_rule": "a draft",
    "staff.save_new_rule": "a draft",
    "staff.save_text": "a draft",
    "staff.save_amounts": "a draft",
    "staff.save_row": "a draft",
    "staff.remove_row": "a draft",
    "staff.save_pack": "a draft",
    "staff.save_new_pack": "a draft",
    "staff.remove_pack": "a draft",
    "staff.save_defaults": "a draft",
    "staff.ask_market": "asks somebody else to decide",
    "staff.drop_market": "takes that back, or leaves a market as it is",
    "staff.rebase_draft": "a draft",
    "staff.abandon_draft": "a draft",
    "staff.go_back_draft": "a draft",
    "staff.draft_of_version": "a draft",
    "staff.comment_draft": "words for colleagues",
    "staff.propose_draft": "asks somebody else to decide",
    "staff.take_back_draft": "takes that back",
    "staff.ask_replay": "judges past claims again, and changes none",
    "staff.stop_replay": "stops that",
    "staff.decide_pattern": "says whether a pattern is real, and moves no money",
    "staff.act_incident": "says what is known and done of an incident, and moves no money",
    "staff.send_back_draft": "gives a draft back to its author, and nothing changes for customers",
}


@pytest.fixture(autouse=True)
def _within_a_day(clock: Clock) -> None:
    """Begin no test in the last hour of a day: a mail that is shown before midnight tells another date after it."""
    if datetime.now(UTC).hour == _LAST_HOUR:
        clock.pass_(hours=1)


@pytest.fixture
def ref(app: Flask) -> str:
    shop = Shop(toolkit_of(app))
    shop.default_policy()
    order = shop.an_order(lines=[a_line(title="Copper still", price=190_000, shipping=10_000)])
    return shop.a_claim(order, Problem.DAMAGED, words="It arrived in two pieces.")


@pytest.fixture
def agent(app: Flask) -> Visitor:
    visitor = Visitor(app)
    enrolled(toolkit_of(app), sign_in_staff(visitor.client, Role.AGENT, limits={"BRL": 500_000}))
    return visitor


def filled_in(agent: Visitor, ref: str, act: str = "approve", **typed: str) -> Page:
    """Fill in an act, and see its mail."""
    page = agent.get(f"/staff/claims/{ref}")
    form = next(form for form in page.forms() if page.filled(form).get("act") == act)
    return agent.post(f"/staff/claims/{ref}/preview", page.filled(form) | typed)


def decided(app: Flask) -> int:
    return len(rows(app, "SELECT 1 FROM decisions"))


@pytest.mark.proves("input 37", "P1")
def test_an_approval_long_after_the_code_asks_for_one_and_writes_nothing(
    app: Flask, agent: Visitor, ref: str, clock: Clock
):
    shown = filled_in(agent, ref, reason="The photo is clear.", words="I am sorry it broke.")
    before = rows(app, "SELECT (SELECT max(id) FROM claim_events), (SELECT count(*) FROM letters)")
    clock.pass_(minutes=11)

    page = shown.submit("Approve and send", status=401)

    assert page.heading == "Confirm that it is you"
    assert "The photo is clear." in page.text
    assert "I am sorry it broke." in page.text
    assert decided(app) == 0
    assert rows(app, "SELECT (SELECT max(id) FROM claim_events), (SELECT count(*) FROM letters)") == before


@pytest.mark.proves("input 37")
def test_with_the_code_everything_is_done_as_it_was_sent(app: Flask, agent: Visitor, ref: str, clock: Clock):
    shown = filled_in(agent, ref, reason="The photo is clear.", words="I am sorry it broke.")
    clock.pass_(minutes=11)
    asked = shown.submit("Approve and send", status=401)

    page = asked.submit("Confirm and go on", factor_code=code_by(clock))

    assert "Approved. The mail is on its way" in page.text
    decision = rows(app, "SELECT reason, words FROM decisions")[0]
    assert tuple(decision) == ("The photo is clear.", "I am sorry it broke.")


@pytest.mark.proves("input 37", "input 24")
def test_a_wrong_or_used_code_decides_nothing_and_keeps_what_was_typed(
    app: Flask, agent: Visitor, ref: str, clock: Clock
):
    shown = filled_in(agent, ref, reason="The photo is clear.")
    clock.pass_(minutes=11)
    page = shown.submit("Approve and send", status=401)
    for _ in range(MOST_WRONG):
        page = page.submit("Confirm and go on", status=422, factor_code=wrong_code_at(clock()))

    page = page.submit("Confirm and go on", status=429, factor_code=code_by(clock))

    assert "The photo is clear." in page.text
    assert decided(app) == 0
    clock.pass_(minutes=3)
    agent.get("/staff/")
    clock.pass_(minutes=13)
    assert "Approved." in page.submit("Confirm and go on", factor_code=code_by(clock)).text


@pytest.mark.proves("input 37")
def test_a_claim_that_moved_on_meanwhile_is_told_after_the_code(app: Flask, agent: Visitor, ref: str, clock: Clock):
    shown = filled_in(agent, ref, reason="Kept words.")
    colleague = Visitor(app)
    sign_in_staff(colleague.client, Role.APPROVER, limits={"BRL": 500_000})
    filled_in(colleague, ref, reason="I was quicker.").submit("Approve and send")
    clock.pass_(minutes=11)
    asked = shown.submit("Approve and send", status=401)

    page = asked.submit("Confirm and go on", status=409, factor_code=code_by(clock))

    assert page.heading == "This claim has moved on"
    assert "Kept words." in page.text
    assert "factor_code" not in page.answer.text
    assert decided(app) == 1


def test_an_answer_to_the_customer_asks_for_no_code(app: Flask, agent: Visitor, ref: str, clock: Clock):
    shown = filled_in(agent, ref, act="reply", words="We are looking at the photo.")
    clock.pass_(minutes=11)

    page = shown.submit("Send")

    assert page.path == f"/staff/claims/{ref}"


@pytest.mark.proves("input 35")
def test_the_act_that_is_asked_about_is_the_act_that_is_done(app: Flask, agent: Visitor, ref: str, clock: Clock):
    shown = filled_in(agent, ref, reason="The photo is clear.")
    form = next(form for form in shown.forms() if str(form.get("action")).endswith("/answer"))
    clock.pass_(minutes=11)

    answer = agent.client.post(f"/staff/claims/{ref}/answer", data=shown.filled(form) | {"act": "reply"})

    assert answer.status_code in {409, 422}
    assert decided(app) == 0


def test_the_code_gives_the_session_a_new_id_and_no_longer_life(app: Flask, agent: Visitor, ref: str, clock: Clock):
    shown = filled_in(agent, ref, reason="The photo is clear.")
    before = rows(app, "SELECT token_hash, created_at FROM web_sessions")[0]
    clock.pass_(minutes=11)

    shown.submit("Approve and send", status=401).submit("Confirm and go on", factor_code=code_by(clock))

    after = rows(app, "SELECT token_hash, created_at FROM web_sessions")
    assert len(after) == 1
    assert after[0].token_hash != before.token_hash
    assert after[0].created_at == before.created_at


@pytest.mark.proves("input 63")
def test_a_second_window_is_asked_to_send_once_more(app: Flask, agent: Visitor, ref: str, clock: Clock):
    shown = filled_in(agent, ref, reason="The photo is clear.")
    other = filled_in(agent, ref, act="decline", **_a_no(agent, ref))
    clock.pass_(minutes=11)
    shown.submit("Approve and send", status=401).submit("Confirm and go on", factor_code=code_by(clock))
    agent.headers = {"Sec-Fetch-Site": "same-origin"}

    page = other.submit("Say no and send", status=400)

    assert page.heading == "Please send it once more"
    assert page.submit("Send it", status=409).heading == "This claim has moved on"


def _a_no(agent: Visitor, ref: str) -> dict[str, str]:
    page = agent.get(f"/staff/claims/{ref}")
    selects = {one.get("name"): one for one in page.document.iter("select")}
    options = {name: [option.get("value", "") for option in selects[name].iter("option")] for name in selects}
    return {
        "decline_reason": options["decline_reason"][-1],
        "alternative": options["alternative"][-1],
        "words": "This one is beyond us.",
    }


def test_finance_gives_the_code_before_it_closes_a_month(app: Flask, clock: Clock):
    visitor = Visitor(app)
    enrolled(toolkit_of(app), sign_in_staff(visitor.client, Role.FINANCE))
    token = visitor.get("/finance/").filled(next(visitor.get("/finance/").forms()))["csrf_token"]
    clock.pass_(minutes=11)

    page = visitor.post("/finance/periods/2020-01", {"csrf_token": token, "seen": "0"}, status=401)

    assert page.heading == "Confirm that it is you"
    assert rows(app, "SELECT 1 FROM closed_batches") == []


def test_the_minutes_are_a_setting(database_url: str, clock: Clock):
    app = build_app(database_url, clock, PORTAL_STEP_UP_MINUTES="2")
    visitor = Visitor(app)
    sign_in_staff(visitor.client, Role.FINANCE)
    page = visitor.get("/finance/")
    clock.pass_(minutes=3)

    asked = visitor.post("/finance/periods/2020-01", page.filled(next(page.forms())), status=401)
    close_app(app)

    assert "more than 2 min ago" in asked.text


@pytest.mark.proves("input 37")
def test_every_form_of_staff_wants_the_factor_or_says_why_not(app: Flask):
    posts = {rule.endpoint for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())}
    of_staff = {name for name in posts if name.split(".")[0] in {"staff", "finance"}}

    unmarked = {name for name in of_staff if acts_with_factor(app.view_functions[name]) is None}

    assert unmarked == set(WITHOUT)
