"""The claim page of staff: yes, no, a question, an answer, each with its mail before it leaves; two people at once."""

from dataclasses import dataclass

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.problems import Problem
from tests.support.builders import OrderMade, Shop, a_line
from tests.support.page import Page, Visitor
from tests.support.web import rows, sign_in_staff, toolkit_of


@dataclass
class Front:
    """The staff's front with one claim worth BRL 2,000 that waits for a person."""

    app: Flask
    shop: Shop
    order: OrderMade
    ref: str

    def visitor(self, role: Role = Role.AGENT, limit: int = 500_000) -> Visitor:
        visitor = Visitor(self.app)
        sign_in_staff(visitor.client, role, limits={"BRL": limit})
        return visitor

    def page(self, visitor: Visitor) -> Page:
        return visitor.get(f"/staff/claims/{self.ref}")

    def state(self) -> str:
        return str(rows(self.app, "SELECT state FROM claims WHERE ref = :ref", ref=self.ref)[0][0])

    def letters(self) -> list[str]:
        asked = "SELECT template FROM letters l JOIN claims c ON c.id = l.claim_id WHERE c.ref = :ref ORDER BY l.id"
        return [row[0] for row in rows(self.app, asked, ref=self.ref)]


@pytest.fixture
def front(app: Flask) -> Front:
    shop = Shop(toolkit_of(app))
    shop.default_policy()
    order = shop.an_order(lines=[a_line(title="Copper still", price=190_000, shipping=10_000)])
    return Front(app, shop, order, shop.a_claim(order, Problem.DAMAGED, words="It arrived in two pieces."))


def form_of(page: Page, act: str) -> dict[str, object]:
    """Read the form of an act as the page filled it."""
    form = next(form for form in page.forms() if page.filled(form).get("act") == act)
    return page.filled(form)


def preview(visitor, front, act, *, status=200, without=(), **typed) -> Page:
    """Fill in a form of the claim page and ask for its mail."""
    values = {**form_of(front.page(visitor), act), **typed}
    kept = {name: value for name, value in values.items() if name not in without}
    return visitor.post(f"/staff/claims/{front.ref}/preview", kept, status=status)


def test_the_mail_of_an_approval_is_shown_and_nothing_is_done_yet(front: Front) -> None:
    visitor = front.visitor()

    page = preview(visitor, front, "approve", reason="The photo is clear.", words="I am sorry it broke.")

    assert page.heading == "This mail will leave"
    assert "I am sorry it broke." in page.text
    assert "R$2,000.00" in page.text
    assert front.state() == "escalated"
    assert front.letters() == ["escalated"]


def test_an_approval_leaves_exactly_the_offers_that_were_shown(front: Front) -> None:
    visitor = front.visitor()

    page = preview(visitor, front, "approve", reason="The photo is clear.").submit("Approve and send")

    assert page.heading == f"Claim {front.ref}"
    assert "Approved. The mail is on its way" in page.text
    assert front.state() == "offered"
    assert front.letters() == ["escalated", "approved"]
    offers = rows(front.app, "SELECT kind, amount_minor, made_by FROM offers WHERE state = 'live' ORDER BY id")
    assert [(kind, amount) for kind, amount, _ in offers] == [
        ("replacement", 190_000),
        ("refund", 200_000),
        ("store_credit", 200_000),
    ]
    assert all(made_by.startswith("staff:") for _, _, made_by in offers)


def test_an_offer_can_be_changed_and_left_out(front: Front) -> None:
    visitor = front.visitor()
    typed = {"1-refund-amount": "1,500.00", "reason": "Half of it works."}

    preview(visitor, front, "approve", without=("1-replacement", "1-store_credit"), **typed).submit("Approve and send")

    offers = rows(front.app, "SELECT kind, amount_minor FROM offers WHERE state = 'live'")
    assert [tuple(row) for row in offers] == [("refund", 150_000)]


@pytest.mark.proves("input 37", "F8")
def test_sending_an_approval_twice_approves_once(front: Front) -> None:
    visitor = front.visitor()
    shown = preview(visitor, front, "approve", reason="Clear.")
    fields = shown.filled(next(form for form in shown.forms() if form.get("action", "").endswith("/answer")))

    for _ in range(2):
        visitor.post(f"/staff/claims/{front.ref}/answer", fields)

    assert rows(front.app, "SELECT count(*) FROM decisions")[0][0] == 1
    assert front.letters() == ["escalated", "approved"]


