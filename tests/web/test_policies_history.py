"""Going back: a draft to any text that it had, and a shop to any version, always by a new text that is reviewed."""

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.drafts import OrdersKeep
from portal.services.publish_policy import publish_policy
from portal.services.set_policy_market import set_policy_market
from tests.support.page import Page
from tests.support.policy_desk import Desk
from tests.support.web import rows, toolkit_of


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = Desk(app)
    made.start()
    return made


def go_back(desk: Desk, version: int, to: str, *, status: int = 200) -> Page:
    fields = {**desk.token(), "version": str(version), "to": to}
    return desk.owner.post(f"{desk.path}/go-back", fields, status=status)


def test_a_draft_goes_back_to_how_it_was_and_loses_nothing(desk: Desk):
    desk.owner.get(f"{desk.path}/rules/damaged").submit("Save the rule", {"c-days_since_delivered-high": "365"})
    with_a_year = desk.source()
    page = desk.act("Copy rule 4")

    back = page.submit("Go back to how it was then")
    to_the_first = go_back(desk, 4, "1")

    assert "The draft says again what it said then." in back.text
    assert text_of(desk, 4) == with_a_year
    assert desk.source() == desk.published()
    assert to_the_first.text.count("Went back to how it was earlier") == 2
    for wrong in ("", "x", "-1", "٣", "1" * 30):
        go_back(desk, 5, wrong, status=400)
    go_back(desk, 5, "0", status=404)
    go_back(desk, 4, "2", status=409)
    assert desk.source() == desk.published()


def text_of(desk: Desk, version: int) -> str:
    kept = "SELECT e.source FROM policy_draft_events e JOIN policy_drafts d ON d.id = e.draft_id WHERE d.ref = :ref"
    return str(rows(desk.app, f"{kept} AND e.version = :version", ref=desk.ref, version=version)[0].source)


def test_a_version_is_gone_back_to_by_a_draft_with_its_text(desk: Desk):
    first, approver = desk.published(), desk.somebody(Role.APPROVER)
    # Nobody may write this today, and whoever goes back to what was published once writes nothing.
    older = first.replace('reason = "high_value"', 'reason = "high_value", to = "agent"', 1)
    later = first.replace("answer_within_hours = 24", "answer_within_hours = 12", 1)
    for source in (older, later):
        publish_policy(toolkit_of(desk.app), source=source, actor=desk.shop.actor)

    page = desk.owner.get("/staff/policies/versions/all/2").submit("Start a draft with this text")
    reloaded = desk.owner.get("/staff/policies/versions/all/2/draft")
    desk.path = page.path

    assert page.heading == "As version 2 was"
    assert "Begun from version 3." in page.text
    assert desk.source() == older
    assert reloaded.heading == "Version 2"
    assert "Start a draft with this text" not in approver.get("/staff/policies/versions/all/2").text
    approver.post("/staff/policies/versions/all/2/draft", desk.token(), status=403)


def test_a_version_whose_text_is_refused_by_now_begins_no_draft(desk: Desk):
    source = desk.published().replace('key = "damaged"\n', 'key = "damaged"\nwhen.vendor = ["Gone"]\n', 1)
    publish_policy(toolkit_of(desk.app), source=source, actor=desk.shop.actor, despite="They are new.")
    desk.shop.an_order()

    page = desk.owner.get("/staff/policies/versions/all/2").submit("Start a draft with this text", status=422)

    assert page.heading == "Version 2"
    assert "no order is of 'Gone'" in page.text


def test_the_list_says_which_version_decides_about_the_orders_of_each_market(desk: Desk):
    toolkit = toolkit_of(desk.app)
    at_the_report = desk.owner.get("/staff/policies/").text

    set_policy_market(toolkit, market="BR", orders_keep=OrdersKeep.PLACED, actor=desk.shop.actor)
    page = desk.owner.get("/staff/policies/")

    kept = "An order keeps the version of the day on which it was placed."
    assert kept not in at_the_report
    assert page.text.count("The version that is in force when a problem is reported decides.") == 1
    assert page.text.index("BR") < page.text.index(kept)
