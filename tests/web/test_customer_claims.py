"""Offers on the claim page: the apology first, then what is decided, accepted once whatever is tapped."""

import pytest
from flask import Flask
from structlog.testing import capture_logs

from portal.domain.problems import Problem
from tests.support.builders import LATE, PaymentMade, a_line, a_payment
from tests.support.customer_front import Front, fields, remedies, reported, token_of
from tests.support.web import Clock, rows, sign_in_customer


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def test_from_orders_to_a_remedy_in_two_forms(front: Front):
    order = front.an_order(parcels={"1": LATE}, status="shipped")
    page = front.owner(order).get("/orders")

    page = page.follow(f"Something’s wrong with order {order.number}")
    page = page.submit("Tell us", **fields({"line_1-problem": "missing_package"}))
    assert page.heading.startswith("We are sorry")
    page = page.submit("Give me R$60.00 back")

    assert remedies(front) == [("refund", 6000)]
    assert "Now: We give it to the bank." in page.text
    assert "This page follows along by itself." in page.text


def test_the_apology_stands_before_everything_that_is_offered_or_asked(front: Front):
    _, page = reported(front)
    made = front.an_order(lines=[a_line(price=45_000)])
    photo = front.owner(made).get(f"/claims/{front.a_claim(made, Problem.DAMAGED)}")

    for shown, later in ((page, "Send it again"), (photo, "Could you show us?"), (photo, "Money back")):
        assert 0 <= shown.text.index("sorry") < shown.text.index(later)


@pytest.mark.proves("bug 41")
def test_money_back_names_each_card_and_what_comes_as_credit(front: Front):
    payments = [
        a_payment(3_000),
        a_payment(1_500, card_brand="elo", card_last4="0175"),
        a_payment(1_500, "voucher"),
    ]

    _, page = reported(front, payments=payments)

    assert "R$30.00 to your Visa card ending 1995" in page.text
    assert "R$15.00 to your Elo card ending 0175" in page.text
    assert "R$15.00 as store credit, usable at once, because you did not pay this part by card" in page.text
    assert "Rather to your bank account?" in page.text


def test_what_the_page_says_of_the_cards_is_what_happens(front: Front):
    lines = [a_line(price=5_000), a_line(price=5_000)]
    payments = [a_payment(7_000), a_payment(5_000, card_last4="0175")]
    _, page = reported(front, lines=lines, payments=payments)
    said = {ending: f"R${amount}.00 to your Visa card ending {ending}" for ending, amount in _split(front).items()}

    page.submit("Give me R$120.00 back")

    promised = rows(
        front.app,
        "SELECT p.card_last4, (sum(r.amount_minor) / 100)::int AS amount"
        " FROM refunds r JOIN payments p ON p.id = r.payment_id GROUP BY 1",
    )
    assert {row.card_last4: f"R${row.amount}.00 to your Visa card ending {row.card_last4}" for row in promised} == said
    assert all(sentence in page.text for sentence in said.values())


def _split(_front: Front) -> dict[str, int]:
    # The first line takes 60 of the larger card, the second 50 of what is then the larger and 10 of the rest.
    return {"1995": 70, "0175": 50}


def test_a_card_without_a_reference_comes_back_as_credit_and_the_page_says_why(front: Front):
    payments = [a_payment(2_500), a_payment(2_000, provider_ref=None), a_payment(1_500, "voucher")]
    _, page = reported(front, payments=payments)

    assert "R$20.00 as store credit, usable at once, because it cannot go back to your card by itself" in page.text
    assert "R$15.00 as store credit, usable at once, because you did not pay this part by card" in page.text


_ONE_WAY = "The way you paid only carries money to us."
_UNREACHED = "From here we cannot send money back to the card you paid with."


@pytest.mark.parametrize(
    ("payments", "why"),
    [
        ([a_payment(6_000, "boleto")], _ONE_WAY),
        ([a_payment(6_000, provider_ref=None)], _UNREACHED),
        (
            [a_payment(4_000, provider_ref=None), a_payment(2_000, "voucher")],
            f"{_UNREACHED} One of the ways you paid only carries money to us.",
        ),
    ],
)
def test_where_nothing_can_go_back_by_itself_the_page_says_why_and_names_a_way(
    front: Front, payments: list[PaymentMade], why: str
):
    _, page = reported(front, payments=payments)

    assert "Money back" not in page.text
    assert f"{why} It comes back as store credit, or a person arranges a bank transfer with you." in page.text
    assert (_ONE_WAY in page.text) == (why == _ONE_WAY)
    assert "Rather to your bank account?" in page.text


def test_one_tap_settles_all_lines_that_share_their_choices(front: Front):
    lines = [a_line(title="Kettle"), a_line(title="Cups", price=3_000)]
    _, page = reported(front, lines=lines)

    page.submit("Take R$110.00 credit")

    assert sorted(remedies(front)) == [("store_credit", 4000), ("store_credit", 6000)]


