"""Decisions of staff against the books: limits added up, two people, both at once, and remedies that follow."""

import threading
from dataclasses import dataclass

import pytest

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.decisions import GoodwillReason, LineApproval, terms_of
from portal.domain.errors import MovedOn, NotAllowed, NotFound
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.domain.reasons import Alternative, DeclineReason
from portal.domain.refs import new_ref
from portal.records import staff
from portal.services.ask_customer import Question
from portal.services.ask_for_person import Asking, ask_for_person
from portal.services.confirm_decision import Confirmation, void_decision
from portal.services.decide_escalation import Approval, Refusal
from portal.services.look_again import look_again
from portal.services.open_claim import Page
from portal.services.preview_letter import Act, preview_letter, send_answer
from portal.services.report_problem import Report, ReportedLine, report_problem
from portal.services.write_to_us import Words, write_to_us
from tests.support.an_order import AnOrder
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member

PRICE = 200_000


@dataclass
class Desk:
    """A shop with a claim worth BRL 2,000 that waits for a person."""

    shop: Shop
    order: AnOrder
    ref: str

    def person(self, role: Role = Role.AGENT, limit: int = 500_000, mailbox: str = "") -> int:
        return a_staff_member(self.shop.toolkit, mailbox, role, {"BRL": limit})

    def page(self, ref: str = "") -> Page:
        name = ref or self.ref
        return Page(name, self.shop.claim(name).version, new_ref("key", 12))

    def approval(self, minor: int = PRICE, ref: str = "", words: str = "") -> Approval:
        terms = terms_of(RemedyKind.REFUND, Money(minor, "BRL"), Money(0, "BRL"))
        return Approval(self.page(ref), (LineApproval(1, (terms,)),), "Clear.", words)

    def refusal(self) -> Refusal:
        reason, alternative = DeclineReason.CAME_IN_TIME, Alternative.TALK_TO_A_PERSON
        return Refusal(self.page(), (1,), reason, alternative, "It came on Monday.")

    def do(self, staff_id: int, act: Act) -> bool:
        digest = preview_letter(self.shop.toolkit, staff_id=staff_id, act=act).digest
        return send_answer(self.shop.toolkit, staff_id=staff_id, act=act, digest=digest)

    def state(self, ref: str = "") -> str:
        return self.shop.claim(ref or self.ref).state


@pytest.fixture
def desk(shop: Shop) -> Desk:
    order = shop.order(lines=(("Copper still", "1995.00", 1),), shipping="5.00")
    return Desk(shop, order, shop.report(order, Problem.DAMAGED))


@pytest.mark.proves("P2")
def test_what_a_person_approved_is_accepted_carried_out_and_booked(desk: Desk) -> None:
    desk.do(desk.person(), desk.approval(words="We are on your side."))
    told = desk.shop.rows("""SELECT kind, body, action FROM claim_messages m JOIN claim_events e USING (claim_id, actor)
        WHERE action = 'message_from_us'""")

    desk.shop.accept(desk.order, desk.ref, "refund")
    desk.shop.work()

    assert [tuple(one) for one in told] == [("to_customer", "We are on your side.", "message_from_us")]
    assert desk.state() == "made_whole"
    assert [minor for _, minor, *_ in desk.shop.refunds()] == [PRICE]
    assert "approved" in desk.shop.letters(desk.order)
    assert desk.shop.balance("remedy_cost") == PRICE


def test_a_preview_leaves_nothing_behind(desk: Desk) -> None:
    counts = """
        SELECT (SELECT count(*) FROM decisions), (SELECT count(*) FROM offers), (SELECT count(*) FROM claim_events),
               (SELECT count(*) FROM letters), (SELECT count(*) FROM claim_messages),
               (SELECT count(*) FROM jobs.procrastinate_jobs)
    """
    before = desk.shop.rows(counts)
    person = desk.person()

    for act in (desk.approval(), desk.refusal(), Question(desk.page(), "Which part?", desk.shop.now())):
        preview_letter(desk.shop.toolkit, staff_id=person, act=act)

    assert desk.shop.rows(counts) == before


def test_a_no_frees_the_units_and_another_person_looks_when_asked_again(desk: Desk) -> None:
    first, second = desk.person(), desk.person()
    desk.do(first, desk.refusal())
    asking = Asking(desk.ref, "again", "Please look once more.")
    ask_for_person(desk.shop.toolkit, customer_id=desk.order.customer_id, asking=asking)

    with pytest.raises(NotAllowed):
        desk.do(first, desk.approval())
    desk.do(second, desk.approval())

    assert desk.state() == "offered"


