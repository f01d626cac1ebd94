"""What leaders read beside the journey: patterns, incidents, what was made right; and no link that is shut to them."""

import re

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.problems import Problem
from tests.support.a_pattern import a_pattern
from tests.support.builders import LATE
from tests.support.customer_front import Front
from tests.support.page import Visitor
from tests.support.second_factor import enrolled
from tests.support.web import rows, sign_in_staff

_LINK = re.compile(r'href="(/staff/[^"#]*)')


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def _worker(front: Front, role: Role) -> Visitor:
    visitor = Visitor(front.app)
    enrolled(front.toolkit, sign_in_staff(visitor.client, role))
    return visitor


def test_a_leader_reads_what_goes_wrong_for_many_and_every_link_there_opens(front: Front) -> None:
    claim = front.a_claim(front.an_order(parcels={"1": LATE}, status="shipped"), Problem.LATE)
    pattern, agent = a_pattern(front.toolkit, cell={"vendor": "Teahouse"}), _worker(front, Role.AGENT)
    agent.get(f"/staff/patterns/{pattern}").submit("Confirm it", words="Their van broke down.")
    ref, leader = rows(front.app, "SELECT ref FROM incidents")[0].ref, _worker(front, Role.LEADER)

    shown = {
        path: leader.get(path)
        for path in (
            "/staff/follow-ups",
            "/staff/patterns/",
            f"/staff/patterns/{pattern}",
            "/staff/incidents/",
            f"/staff/incidents/{ref}",
        )
    }
    links = {link for page in shown.values() for link in _LINK.findall(page.answer.text)}
    for link in links:
        leader.get(link)

    assert set(shown) <= links
    assert claim in shown[f"/staff/incidents/{ref}"].text
    assert claim in shown[f"/staff/patterns/{pattern}"].text
    for page in shown.values():
        assert [form for form in page.forms() if "sign-out" not in form.get("action", "")] == []
    assert f"/staff/claims/{claim}" in agent.get(f"/staff/incidents/{ref}").answer.text
    assert "Reach them first" in agent.get(f"/staff/incidents/{ref}").text
