"""Who tells of a problem first: the customer, staff for them, or we ourselves; a rule that asks it decides by it."""

from importlib.resources import files

import pytest

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.facts import Asker
from portal.domain.problems import Problem
from portal.domain.refs import new_ref
from portal.services.explain_claim import explain_claim
from portal.services.publish_policy import publish_policy
from portal.services.report_problem import Report, ReportedLine, report_problem
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member

_RULES = """
[[rules]]
key = "we_found_it_first"
describe = "We found it before they did: all of it, and more as credit."
when.asked_by = ["us"]
then.offer = "whole"
then.class = "entitled"

[[rules]]
key = "staff_found_it"
describe = "A colleague tells of it for them: a person looks."
when.asked_by = ["staff"]
then.person = { reason = "high_value" }
then.wording = "serious"

[[rules]]
"""


@pytest.fixture
def asking(shop: Shop) -> Shop:
    """Publish a policy whose first rules ask who tells."""
    source = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")
    asks = source.replace("[[rules]]\n", _RULES.lstrip("\n"), 1)
    publish_policy(shop.toolkit, source=asks, actor=Actor.system("tests"), despite="For this test.")
    return shop


@pytest.mark.parametrize(
    ("asker", "rule", "state"),
    [
        (Asker.US, "we_found_it_first", "offered"),
        (Asker.STAFF, "staff_found_it", "escalated"),
        (Asker.CUSTOMER, "damaged", "offered"),
    ],
)
def test_a_rule_that_asks_who_tells_decides_by_it(asking: Shop, asker: Asker, rule: str, state: str) -> None:
    order = asking.order()
    actors = {
        Asker.US: lambda: Actor.system("tests"),
        Asker.STAFF: lambda: Actor.staff(a_staff_member(asking.toolkit, role=Role.AGENT)),
        Asker.CUSTOMER: lambda: Actor.claimant(order.customer_id),
    }
    reported = Report(
        order_number=order.number,
        client_key=new_ref("key", 12),
        lines=(ReportedLine(1, 1, Problem.DAMAGED),),
        words="",
        locale="en",
    )

    ref = report_problem(asking.toolkit, customer_id=order.customer_id, reported=reported, actor=actors[asker]())

    [[line]] = [one.judgements for one in explain_claim(asking.toolkit, ref).lines]
    assert (asking.claim(ref).state, line.verdict.rule_key) == (state, rule)
    assert ("asked_by", asker.value) in line.facts
    assert line.again.same
    asking.work()
