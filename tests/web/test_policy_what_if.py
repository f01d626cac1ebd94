"""What if: facts are typed or taken from a claim, and a text says what it would do with them, and why."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from importlib.resources import files
from xml.etree.ElementTree import Element

import pytest
from flask import Flask
from hypothesis import given, settings
from sqlalchemy import text

from portal.domain.authority import Role
from portal.domain.facts import Facts
from portal.domain.money import zero
from portal.domain.problems import Problem
from portal.services.draft_policy import start_draft
from portal.web.staff.policies.what_if_reading import attribute_of, read_facts, typed_facts, written
from tests.support.any_facts import facts, kept_earlier
from tests.support.builders import Shop
from tests.support.page import Page, Visitor
from tests.support.queries import counted_queries
from tests.support.staff_made import a_staff_member
from tests.support.web import sign_in_staff, toolkit_of

_SOURCE = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")
PATH = "/staff/policies/what-if"
MOST_QUERIES = 15


@pytest.fixture
def shop(app: Flask) -> Shop:
    made = Shop(toolkit_of(app))
    made.default_policy()
    return made


@pytest.fixture
def visitor(app: Flask, shop: Shop) -> Visitor:
    made = Visitor(app)
    sign_in_staff(made.client, Role.POLICY_OWNER)
    return made


def tried(page: Page, *, status: int = 200, **typed: object) -> Page:
    """Type something else and press the button; a form that is sent by GET has its fields in the address."""
    form = next(form for form in page.forms() if _has(form, "try"))
    values = page.filled(form) | typed
    answer = page.visitor.client.get(PATH, query_string=values)
    assert answer.status_code == status, answer.text[:2000]
    return Page(page.visitor, answer, PATH).audit()


def _has(form: Element, name: str) -> bool:
    return any(field.get("name") == name for field in form.iter("input"))


def test_every_fact_can_be_typed():
    typed = {attribute_of(fact) for fact in typed_facts()}

    left = {field.name for field in fields(Facts)} - typed
    assert left == {"line_value", "shipping_given_back", "now", "unrecorded"}


@settings(max_examples=30, deadline=None)
@given(one=facts() | kept_earlier())
def test_facts_that_are_written_and_read_again_are_the_same(one: Facts):
    read = read_facts(written(one))

    noon = datetime.combine(one.now.astimezone(UTC).date(), datetime.min.time(), UTC).replace(hour=12)
    expected = replace(one, now=noon, shipping_given_back=zero(one.line_value.currency))
    assert read.refused == frozenset()
    assert read.facts == expected


def test_it_begins_with_something_that_came_damaged_and_says_what_happens(visitor: Visitor):
    page = visitor.get(PATH)

    assert "Offer remedies" in page.text
    assert "It came damaged, within 90 days: their word is enough." in page.text
    assert "Money back" in page.text


def test_another_fact_gives_another_verdict_with_its_reason(visitor: Visitor):
    page = tried(visitor.get(PATH), goods_value="9000.00")

    assert "A person decides" in page.text
    assert "Because: Worth more than policy decides alone" in page.text


def test_rules_that_nearly_decided_say_what_was_missing(visitor: Visitor):
    page = tried(visitor.get(PATH), days_since_delivered="91")

    assert "It would have decided but for this:" in page.text
    assert "Days since it came: 91. The rule asks for: 90 or less." in page.text


def test_the_facts_of_a_claim_are_taken(visitor: Visitor, shop: Shop):
    claim = shop.a_claim(shop.an_order(), Problem.MISSING_LINE)

    page = visitor.get(f"{PATH}?claim={claim}&line=1")

    problem = next(field for field in page.document.iter("select") if field.get("id") == "problem")
    chosen = [option.get("value") for option in problem.iter("option") if option.get("selected") is not None]
    assert chosen == ["missing_line"]
    assert tried(page).text.count("Offer remedies") == 1


def test_facts_that_a_claim_did_not_keep_stay_not_recorded(app: Flask, visitor: Visitor, shop: Shop):
    claim = shop.a_claim(shop.an_order(), Problem.DAMAGED)
    with toolkit_of(app).transaction() as session:
        session.execute(text("UPDATE claim_lines SET facts = facts - 'service' - 'asked_by'"))

    page = visitor.get(f"{PATH}?claim={claim}&line=1")
    again = tried(page)

    for one in (page, again):
        assert "Not recorded with this claim: " in one.text
        assert "Who told of it" in one.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("claim=CLM-NOWHERE", "There is no claim with this name, or no such line in it."),
        ("claim=%27%3B--&line=1", "There is no claim with this name, or no such line in it."),
        ("claim={ref}&line=0", "There is no claim with this name, or no such line in it."),
        ("claim={ref}&line=2", "There is no claim with this name, or no such line in it."),
        ("claim={ref}&line=-1", "There is no claim with this name, or no such line in it."),
        ("claim={ref}&line=%D9%A1", "There is no claim with this name, or no such line in it."),
    ],
)
def test_a_claim_that_is_not_there_says_so(visitor: Visitor, shop: Shop, asked: str, said: str):
    claim = shop.a_claim(shop.an_order(), Problem.DAMAGED)

    page = visitor.get(f"{PATH}?{asked.format(ref=claim)}", status=422)

    assert said in page.text


def test_lines_whose_facts_were_not_recorded_cannot_be_taken(app: Flask, visitor: Visitor, shop: Shop):
    claim = shop.a_claim(shop.an_order(), Problem.DAMAGED)
    with toolkit_of(app).transaction() as session:
        session.execute(text("UPDATE claim_lines SET facts = '{}'"))

    assert "The facts of this line were not recorded." in visitor.get(f"{PATH}?claim={claim}", status=422).text


def test_a_draft_is_tried(app: Flask, visitor: Visitor):
    owner = a_staff_member(toolkit_of(app), role=Role.POLICY_OWNER)
    longer = _SOURCE.replace('key = "damaged"', 'key = "damaged_longer"')
    draft = start_draft(toolkit_of(app), staff_id=owner, market="*", title="Longer", source=longer)

    page = visitor.get(f"{PATH}?policy={draft}")

    assert tried(page).answer.text.count(f'value="{draft}" selected') == 1


@pytest.mark.parametrize(
    ("name", "typed", "said"),
    [
        ("problem", "dragons", "Please choose one of the list."),
        ("problem", "", "Please choose one of the list."),
        ("signed_by", "perhaps", "Please choose one of the list."),
        ("days_since_delivered", "soon", "Please type a whole number."),
        ("days_since_delivered", "1e9", "Please type a whole number."),
        ("days_since_delivered", "٣", "Please type a whole number."),
        ("sent_again", "-1", "Please type a whole number."),
        ("sent_again", "", "Please type a whole number."),
        ("goods_value", "-1", "Please type an amount such as 39.90."),
        ("goods_value", "1,50", "Please type an amount such as 39.90."),
        ("goods_value", "NaN", "Please type an amount such as 39.90."),
        ("goods_value", "9" * 400, "Please type an amount such as 39.90."),
        ("currency", "BITCOIN", "Please type an amount such as 39.90."),
        ("earlier_claims_days", "3, four", "Days ago, such as: 3, 40, 100"),
        ("earlier_claims_days", ", ".join(["1"] * 101), "Days ago, such as: 3, 40, 100"),
        ("earlier_remedies", "30", "Each as days ago, worth and goodwill"),
        ("earlier_remedies", "30 1 1 1", "Each as days ago, worth and goodwill"),
        ("market", "", "Please type a word."),
        ("today", "2026-02-30", "Please type a day such as 2026-01-31."),
    ],
)
def test_what_cannot_be_read_is_said_beside_it_and_what_was_typed_stays(
    visitor: Visitor, name: str, typed: str, said: str
):
    page = tried(visitor.get(PATH), status=422, **{name: typed})

    assert said in page.text
    assert "Why" not in page.text
    assert typed[:400] in page.answer.text or name in {"problem", "signed_by", "currency"}


def test_a_text_that_is_not_there_is_not_found(visitor: Visitor):
    assert [visitor.client.get(f"{PATH}?policy={of}").status_code for of in ("DRF-NONE", "*/99", "*/x", "/")] == [
        404
    ] * 4


def test_nothing_is_written_and_few_queries_are_asked(app: Flask, visitor: Visitor):
    page = visitor.get(PATH)

    with counted_queries(app) as asked:
        tried(page, days_since_delivered="3")

    assert len(asked) <= MOST_QUERIES
    assert [one for one in asked if one.lstrip().upper().startswith(("INSERT", "DELETE", "UPDATE POLICY"))] == []


@pytest.mark.parametrize("role", [Role.AGENT, Role.FINANCE])
def test_others_do_not_come_in(app: Flask, shop: Shop, role: Role):
    other = Visitor(app)
    sign_in_staff(other.client, role)

    assert other.client.get(PATH).status_code == 403


def test_the_claim_page_leads_to_its_facts(app: Flask, shop: Shop):
    claim = shop.a_claim(shop.an_order(), Problem.MISSING_LINE)
    approver, agent = Visitor(app), Visitor(app)
    sign_in_staff(approver.client, Role.APPROVER)
    sign_in_staff(agent.client, Role.AGENT)

    tried_there = approver.get(f"/staff/claims/{claim}").follow("Try its facts with another text")

    assert "Offer remedies" in tried_there.text
    assert "Try its facts with another text" not in agent.get(f"/staff/claims/{claim}").links()


def test_a_wait_says_until_when(visitor: Visitor):
    page = tried(
        visitor.get(PATH),
        problem="missing_package",
        parcel_state="late",
        days_since_promised="2",
        days_since_handed_over="9",
        days_since_delivered="",
        days_late="",
    )

    assert "Wait until a date" in page.text
    assert "It waits until" in page.text