@pytest.mark.proves("P3")
def test_above_the_limit_nothing_is_offered_until_a_second_person_confirms(desk: Desk) -> None:
    waits = desk.do(desk.person(limit=PRICE - 1), desk.approval())
    assert waits
    assert desk.state() == "escalated"

    desk.do(desk.person(Role.APPROVER, limit=0), Confirmation(desk.page()))

    assert desk.state() == "offered"
    row = desk.shop.rows("SELECT state, decided_by_id, second_by_id FROM decisions")[0]
    assert (row[0], row[1] != row[2]) == ("in_force", True)


@pytest.mark.proves("fault 52", "P2")
def test_words_of_the_customer_void_a_proposal(desk: Desk) -> None:
    desk.do(desk.person(limit=0), desk.approval())
    words = Words(desk.ref, "w", "I found the other half.")
    write_to_us(desk.shop.toolkit, customer_id=desk.order.customer_id, words=words)

    with pytest.raises(MovedOn):
        desk.do(desk.person(Role.APPROVER), Confirmation(desk.page()))

    assert desk.state() == "escalated"


@pytest.mark.proves("P2", "fault 52")
def test_a_proposal_is_void_when_a_colleague_decides_anew(desk: Desk) -> None:
    desk.do(desk.person(limit=0), desk.approval())
    desk.do(desk.person(), desk.approval(100))

    assert [row[0] for row in desk.shop.rows("SELECT state FROM decisions ORDER BY id")] == ["void", "in_force"]


def test_only_who_proposed_or_an_approver_takes_a_proposal_back(desk: Desk) -> None:
    desk.do(desk.person(limit=0), desk.approval())

    with pytest.raises(NotAllowed):
        void_decision(desk.shop.toolkit, staff_id=desk.person(), page=desk.page(), reason="")
    void_decision(desk.shop.toolkit, staff_id=desk.person(Role.APPROVER), page=desk.page(), reason="Too much.")

    assert desk.shop.rows("SELECT state FROM decisions")[0][0] == "void"


@pytest.mark.proves("P3")
def test_a_limit_is_not_split_over_claims_of_one_customer(desk: Desk) -> None:
    person = desk.person(limit=300_000)
    other = desk.shop.order(lines=(("Copper still", "1995.00", 1),), shipping="5.00", customer=desk.order)
    second = desk.shop.report(other, Problem.DAMAGED)

    assert desk.do(person, desk.approval()) is False
    assert desk.do(person, desk.approval(100_001, ref=second)) is True
    assert desk.do(person, desk.approval(100_000, ref=second)) is False


@pytest.mark.proves("P3")
def test_after_a_day_another_order_has_its_own_limit_and_the_same_order_has_not(desk: Desk) -> None:
    order = desk.shop.order(lines=(("Still", "1995.00", 1), ("Cauldron", "1995.00", 1)), shipping="5.00")
    person = desk.person(limit=PRICE)
    first, second = (desk.shop.report(order, Problem.DAMAGED, number) for number in (1, 2))
    desk.do(person, desk.approval(ref=first))
    desk.shop.later(hours=25)
    terms = terms_of(RemedyKind.REFUND, Money(100, "BRL"), Money(0, "BRL"))

    same = Approval(desk.page(second), (LineApproval(2, (terms,)),), "Clear.", "")

    assert desk.do(person, same) is True
    assert desk.do(person, desk.approval()) is False


