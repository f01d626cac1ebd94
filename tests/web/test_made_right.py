"""Did we make it right? By the link of our mail nobody signs in, opening it does nothing, and a button records."""

import pytest
from flask import Flask
from sqlalchemy import delete

from portal.domain.authority import Role
from portal.domain.offers import RemedyKind
from portal.records.tables.journey import JourneyAnswer
from portal.services.ask_if_right import ask_customer_if_right, customers_to_ask
from portal.services.count_journey import count_journey
from portal.services.follow_up_token import token_for
from tests.support.customer_front import Front, reported
from tests.support.page import Visitor
from tests.support.web import Clock, rows, sign_in_staff


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def ask(front: Front) -> None:
    """Ask whoever is to be asked now."""
    for customer_id in customers_to_ask(front.toolkit):
        ask_customer_if_right(front.toolkit, customer_id=customer_id)


def asked(front: Front, clock: Clock) -> str:
    """Make a claim whose store credit has been there for a week, and whose customer was asked just now."""
    ref, _ = reported(front)
    front.take(ref, RemedyKind.STORE_CREDIT)
    front.issue_credit()
    clock.pass_(days=7)
    ask(front)
    return ref


def link(front: Front, ref: str) -> str:
    return f"/made-right/{ref}/{token_for(front.toolkit.secret_key, ref)}"


def state(front: Front, ref: str) -> str:
    return front.claim(ref).state


@pytest.mark.proves("input 25")
def test_whoever_opens_the_link_changes_nothing_and_a_button_records_without_a_code(front: Front, clock: Clock) -> None:
    ref = asked(front, clock)
    scanner, customer = Visitor(front.app), Visitor(front.app)

    for _ in range(3):
        scanner.get(link(front, ref))
        scanner.client.head(link(front, ref))
    opened = customer.get(link(front, ref))
    before = state(front, ref)
    done = opened.submit("Yes, it is right")

    assert (before, state(front, ref)) == ("made_whole", "restored")
    assert "Did we make it right?" in opened.text
    assert "You told us that we made it right." in done.text
    assert "customer" not in rows(front.app, "SELECT actor FROM claim_events WHERE action = 'restored'")[0].actor


def test_a_no_says_by_when_a_person_answers_and_may_still_become_a_yes(front: Front, clock: Clock) -> None:
    ref = asked(front, clock)

    told = Visitor(front.app).get(link(front, ref)).submit("No, not yet", words="It works nowhere.")
    mended = told.submit("It is right by now")

    assert told.heading == "We are sorry that it is not right yet"
    assert "You have an answer by " in told.text
    assert (state(front, ref), mended.heading) == ("restored", "Thank you for telling us")
    kept = rows(front.app, "SELECT action FROM claim_events WHERE action IN ('restored', 'not_restored') ORDER BY id")
    assert [row.action for row in kept] == ["not_restored", "restored"]


def test_the_claim_page_asks_too_and_keeps_what_was_typed(front: Front, clock: Clock) -> None:
    ref = asked(front, clock)
    page = front.visitor(front.claim(ref).customer_id).get(f"/claims/{ref}")

    refused = page.submit("No, not yet", words="x" * 5_001, status=422)
    told = refused.submit("No, not yet", words="It works nowhere.")

    assert "x" * 5_001 in refused.text
    assert "It works nowhere." in told.text
    assert (state(front, ref), "A person answers you by " in told.text) == ("escalated", True)
    again = page.submit("Yes, it is right")
    assert (state(front, ref), again.heading) == ("restored", "It is put right")


def test_a_link_of_another_claim_or_none_is_a_page_that_is_not_there(front: Front, clock: Clock) -> None:
    ref = asked(front, clock)
    token = token_for(front.toolkit.secret_key, ref)
    visitor = Visitor(front.app)

    paths = [f"/made-right/{claim}" for claim in (f"CLM-AAAAAAA/{token}", f"{ref}/{token[:-1]}", f"{ref}/é")]
    said = {visitor.get(path, status=404).text for path in paths}

    assert len(said) == 1


def test_an_answer_that_is_no_button_of_ours_is_refused_and_one_of_years_later_too(front: Front, clock: Clock) -> None:
    ref = asked(front, clock)
    visitor = Visitor(front.app)
    page = visitor.get(link(front, ref))
    form = page.filled(next(page.forms()))

    refused = visitor.post(link(front, ref), {**form, "answer": "maybe", "words": "Well"}, status=422)
    clock.pass_(days=800)
    late = visitor.get(link(front, ref))
    visitor.client.post(link(front, ref), data={**form, "answer": "yes"})

    assert "Well" in refused.text
    assert (late.heading, state(front, ref)) == ("This link has served its time", "made_whole")
    assert "Yes, it is right" not in late.text


def test_an_answer_that_can_move_nothing_any_more_says_so_and_shows_what_was_typed(front: Front, clock: Clock) -> None:
    visitor = Visitor(front.app)
    page = visitor.get(link(front, asked(front, clock))).submit("Yes, it is right")
    clock.pass_(days=31)

    late = page.submit("It is not right after all", words="It broke again.", status=409)

    assert "This has moved on since you opened it." in late.text
    assert "It broke again." in late.text


def test_staff_see_what_was_said_by_month_and_a_second_failure_counts_twice_more(front: Front, clock: Clock) -> None:
    visitor, later = Visitor(front.app), Visitor(front.app)
    sign_in_staff(visitor.client, Role.AGENT)
    count_journey(front.toolkit)
    nobody = visitor.get("/staff/follow-ups")
    with front.toolkit.transaction() as session:
        # So it is where the journey was counted before answers were.
        session.execute(delete(JourneyAnswer))
    before = visitor.get("/staff/follow-ups")
    first, second = asked(front, clock), asked(front, clock)
    for ref, button in ((first, "Yes, it is right"), (second, "No, not yet")):
        Visitor(front.app).get(link(front, ref)).submit(button)
    sign_in_staff(later.client, Role.AGENT)

    count_journey(front.toolkit)
    page = later.get("/staff/follow-ups")

    assert "Nobody was asked yet" in nobody.text
    assert "Nothing is counted yet" in before.text
    assert "On the way21 (50%)14" in page.text


def test_whoever_has_a_link_cannot_write_without_end(front: Front, clock: Clock) -> None:
    ref = asked(front, clock)
    page = Visitor(front.app).get(link(front, ref))

    for number in range(20):
        page.submit("Yes, it is right", words=f"Word {number}")
    page.submit("Yes, it is right", words="One more", status=429)

    assert rows(front.app, "SELECT count(*) FROM claim_messages")[0][0] == 20