@pytest.mark.proves("input 1", "input 2", "input 3", "input 4", "input 7", "input 8", "input 11", "input 12", "bug 2")
@pytest.mark.parametrize(
    "typed",
    ["-5", "0", "0.001", "10.999", "1e2", "NaN", "Infinity", "1_0", "10,00", "1.000,00", "", "R$ 10", "2000.01", "٣"],
)
def test_an_amount_that_is_none_is_refused_and_kept(front: Front, typed: str) -> None:
    visitor = front.visitor()

    page = preview(visitor, front, "approve", status=422, **{"1-refund-amount": typed, "reason": "Kept words."})

    assert form_of(page, "approve")["1-refund-amount"] == typed
    assert form_of(page, "approve")["reason"] == "Kept words."
    assert front.state() == "escalated"


@pytest.mark.proves("input 15")
def test_one_cent_too_much_says_what_would_pass(front: Front) -> None:
    page = preview(front.visitor(), front, "approve", status=422, **{"1-refund-amount": "2,000.01", "reason": "x"})

    assert "At most R$2,000.00 can go back for this line." in page.text


def test_goodwill_is_held_to_its_reason(front: Front) -> None:
    visitor = front.visitor()
    typed = {"1-store_credit-bonus": "200.01", "1-goodwill": "kindness", "reason": "Kind."}

    page = preview(visitor, front, "approve", status=422, **typed)

    assert "For this reason, at most R$200.00 can come on top." in page.text


def test_a_no_leaves_with_reason_alternative_and_words(front: Front) -> None:
    visitor = front.visitor()
    typed = {"decline_reason": "already_made_whole", "alternative": "talk_to_a_person", "words": "We sent it in May."}

    shown = preview(visitor, front, "decline", **typed)
    shown.submit("Say no and send")

    assert "We sent it in May." in shown.text
    assert front.state() == "declined"
    assert front.letters() == ["escalated", "declined"]
    line = rows(front.app, "SELECT reason, alternative, decline_words FROM claim_lines")[0]
    assert tuple(line) == ("already_made_whole", "talk_to_a_person", "We sent it in May.")


@pytest.mark.parametrize("missing", ["decline_reason", "alternative", "words"])
def test_a_no_without_one_of_its_parts_is_refused(front: Front, missing: str) -> None:
    typed = {"decline_reason": "came_in_time", "alternative": "talk_to_a_person", "words": "It came on Monday."}

    page = preview(front.visitor(), front, "decline", status=422, **{**typed, missing: ""})

    assert front.state() == "escalated"
    kept = form_of(page, "decline")
    assert all(kept[name] == value for name, value in typed.items() if name != missing)


def test_a_question_waits_for_the_customer(front: Front) -> None:
    preview(front.visitor(), front, "ask", words="Which part broke?").submit("Send")

    assert front.state() == "awaiting_customer"
    assert front.letters() == ["escalated", "answer_from_person"]
    assert rows(front.app, "SELECT answer_by FROM claims")[0][0] is None


@pytest.mark.proves("input 51")
@pytest.mark.parametrize("until", ["", "2026-02-31", "0001-01-01", "9999-12-31", "2026-W01", "yesterday", "2020-01-01"])
def test_a_question_needs_a_day_that_comes_soon(front: Front, until: str) -> None:
    page = preview(front.visitor(), front, "ask", status=422, words="Which part broke?", until=until)

    assert form_of(page, "ask")["words"] == "Which part broke?"
    assert front.state() == "escalated"


def test_an_answer_stands_on_the_claim_and_leaves_as_mail(front: Front) -> None:
    page = preview(front.visitor(), front, "reply", words="We look at it today.").submit("Send")

    assert "We look at it today." in page.text
    assert front.state() == "escalated"
    assert front.letters() == ["escalated", "answer_from_person"]


def test_a_note_is_only_for_colleagues(front: Front) -> None:
    visitor = front.visitor()

    page = front.page(visitor).submit("Keep the note", note="Called the vendor.")

    assert "Called the vendor." in page.text
    assert rows(front.app, "SELECT kind FROM claim_messages")[0][0] == "note"
    assert front.letters() == ["escalated"]