@pytest.mark.proves("P3")
def test_what_one_person_approves_again_before_it_was_chosen_counts_once(desk: Desk) -> None:
    person = desk.person(limit=PRICE + PRICE // 2)
    desk.do(person, desk.approval())
    asking = Asking(desk.ref, "again", "Please look once more.")
    ask_for_person(desk.shop.toolkit, customer_id=desk.order.customer_id, asking=asking)

    assert desk.do(person, desk.approval()) is False
    desk.shop.accept(desk.order, desk.ref, RemedyKind.REFUND)

    # That all invariants hold is checked when the test is over.
    assert desk.shop.rows("SELECT count(*) FROM decisions WHERE state = 'in_force'") == [(2,)]


@pytest.mark.proves("P3", "F12")
def test_two_approvals_at_once_do_not_pass_one_limit_together(desk: Desk) -> None:
    person = desk.person(limit=300_000)
    other = desk.shop.order(lines=(("Copper still", "1995.00", 1),), shipping="5.00", customer=desk.order)
    second = desk.shop.report(other, Problem.DAMAGED)
    acts = [desk.approval(), desk.approval(ref=second)]
    digests = [preview_letter(desk.shop.toolkit, staff_id=person, act=act).digest for act in acts]
    outcomes: list[object] = []

    def send(act: Act, digest: str) -> None:
        try:
            outcomes.append(send_answer(desk.shop.toolkit, staff_id=person, act=act, digest=digest))
        except MovedOn as error:
            outcomes.append(error)

    threads = [threading.Thread(target=send, args=pair) for pair in zip(acts, digests, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, (desk.state(), desk.state(second)))) == ["escalated", "offered"]
    assert False in outcomes


@pytest.mark.proves("fault 49")
def test_two_people_at_once_decide_once(desk: Desk) -> None:
    people = [desk.person(), desk.person()]
    acts: list[Act] = [desk.approval(), desk.refusal()]
    digests = [preview_letter(desk.shop.toolkit, staff_id=p, act=a).digest for p, a in zip(people, acts, strict=True)]

    send_answer(desk.shop.toolkit, staff_id=people[0], act=acts[0], digest=digests[0])
    with pytest.raises(MovedOn):
        send_answer(desk.shop.toolkit, staff_id=people[1], act=acts[1], digest=digests[1])

    assert desk.state() == "offered"
    assert desk.shop.rows("SELECT count(*) FROM decisions")[0][0] == 1


@pytest.mark.proves("input 37", "P1", "bug 48")
def test_nobody_decides_their_own_claim_or_what_they_raised(desk: Desk) -> None:
    own = desk.person(mailbox=desk.order.mailbox)
    raiser = desk.person()
    order = desk.shop.order(lines=(("Copper still", "1995.00", 1),))
    reported = Report(order.number, "k", (ReportedLine(1, 1, Problem.DAMAGED),), "", "en")
    raised = report_problem(
        desk.shop.toolkit, customer_id=order.customer_id, reported=reported, actor=Actor.staff(raiser)
    )

    with pytest.raises(NotAllowed):
        desk.do(own, desk.approval())
    with pytest.raises(NotAllowed):
        desk.do(raiser, desk.approval(100, ref=raised))


@pytest.mark.proves("fault 51", "P1", "P4")
@pytest.mark.parametrize("role", [Role.FINANCE, Role.ADMIN])
def test_who_lost_the_role_while_the_page_was_open_is_refused(desk: Desk, role: Role) -> None:
    person, act = desk.person(), desk.approval()
    digest = preview_letter(desk.shop.toolkit, staff_id=person, act=act).digest
    with desk.shop.toolkit.transaction() as session:
        member = staff.by_id(desk.shop.toolkit.sessions(), person)
        assert member is not None
        session.merge(member).role = role.value

    with pytest.raises(NotAllowed):
        send_answer(desk.shop.toolkit, staff_id=person, act=act, digest=digest)


def test_a_line_of_another_claim_is_not_found(desk: Desk) -> None:
    terms = terms_of(RemedyKind.REFUND, Money(100, "BRL"), Money(0, "BRL"))
    act = Approval(desk.page(), (LineApproval(2, (terms,)),), "Clear.", "")

    with pytest.raises(NotFound):
        desk.do(desk.person(), act)


def test_goodwill_is_booked_as_goodwill(desk: Desk) -> None:
    terms = terms_of(RemedyKind.STORE_CREDIT, Money(PRICE, "BRL"), Money(20_000, "BRL"))
    lines = (LineApproval(1, (terms,), GoodwillReason.KINDNESS),)
    desk.do(desk.person(), Approval(desk.page(), lines, "Kind.", "Thank you for your patience."))

    desk.shop.accept(desk.order, desk.ref, "store_credit")
    desk.shop.work()

    asked = "SELECT sum(amount_minor) FROM journal_postings WHERE policy_class = 'goodwill'"
    assert desk.shop.rows(asked)[0][0] == 20_000
    assert desk.state() == "made_whole"


@pytest.mark.proves("F7")
def test_an_unanswered_question_comes_back_on_its_day(desk: Desk) -> None:
    until = desk.shop.now().replace(hour=3)
    desk.shop.later(hours=-12)
    desk.do(desk.person(), Question(desk.page(), "Which part?", until))
    desk.shop.later(hours=24)

    look_again(desk.shop.toolkit, claim_ref=desk.ref)

    assert desk.state() == "escalated"
    assert desk.shop.claim(desk.ref).answer_by is not None
