"""What policy cannot settle goes to a person: approved by two above the limit, or declined with what can be done."""

from typing import Any

from tests.journeys.finance_file import cost_of, downloaded_costs
from tests.journeys.invariants import assert_invariants_hold
from tests.journeys.people import AGENT, APPROVER, OTHER_AGENT, Guest, Worker
from tests.support.running import Running

_DECISION = """
    SELECT d.decided_by_id, d.second_by_id FROM decisions d JOIN claim_lines l ON l.id = d.claim_line_id
    JOIN claims c ON c.id = l.claim_id WHERE d.state = 'in_force' AND c.ref = %(ref)s
"""


def test_above_the_limit_two_people_approve_and_the_customer_takes_the_offer(running: Running, opens: Any):
    guest, agent, approver = opens(Guest, running), opens(Worker, running), opens(Worker, running)
    mailbox = "rafael.monteiro@example.com"

    guest.is_in(mailbox)
    ref = guest.tell("AURORA-1020", {1: "missing_line"}, "The box held a stone.")
    with_person = guest.words
    agent.come_in(AGENT)
    agent.open_claim(ref)
    box = agent.unfold("approve")
    box.get_by_label("Why yes, for colleagues").fill("The weight at the hand-over fits a stone.")
    agent.preview("approve", button="Propose it")
    before = guest.page.locator("#take-refund").count()
    approver.come_in(APPROVER)
    approver.open_claim(ref)
    approver.press("See the mail and confirm")
    approver.press("Confirm and send")
    guest.mail(mailbox, ref, "4,308.12")
    guest.go(f"/claims/{ref}")
    guest.take("refund")
    guest.until("Promise kept")
    costs = downloaded_costs(running, opens)

    assert "answers you by" in with_person
    assert sum(cost_of(costs, ref)) == 430_812
    assert before == 0
    decision = running.rows(_DECISION, {"ref": ref})[0]
    assert decision.second_by_id not in (None, decision.decided_by_id)
    assert_invariants_hold(running)


def test_a_no_gives_what_we_can_do_and_asking_again_reaches_somebody_else(running: Running, opens: Any):
    guest, agent, other = opens(Guest, running), opens(Worker, running), opens(Worker, running)
    mailbox = "helena.prado@example.com"

    guest.is_in(mailbox)
    ref = guest.tell("AURORA-1038", {1: "charged_wrongly"})
    by_policy = guest.words
    guest.page.get_by_label("See it differently?").fill("My statement says more.")
    guest.press("Ask again")
    agent.come_in(AGENT)
    agent.open_claim(ref)
    box = agent.unfold("decline")
    box.get_by_label("The reason the customer reads").select_option(index=1)
    box.get_by_label("What we can still do").select_option(index=1)
    box.get_by_label("Your words to the customer").fill("I added everything up again and it agrees.")
    agent.preview("decline", button="Say no and send")
    guest.until("I added everything up again")
    declined = guest.words
    guest.page.get_by_label("See it differently?").fill("Please look once more.")
    guest.press("Ask again")
    agent.open_claim(ref)
    stopped = agent.page.locator("details#decline").count()
    other.come_in(OTHER_AGENT)
    other.open_claim(ref)
    costs = downloaded_costs(running, opens)

    assert "What we can still do" in by_policy
    assert "What we can still do" in declined
    assert guest.mail(mailbox, ref, "I added everything up again")
    assert stopped == 0
    assert other.page.locator("details#decline").count() == 1
    assert cost_of(costs, ref) == []
    assert_invariants_hold(running)


def test_a_question_to_the_customer_waits_for_the_answer_and_comes_back(running: Running, opens: Any):
    guest, agent = opens(Guest, running), opens(Worker, running)

    guest.is_in("nour.alsabah@example.com")
    ref = guest.tell("AURORA-1028", {1: "other"}, "It hums.")
    agent.come_in(AGENT)
    agent.open_claim(ref)
    agent.unfold("ask").get_by_label("Your question").fill("Does it hum on every stove?")
    agent.preview("ask", button="Send")
    guest.go(f"/claims/{ref}")
    guest.page.get_by_label("Your answer").fill("Yes, on all of them.")
    guest.press("Send the answer")
    agent.open_claim(ref)

    assert "Yes, on all of them." in agent.words
    assert agent.page.locator("details#approve").count() == 1
    assert_invariants_hold(running)