@pytest.mark.proves("input 37", "P2")
def test_a_stale_page_is_told_what_changed_and_keeps_what_was_typed(front: Front) -> None:
    first, second = front.visitor(), front.visitor()
    typed = {**form_of(front.page(first), "reply"), "words": "My long answer."}
    preview(second, front, "reply", words="A colleague was faster.").submit("Send")

    page = first.post(f"/staff/claims/{front.ref}/preview", typed, status=409)

    assert page.heading == "This claim has moved on"
    assert "We wrote" in page.text
    assert "My long answer." in page.text
    again = page.submit("Go on with the claim as it is now")
    assert form_of(again, "reply")["words"] == "My long answer."


def test_what_was_shown_cannot_be_sent_after_the_claim_changed(front: Front) -> None:
    first, second = front.visitor(), front.visitor()
    shown = preview(first, front, "approve", reason="Clear.")
    preview(second, front, "reply", words="One moment.").submit("Send")

    page = shown.submit("Approve and send", status=409)

    assert page.heading == "This claim has moved on"
    assert front.state() == "escalated"


@pytest.mark.proves("P2")
def test_terms_that_were_not_shown_are_not_sent(front: Front) -> None:
    shown = preview(front.visitor(), front, "approve", reason="Clear.", **{"1-refund-amount": "100.00"})

    shown.submit("Approve and send", status=409, **{"1-refund-amount": "2000.00"})

    assert front.state() == "escalated"
    assert rows(front.app, "SELECT count(*) FROM decisions")[0][0] == 0


def test_above_the_limit_an_approver_confirms_what_was_proposed(front: Front) -> None:
    agent, approver = front.visitor(limit=20_000), front.visitor(Role.APPROVER)
    proposed = preview(agent, front, "approve", reason="Clear.", words="We are on your side.")
    assert proposed.heading == "This needs a second person"
    proposed.submit("Propose it")
    assert front.state() == "escalated"
    assert front.letters() == ["escalated"]

    shown = front.page(approver).submit("See the mail and confirm")
    shown.submit("Confirm and send")

    assert "We are on your side." in shown.text
    assert front.state() == "offered"
    assert front.letters() == ["escalated", "approved"]
    decision = rows(front.app, "SELECT state, decided_by_id <> second_by_id FROM decisions")[0]
    assert tuple(decision) == ("in_force", True)


@pytest.mark.proves("input 37", "bug 48", "P1")
def test_who_proposed_cannot_confirm(front: Front) -> None:
    approver = front.visitor(Role.APPROVER, limit=20_000)
    preview(approver, front, "approve", reason="Clear.").submit("Propose it")
    page = front.page(approver)
    typed = {**form_of(page, "void"), "act": "confirm"}

    approver.post(f"/staff/claims/{front.ref}/preview", typed, status=403)

    assert "See the mail and confirm" not in page.text
    assert front.state() == "escalated"


def test_an_agent_cannot_confirm(front: Front) -> None:
    preview(front.visitor(limit=20_000), front, "approve", reason="Clear.").submit("Propose it")
    other = front.visitor()
    typed = {**form_of(front.page(other), "reply"), "act": "confirm"}

    other.post(f"/staff/claims/{front.ref}/preview", typed, status=403)

    assert front.state() == "escalated"


@pytest.mark.proves("fault 52", "P2")
def test_any_change_voids_a_proposal(front: Front) -> None:
    preview(front.visitor(limit=20_000), front, "approve", reason="Clear.").submit("Propose it")
    preview(front.visitor(), front, "reply", words="One moment.").submit("Send")

    page = front.page(front.visitor(Role.APPROVER))

    assert "See the mail and confirm" not in page.text
    assert rows(front.app, "SELECT state FROM decisions")[0][0] == "void"


def test_a_proposal_can_be_taken_back(front: Front) -> None:
    agent = front.visitor(limit=20_000)
    preview(agent, front, "approve", reason="Clear.").submit("Propose it")

    page = front.page(agent).submit("Take it back", reason="A slip.")

    assert "The proposal is taken back." in page.text
    assert rows(front.app, "SELECT state FROM decisions")[0][0] == "void"
