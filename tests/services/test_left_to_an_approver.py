"""What policy leaves to an approver: an agent may propose it, and neither approves nor refuses it alone."""

from importlib.resources import files

import pytest

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.decisions import LineApproval, terms_of
from portal.domain.errors import NotAllowed
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.domain.reasons import Alternative, DeclineReason
from portal.domain.refs import new_ref
from portal.services.decide_escalation import Approval, Refusal
from portal.services.open_claim import Page
from portal.services.preview_letter import Act, preview_letter, send_answer
from portal.services.publish_policy import publish_policy
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member


@pytest.fixture
def ref(shop: Shop) -> str:
    """Report something worth much, under a policy that leaves such things to an approver."""
    default = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")
    source = default.replace('{ reason = "high_value" }', '{ reason = "high_value", to = "approver" }')
    publish_policy(shop.toolkit, source=source, actor=Actor.system("test"), despite="A test.")
    order = shop.order(lines=(("Copper still", "1995.00", 1),), shipping="5.00")
    return shop.report(order, Problem.DAMAGED)


def page(shop: Shop, ref: str) -> Page:
    return Page(ref, shop.claim(ref).version, new_ref("key", 12))


def approval(shop: Shop, ref: str) -> Approval:
    terms = terms_of(RemedyKind.REFUND, Money(200_000, "BRL"), Money(0, "BRL"))
    return Approval(page(shop, ref), (LineApproval(1, (terms,)),), "Clear.", "")


def do(shop: Shop, role: Role, act: Act) -> None:
    """Let somebody of a role, whose own limit is far above what it is worth, act."""
    staff_id = a_staff_member(shop.toolkit, "", role, {"BRL": 500_000})
    digest = preview_letter(shop.toolkit, staff_id=staff_id, act=act).digest
    send_answer(shop.toolkit, staff_id=staff_id, act=act, digest=digest)


def test_an_agent_within_their_limit_proposes_it(shop: Shop, ref: str) -> None:
    do(shop, Role.AGENT, approval(shop, ref))

    assert shop.claim(ref).state == "escalated"
    assert [row.state for row in shop.rows("SELECT state FROM decisions")] == ["proposed"]


def test_an_agent_does_not_say_no_to_it(shop: Shop, ref: str) -> None:
    reason, alternative = DeclineReason.CAME_IN_TIME, Alternative.TALK_TO_A_PERSON

    with pytest.raises(NotAllowed, match="an approver"):
        do(shop, Role.AGENT, Refusal(page(shop, ref), (1,), reason, alternative, "It came on Monday."))

    assert shop.claim(ref).state == "escalated"


def test_an_approver_decides_it_alone(shop: Shop, ref: str) -> None:
    do(shop, Role.APPROVER, approval(shop, ref))

    assert shop.claim(ref).state == "offered"
