"""Whatever is put into the fields of any form, nobody ever sees that something broke (reliability, section 4)."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

import pytest
from flask import Flask

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.incidents import StepKind
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.domain.recoveries import Payer, Recovery
from portal.services.declare_incident import declare_incident
from portal.services.list_precautions import list_precautions
from portal.services.look_at_withdrawal import look_at_withdrawal
from portal.services.outreach_token import token_for
from portal.services.record_recovery import book_recovery, record_recovery
from portal.services.work_on_incident import At, take_step
from tests.support.a_pattern import a_pattern
from tests.support.an_outreach import counted_outreach, tell_of
from tests.support.asked import asked_now
from tests.support.builders import DELIVERED, LATE, ON_THE_WAY, a_line
from tests.support.customer_front import Front
from tests.support.invariants import assert_all_hold
from tests.support.page import Page, Visitor
from tests.support.second_factor import enrolled
from tests.support.staff_made import a_staff_member
from tests.support.web import let_in_staff, rows, sign_in_staff

# In the first turn every field meets all of these, and in each later turn another one of those below.
ALWAYS = ["before\x00after", "w" * 200_000, "</textarea><script>alert(1)</script>"]
NOBODY_TYPES = [
    "",
    "-5",
    "0",
    "1e2",
    "NaN",
    "1_0",
    "9" * 30,
    "٣",
    "2.5",
    "w" * 5_000,
    "'; DROP TABLE claims; --",
    "%_\\",
    "{{7*7}} ${7*7} %(name)s {0}",
    "=HYPERLINK(1)",
    "one\r\nBcc: two",
    "👋🏽‍\u202e\u2028\ufeff你好مرحبا",
    "2026-02-31",
    "9999-12-31",
    "0001-01-01",
    "//evil.example",
]
TURNS = 5
_OURS = frozenset({"csrf_token"})
WITHDRAWS = {"name": "Ana Souza", "order_number": "A-17", "mailbox": "ana@example.org"}


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def _forms_of(page: Page) -> Iterator[tuple[str, dict[str, object]]]:
    """Give where each form of a page goes and what it would send, with every box ticked and every choice taken."""
    for form in page.forms():
        if form.get("method", "get") == "post" and "sign-out" not in form.get("action", ""):
            yield form.get("action") or page.path, {**page.filled(form), **_ticked(form)}


def _ticked(form: Element) -> dict[str, str]:
    return {
        str(field.get("name")): field.get("value", "y")
        for field in form.iter("input")
        if field.get("type") in {"checkbox", "radio"} and field.get("name")
    }


def customers_pages(front: Front) -> Iterator[Page]:
    """Open every page of a customer that has a form: each kind of claim, of orders of their own."""
    customer = front.a_customer()
    told = [
        front.a_claim(front.an_order(customer), Problem.DAMAGED),
        front.a_claim(front.an_order(customer, parcels={"1": LATE}, status="shipped"), Problem.MISSING_PACKAGE),
        front.a_claim(front.an_order(customer, parcels={"1": ON_THE_WAY}, status="shipped"), Problem.MISSING_PACKAGE),
        front.a_claim(front.an_order(customer, lines=[a_line(price=900_000)]), Problem.DAMAGED),
    ]
    fresh = front.an_order(customer, parcels={"1": DELIVERED}, lines=[a_line(), a_line(title="Cups", quantity=3)])
    visitor = front.visitor(customer)
    yield visitor.get(f"/orders/{fresh.number}/report")
    yield from (visitor.get(f"/claims/{ref}") for ref in told)
    yield from (visitor.get(f"/claims/{ref}/correct") for ref in told[:3])
    yield from _asked(front, customer, visitor)
    yield visitor.get("/credit")
    yield Visitor(front.app).get("/")
    yield Visitor(front.app).get("/withdraw")
    yield visitor.get(f"/orders/{fresh.number}/withdraw")
    yield Visitor(front.app).get("/withdraw").submit("Go on", WITHDRAWS)


def _asked(front: Front, customer: int, visitor: Visitor) -> Iterator[Page]:
    """Open the question whether it was made right, on the claim page and behind the link of the mail."""
    order = front.an_order(customer, parcels={"1": LATE}, status="shipped")
    ref = front.a_claim(order, Problem.MISSING_PACKAGE)
    front.take(ref, RemedyKind.STORE_CREDIT)
    front.issue_credit()
    path = asked_now(front.toolkit, ref)
    yield Visitor(front.app).get(path)
    yield visitor.get(f"/claims/{ref}")


def staffs_pages(front: Front) -> Iterator[Page]:
    """Open the pages of staff that have a form; those of policies are in ``test_policies_any_input.py``."""
    order = front.an_order(lines=[a_line(price=190_000), a_line(title="Cups")])
    ref = front.a_claim(order, Problem.DAMAGED, lines=(1,))
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, Role.AGENT, limits={"BRL": 500_000})
    yield visitor.get(f"/staff/claims/{ref}")
    yield visitor.get(f"/staff/orders/{order.number}/report")
    yield visitor.get(f"/staff/withdrawals/{_withdrawn(front)}")
    yield visitor.get(f"/staff/patterns/{a_pattern(front.toolkit)}")
    yield visitor.get(f"/staff/incidents/{_an_incident(front)}")
    yield visitor.get(f"/staff/prevention/{_listed(front)}")
    yield from _outreach(front)
    leader = Visitor(front.app)
    sign_in_staff(leader.client, Role.LEADER)
    yield leader.get("/staff/journey/")
    yield from _lists(front, ref)
    yield _recovered(front)
    yield Visitor(front.app).get("/staff/sign-in")
    yield from _doors(front)


def _outreach(front: Front) -> Iterator[Page]:
    """Open the form for an outreach, one that can be started, and the page behind the link of its letters."""
    ref = counted_outreach(front)
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, Role.POLICY_OWNER)
    yield visitor.get("/staff/outreach/")
    page = visitor.get(f"/staff/outreach/{ref}").submit("Tell the first wave")
    yield page
    tell_of(front, ref)
    claim = rows(front.app, "SELECT ref FROM claims WHERE raised_by = 'system:outreach'")[0].ref
    yield Visitor(front.app).get(f"/no-such-mails/{claim}/{token_for(front.toolkit.secret_key, claim)}")


def _listed(front: Front) -> str:
    """Put a parcel on the prevention list, and give its name there."""
    front.an_order(parcels={"1": ON_THE_WAY}, status="shipped")
    declare_incident(front.toolkit, words="Their van broke down.", about={"carrier": "Sedex"}, actor=front.actor)
    list_precautions(front.toolkit, tells=False)
    return str(rows(front.app, "SELECT ref FROM precautions")[0][0])


def _recovered(front: Front) -> Page:
    """Open what came back of incidents, where something is booked that can be doubted."""
    writer, booker = (a_staff_member(front.toolkit, role=Role.FINANCE) for _ in range(2))
    amount, day = Money(5_000, "BRL"), front.now().date()
    said = Recovery(_an_incident(front), Payer.CARRIER, "Sedex", amount, day, "NF-1", Actor.staff(writer))
    book_recovery(front.toolkit, record_recovery(front.toolkit, said), Actor.staff(booker))
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, Role.FINANCE)
    return visitor.get("/finance/recoveries")


def _an_incident(front: Front) -> str:
    """Declare an incident with a step that runs, so that every form of its page is there."""
    actor = Actor.staff(1)
    ref = declare_incident(front.toolkit, words="A van.", about={"vendor": "Teahouse"}, actor=actor)
    today = front.now().date()
    take_step(front.toolkit, At(ref, 1, actor), StepKind.CALL_AHEAD, words="", from_on=today, until_on=None)
    return ref


def _lists(front: Front, ref: str) -> Iterator[Page]:
    """Open the forms of the lists: of a claim, of a mailbox, and of an entry that stands."""
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, Role.APPROVER)
    yield visitor.get(f"/staff/claims/{ref}/list")
    page = visitor.get("/staff/lists/new")
    yield page
    yield page.submit("Add the entry", mailbox="ana@example.org", kind="block", reason="It was a slip.")


def _withdrawn(front: Front) -> str:
    """Declare a withdrawal of which a person has to find the order."""
    receipt = Visitor(front.app).get("/withdraw").submit("Go on", WITHDRAWS).submit("Confirm withdrawal")
    ref = receipt.path.rpartition("/")[2]
    look_at_withdrawal(front.toolkit, withdrawal_ref=ref)
    return ref


def _doors(front: Front) -> Iterator[Page]:
    """Open the second step at the door: of somebody new, and of somebody who has a second factor."""
    for is_new in (True, False):
        staff_id = a_staff_member(front.toolkit, f"ada-{is_new}@shop.example", Role.AGENT, {})
        if not is_new:
            enrolled(front.toolkit, staff_id)
        visitor = Visitor(front.app)
        let_in_staff(visitor.client, staff_id, at_the_door=True)
        yield visitor.get("/staff/second-factor")


@pytest.mark.proves("input 38", "input 40", "input 43", "input 44")
@pytest.mark.parametrize("turn", range(TURNS))
@pytest.mark.parametrize("pages", [customers_pages, staffs_pages])
def test_every_field_of_every_form_takes_anything_without_breaking(front: Front, pages, turn: int):
    answers: dict[tuple[str, ...], int] = {}
    met = 0
    for page in pages(front):
        for action, fields in _forms_of(page):
            for name in sorted(fields.keys() - _OURS):
                another = NOBODY_TYPES[(met + turn * len(NOBODY_TYPES) // TURNS) % len(NOBODY_TYPES)]
                met += 1
                for typed in [another] if turn else ALWAYS:
                    sent = {**fields, name: typed}
                    answers[action, name, typed] = page.visitor.client.post(action, data=sent).status_code

    assert met > 20
    assert {where: status for where, status in answers.items() if not 200 <= status < 500} == {}
    assert_all_hold(front.toolkit)
