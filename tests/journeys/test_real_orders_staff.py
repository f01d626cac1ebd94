"""Staff at a real order: a yes whose money arrives and stands in finance's file, and a no that says what we can do."""

from typing import Any

from tests.journeys.finance_file import cost_of, downloaded_costs
from tests.journeys.invariants import assert_invariants_hold
from tests.journeys.people import AGENT, Guest, Worker
from tests.journeys.real_orders import ENDED, loose_end
from tests.support.running import Running

# One that was paid by card and came not long ago, at most what an agent of the demonstration approves alone.
_CAME = """
    SELECT o.order_number, c.mailbox FROM orders o JOIN customers c ON c.id = o.customer_id
    JOIN shipments s ON s.order_id = o.id JOIN payments p ON p.order_id = o.id
    WHERE o.payments_total_minor BETWEEN 1000 AND 20000 AND NOT EXISTS (SELECT FROM claims WHERE order_id = o.id)
    GROUP BY o.id, c.id HAVING bool_and(p.method = 'card')
        AND bool_and(s.delivered_at BETWEEN now() - interval '80 days' AND now() - interval '4 days')
    ORDER BY o.id DESC LIMIT 1
"""
# One that cost more than its lines, because the bank lent the money.
_WITH_INTEREST = """
    SELECT o.order_number, c.mailbox FROM orders o JOIN customers c ON c.id = o.customer_id
    JOIN shipments s ON s.order_id = o.id JOIN payments p ON p.order_id = o.id
    WHERE o.payments_total_minor BETWEEN o.lines_total_minor + 1000 AND 60000
        AND NOT EXISTS (SELECT FROM claims WHERE order_id = o.id)
    GROUP BY o.id, c.id HAVING max(p.installments) > 1 AND bool_and(s.delivered_at IS NOT NULL)
    ORDER BY o.id DESC LIMIT 1
"""
_REFUNDED = """
    SELECT r.amount_minor FROM remedies r JOIN claims c ON c.id = r.claim_id
    WHERE c.ref = %(ref)s AND r.kind = 'refund' AND r.state = 'settled'
"""
_OF_THE_CLAIM = f"{ENDED} WHERE c.ref = %(ref)s"
# Less than any of these orders cost, and what no rule would give.
_GIVEN, _GIVEN_MINOR = "9.87", 987
_OUR_NO = "I looked at every instalment, and each is what you agreed with your bank."


def loose_ends(shop: Running, ref: str) -> list[str]:
    """Say which lines of a claim came to no good end."""
    return [fault for row in shop.rows(_OF_THE_CLAIM, {"ref": ref}) if (fault := loose_end(row))]


def approve(agent: Worker, ref: str, amount: str) -> str:
    """Say yes to a claim with money back and no credit, and give the mail as it stood before it left."""
    agent.come_in(AGENT)
    agent.open_claim(ref)
    box = agent.unfold("approve")
    box.locator('input[name$="-store_credit"]').uncheck()
    box.locator('input[name$="-refund"]').check()
    box.locator('input[name$="-refund-amount"]').fill(amount)
    box.get_by_label("Why yes, for colleagues").fill("It is sewn with too little thread.")
    agent.press("See the mail", within="details#approve")
    shown = agent.words
    agent.press("Approve and send")
    return shown


def say_no(agent: Worker, ref: str) -> None:
    """Say no to a claim, with a reason, a person to talk to and words of one's own."""
    agent.come_in(AGENT)
    agent.open_claim(ref)
    box = agent.unfold("decline")
    box.get_by_label("The reason the customer reads").select_option("reported_long_after")
    box.get_by_label("What we can still do").select_option("talk_to_a_person")
    box.get_by_label("Your words to the customer").fill(_OUR_NO)
    agent.preview("decline", button="Say no and send")


def test_an_agent_approves_a_real_order_and_its_refund_stands_in_the_file_of_finance(real_shop: Running, opens: Any):
    guest, agent = opens(Guest, real_shop), opens(Worker, real_shop)
    order = real_shop.rows(_CAME)[0]

    guest.come_in(order.mailbox, order.order_number)
    ref = guest.tell(order.order_number, {1: "other"}, "A costura abriu no primeiro dia.")
    with_person, before = guest.words, guest.page.locator("#take-refund").count()
    shown = approve(agent, ref, _GIVEN)
    guest.go(f"/claims/{ref}")
    guest.take("refund")
    guest.until("Promise kept", seconds=60)
    costs = downloaded_costs(real_shop, opens)

    assert "answers you by" in with_person
    assert before == 0
    assert f"R${_GIVEN}" in shown
    assert guest.mail(order.mailbox, ref, f"R${_GIVEN}")
    assert [row.amount_minor for row in real_shop.rows(_REFUNDED, {"ref": ref})] == [_GIVEN_MINOR]
    assert cost_of(costs, ref) == [_GIVEN_MINOR]
    assert loose_ends(real_shop, ref) == []
    assert_invariants_hold(real_shop)


def test_an_agent_declines_a_real_order_with_what_we_can_still_do_and_it_costs_nothing(real_shop: Running, opens: Any):
    guest, agent = opens(Guest, real_shop), opens(Worker, real_shop)
    order = real_shop.rows(_WITH_INTEREST)[0]

    guest.come_in(order.mailbox, order.order_number)
    ref = guest.tell(order.order_number, {1: "charged_wrongly"}, "Paguei mais do que o preço.")
    guest.page.get_by_label("See it differently?").fill("Peço que uma pessoa olhe.")
    guest.press("Ask again")
    with_person = guest.words
    say_no(agent, ref)
    guest.until(_OUR_NO)
    declined = guest.words
    letter = guest.mail(order.mailbox, ref, _OUR_NO)
    costs = downloaded_costs(real_shop, opens)

    assert "answers you by" in with_person
    assert "What we can still do: a person on our team listens to you" in declined
    assert "What we can still do" in letter["text"]
    assert cost_of(costs, ref) == []
    assert loose_ends(real_shop, ref) == []
    assert_invariants_hold(real_shop)