def test_lines_that_differ_are_chosen_for_one_by_one(front: Front):
    order = front.an_order(lines=[a_line(title="Kettle"), a_line(title="Cups", price=3_000)])
    page = front.owner(order).get(f"/orders/{order.number}/report")
    page = page.submit(
        "Tell us",
        **fields(
            {
                "line_1-chosen": "y",
                "line_1-problem": "damaged",
                "line_2-chosen": "y",
                "line_2-problem": "not_as_described",
            }
        ),
    )
    offers = {(row.kind, row.title): row.ref for row in rows(front.app, _OFFERS)}

    page.submit("Put it right like this", line_1=offers["replacement", "Kettle"], line_2=offers["refund", "Cups"])

    assert sorted(kind for kind, _ in remedies(front)) == ["refund", "replacement"]


_OFFERS = (
    "SELECT o.kind, ol.title, o.ref FROM offers o JOIN claim_lines cl ON cl.id = o.claim_line_id"
    " JOIN order_lines ol ON ol.id = cl.order_line_id"
)


def test_nothing_chosen_is_asked_for_once_more(front: Front):
    ref, page = reported(front)

    page = page.visitor.post(f"/claims/{ref}/accept", {**token_of(page.visitor), "version": "1"}, status=422)

    assert "Please choose how we put it right." in page.text
    assert remedies(front) == []


def test_a_missing_street_is_asked_for_and_what_was_typed_is_kept(front: Front):
    _, page = reported(front, street="")

    asked = page.submit("Send it again", street=" ", status=422)
    too_long = asked.submit("Send it again", street="s" * 201, status=422)
    done = too_long.submit("Send it again", street="Rua Nova 7")

    assert "Please type the street and number, so that it finds you." in asked.text
    assert "s" * 201 in too_long.answer.text
    assert rows(front.app, "SELECT address->>'line1' FROM replacements") == [("Rua Nova 7",)]
    assert "You asked us to send it again." in done.text


@pytest.mark.proves("fault 49", "F8")
def test_a_double_tap_makes_one_remedy_and_both_land_on_the_claim(front: Front):
    _, page = reported(front)

    landed = [page.submit("Give me R$60.00 back") for _ in range(2)]

    assert [one.path for one in landed] == [page.path] * 2
    assert remedies(front) == [("refund", 6000)]


@pytest.mark.proves("fault 49", "input 35", "M8")
def test_another_choice_from_an_old_tab_is_told_that_it_has_moved_on(front: Front):
    _, page = reported(front)
    page.submit("Give me R$60.00 back")

    answer = page.submit("Take R$66.00 credit", status=409)

    assert answer.heading == "This has moved on"
    assert answer.links()["See how it stands now"] == page.path
    assert remedies(front) == [("refund", 6000)]


def test_a_stale_version_changes_nothing_and_keeps_what_was_typed(front: Front):
    _, page = reported(front, street="")

    answer = page.submit("Send it again", version="0", street="Rua Nova 7", status=409)

    assert "Rua Nova 7" in answer.text
    assert remedies(front) == []


@pytest.mark.parametrize("version", ["", "-1", "1e2", "1_0", "one", "9" * 10, "１"])
def test_a_version_that_no_page_of_ours_sends_is_refused(front: Front, version: str):
    _, page = reported(front)

    page.submit("Give me R$60.00 back", version=version, status=400)

    assert remedies(front) == []


@pytest.mark.proves("input 17", "input 16")
@pytest.mark.parametrize("currency", ["XXX", "JPY", "USD", "brl", "BRL ", ""])
def test_an_amount_sent_along_counts_for_nothing_and_is_logged_by_name_rel_17(front: Front, currency: str):
    _, page = reported(front)

    with capture_logs() as logged:
        sent = {"amount": "999999", "amount_minor": "999999", "currency": currency, "a@b": "1"}
        page.submit("Give me R$60.00 back", sent)

    (told,) = [line for line in logged if line["event"] == "fields were ignored"]
    assert told["fields"] == ["?", "amount", "amount_minor", "currency"]
    assert "999999" not in str(told)
    assert remedies(front) == [("refund", 6000)]
    assert rows(front.app, "SELECT DISTINCT currency FROM refunds") == [("BRL",)]


@pytest.mark.proves("input 20")
def test_an_offer_of_another_claim_is_not_there_to_take_rel_20(front: Front):
    _, page = reported(front)
    other, _ = reported(front)
    theirs = front.claim(other).lines[0].offers[0].ref

    page.submit("Give me R$60.00 back", line_1=theirs, status=404)

    assert remedies(front) == []


@pytest.mark.proves("input 35")
def test_what_was_offered_can_be_taken_until_its_last_day_and_not_after(front: Front, clock: Clock):
    ref, page = reported(front)
    clock.pass_(days=31)
    sign_in_customer(page.visitor.client, front.claim(ref).customer_id)

    late = page.submit("Give me R$60.00 back", status=409, **token_of(page.visitor))

    assert "cannot be taken any more" in late.text
    assert "What we offered has reached its last day." in late.text
    assert remedies(front) == []


@pytest.mark.parametrize(("problem", "kept"), [(Problem.DAMAGED, True), (Problem.FAULTY, False)])
def test_who_keeps_what_came_is_told_so_beside_the_offers(front: Front, problem: Problem, *, kept: bool):
    made = front.an_order()

    page = front.owner(made).get(f"/claims/{front.a_claim(made, problem)}")

    assert ("Please keep what came; there is nothing to send back." in page.text) is kept
