"""Where a claim stands, in words: waits, persons, an honest no, remedies on their way, and what has happened."""

from typing import Any

import pytest
from flask import Flask

from portal.domain.actors import Actor
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.domain.refunds import RefundState
from portal.services.settle_refund import News, settle_refund
from portal.services.withdraw_claim import withdraw_claim
from tests.support.builders import DELIVERED, ON_THE_WAY, ParcelMade, a_line
from tests.support.customer_front import Front, reported
from tests.support.web import rows, toolkit_of


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def test_a_wait_says_until_when_and_why(front: Front):
    _, page = reported(front, parcels={"1": ON_THE_WAY})

    assert "We look again on " in page.text
    assert "the day we promised has not come yet" in page.text


def test_what_a_person_decides_says_by_when_and_asks_for_nothing(front: Front):
    _, page = reported(front, lines=[a_line(price=400_000)])

    assert "A person answers you by " in page.text
    assert "There is nothing for you to fill in" in page.text
    assert "How we put it right" not in page.text


def test_a_no_has_its_reason_what_we_can_still_do_and_a_way_to_ask_again(front: Front):
    came_in_time = ParcelMade(handed_over=-12, promised=-4, delivered=-5)

    _, page = reported(front, Problem.LATE, parcels={"1": came_in_time}, status="delivered")
    again = page.submit("Ask again", words="It really came a week later.")

    assert "our records say that it came on" in page.text
    assert "What we can still do" in page.text
    assert "A person answers you by " in again.text
    assert "It really came a week later." in again.text


def test_a_no_about_a_charge_names_the_interest_of_instalments_in_our_sums(front: Front):
    parcels = {"1": ParcelMade(-98, -80, -90)}
    order = front.an_order(parcels=parcels, placed_days_ago=100)
    with toolkit_of(front.app).transaction() as session:
        session.connection().exec_driver_sql("UPDATE payments SET installments = 3, amount_minor = 6900")

    page = front.owner(order).get(f"/claims/{front.a_claim(order, Problem.CHARGED_WRONGLY)}")

    said = " ".join(page.text.replace("R$", " R$").split())
    assert "what you paid is exactly its total" in said
    assert "Interest for paying in instalments R$9.00" in said
    assert said.count("R$69.00") == 3


def test_a_no_about_a_charge_shows_our_sums(front: Front):
    long_ago: dict[str, Any] = {
        "parcels": {"1": ParcelMade(-98, -80, -90)},
        "placed_days_ago": 100,
        "status": "delivered",
    }
    lines = [a_line(title="Kettle"), a_line(title="Cups", quantity=2)]
    order = front.an_order(lines=lines, parcels=long_ago, placed_days_ago=100)

    page = front.owner(order).get(f"/claims/{front.a_claim(order, Problem.CHARGED_WRONGLY)}")

    for said in ("Kettle R$50.00", "2 × Cups R$100.00", "Shipping R$20.00", "Visa card ending 1995 R$170.00"):
        assert said in " ".join(page.text.replace("R$", " R$").split())


def test_what_stands_beside_the_offers_is_said(front: Front):
    order = front.an_order(parcels={"1": ParcelMade(-498, -480, -490)}, placed_days_ago=500)

    page = front.owner(order).get(f"/claims/{front.a_claim(order, Problem.MISSING_PACKAGE)}")

    assert "a person on our team listens to you" in page.text


def test_credit_shows_its_code_once_it_is_there(front: Front):
    ref, page = reported(front)
    front.take(ref, RemedyKind.STORE_CREDIT)
    moving = page.visitor.get(page.path)
    front.issue_credit()

    done = page.visitor.get(page.path)
    account = page.visitor.get("/credit")

    code = account.text.split("checkout ")[1].split(" ")[0]
    assert "Type this code" not in moving.text
    assert code in done.text
    assert done.heading == "Your store credit is ready"


