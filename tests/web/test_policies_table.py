"""A draft as a table: its rules in words, moved, copied and removed, with the check and past claims beside them."""

import pytest
from flask import Flask

from portal.domain.authority import Role
from tests.support.builders import Shop
from tests.support.page import Page, Visitor
from tests.support.web import sign_in_staff, toolkit_of

FIRST, SECOND = "new_parcel_still_on_the_way", "new_parcel_still_on_the_way_without_date"


@pytest.fixture
def shop(app: Flask) -> Shop:
    made = Shop(toolkit_of(app))
    made.default_policy()
    return made


@pytest.fixture
def owner(app: Flask, shop: Shop) -> Visitor:
    visitor = Visitor(app)
    sign_in_staff(visitor.client, Role.POLICY_OWNER)
    return visitor


def a_draft(owner: Visitor, title: str = "A longer time") -> Page:
    return owner.get("/staff/policies/").submit("Start the draft", title=title)


def test_a_draft_is_started(owner: Visitor):
    page = a_draft(owner)

    assert page.heading == "A longer time"
    print(page.text[:3000])