@pytest.mark.proves("bug 26")
def test_a_parcel_that_has_left_is_on_its_way_and_not_put_right_yet(front: Front):
    ref, page = reported(front)
    front.take(ref, RemedyKind.REPLACEMENT)
    front.parcel_news("shipped", carrier="Sedex", tracking_number="BR123")
    shipped, listed = page.visitor.get(page.path), page.visitor.get("/orders")
    front.parcel_news("delivered")
    delivered = page.visitor.get(page.path)

    assert "Tracking BR123" in shipped.text
    assert "All that we promised is done." not in shipped.text
    assert "On its way" in listed.text
    assert "Promise kept" not in listed.text
    assert "All that we promised is done." in delivered.text
    assert shipped.heading.startswith("We are sorry")
    assert delivered.heading == "Your new parcel arrived"
    assert "Is anything still not right?" in delivered.text


def test_the_page_in_motion_learns_of_news_by_version(front: Front):
    ref, page = reported(front)
    front.take(ref, RemedyKind.STORE_CREDIT)
    before = page.visitor.client.get(f"{page.path}/status").get_json()
    front.issue_credit()
    after = page.visitor.client.get(f"{page.path}/status").get_json()

    assert before["moving"]
    assert not after["moving"]
    assert before["version"] < after["version"]


def test_a_report_can_be_taken_back_until_something_moves(front: Front):
    ref, page = reported(front)
    other, another = reported(front)
    front.take(other, RemedyKind.REFUND)

    taken_back = page.submit("Yes, take it back")
    too_late = another.submit("Yes, take it back", status=409)

    assert taken_back.heading == "Taken back"
    assert too_late.links()["See how it stands now"] == another.path
    assert (front.claim(ref).state, front.claim(other).state) == ("withdrawn", "accepted")


def test_what_happened_is_told_newest_first(front: Front):
    ref, page = reported(front)
    front.take(ref, RemedyKind.STORE_CREDIT)
    front.issue_credit()

    told = page.visitor.get(page.path).text.split("What has happened")[1]

    order = ["All that we promised is done.", "You have R$66.00 store credit", "You chose: Store credit", "You told us"]
    assert [told.index(sentence) for sentence in order] == sorted(told.index(sentence) for sentence in order)


def test_the_page_speaks_the_language_of_its_order_until_another_is_chosen(front: Front):
    made = front.an_order(parcels={"1": DELIVERED}, locale="pt-BR")
    visitor = front.owner(made)
    ref = front.a_claim(made, Problem.DAMAGED, locale="pt_BR")

    page = visitor.get(f"/claims/{ref}")
    switched = page.submit("English")

    assert page.document.get("lang") == "pt-BR"
    assert switched.document.get("lang") == "en"
    assert switched.path == page.path
    assert switched.heading.startswith("We are sorry")


def test_what_happened_to_several_things_at_once_is_told_once(front: Front):
    order = front.an_order(lines=[a_line(title="Cups"), a_line(title="Kettle")])
    ref = front.a_claim(order, Problem.OTHER, lines=(1, 2), words="Neither is right.")

    withdraw_claim(front.toolkit, customer_id=order.customer_id, claim_ref=ref)

    page = front.owner(order).get(f"/claims/{ref}")
    assert page.text.count("You took your report back.") == 1
    assert page.text.count("You told us what went wrong.") == 1


def test_equal_amounts_that_went_back_at_once_are_told_as_their_sum_and_each_counts_once(front: Front):
    order = front.an_order(lines=[a_line(title="Cup", price=1000), a_line(title="Plate", price=1000)])
    ref = front.a_claim(order, lines=(1, 2))
    front.take(ref, RemedyKind.REFUND)
    refunds = [row[0] for row in rows(front.app, "SELECT ref FROM refunds ORDER BY id")]
    for state in (RefundState.SENT, RefundState.PENDING, RefundState.SUCCEEDED):
        for number, refund in enumerate(refunds):
            news = News(state, f"re_{number}", None)
            settle_refund(front.toolkit, refund_ref=refund, news=news, actor=Actor.system("tests"))
    ((paid,),) = rows(front.app, "SELECT sum(amount_minor) FROM refunds")

    told = front.owner(order).get(f"/claims/{ref}").text.split("What has happened")[1]

    assert len(refunds) == 2
    assert told.count(f"R${paid / 100:.2f} left us for your card ending") == 1
    assert told.count("left us for your card ending") == 1
    assert told.count(f"We asked the bank to send R${paid / 100:.2f} back") == 1
