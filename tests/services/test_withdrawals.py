"""Withdrawals: declared by anybody, compared with the order that they name, acknowledged, and answered by people."""

from datetime import date
from typing import Any

import pytest

from portal.domain.authority import Role
from portal.domain.errors import Conflict, IllegalMove, MovedOn, NotAllowed, NotFound, TooMany
from portal.domain.problems import Problem
from portal.domain.refs import new_ref
from portal.gateways.photo_folder import PhotoFolder
from portal.services.decide_withdrawal import (
    accept_withdrawal,
    answer_withdrawal,
    connect_withdrawal,
    note_goods_back,
)
from portal.services.erase_customer import erase_customer
from portal.services.follow_parcel import ParcelNews, follow_parcel
from portal.services.look_at_withdrawal import look_at_withdrawal
from tests.support.at_once import at_once
from tests.support.shop import AnOrder, Shop
from tests.support.staff_made import a_staff_member
from tests.support.withdrawals import declare, european, history, looked_at, page_of, row_of


@pytest.fixture
def agent(shop: Shop) -> int:
    return a_staff_member(shop.toolkit, limits={"BRL": 100_000})


def test_a_declaration_is_acknowledged_with_its_content_and_moment(shop: Shop):
    order = european(shop, delivered=3)

    ref = looked_at(shop, order)

    words = shop.rows("SELECT body FROM letters WHERE template = 'withdrawal_received' AND state = 'sent'")[0][0]
    for told in ("the whole order", order.number, "Ana Souza", order.mailbox, "20 November 2026", "09:00:00", ref):
        assert told in words
    assert history(shop, ref)[0] == ("declare", "guest:withdrawal")


def test_what_is_in_time_is_accepted_at_once_and_the_money_is_due_in_fourteen_days(shop: Shop):
    order = european(shop, delivered=3)

    ref = looked_at(shop, order)

    row = row_of(shop, ref)
    assert (row.state, row.standing, row.order_id) == ("awaiting_goods", "in_time", order.order_id)
    assert row.due_at == row.refund_by
    assert (row.refund_by - row.declared_at).days == 14
    assert shop.letters(order) == ["withdrawal_received", "withdrawal_accepted"]
    assert "Please send the goods off by Friday, 4 December 2026" in shop.last_words(order)


def test_whoever_still_waits_for_the_parcel_may_withdraw_and_has_nothing_to_send_back(shop: Shop):
    order = european(shop, status="shipped", delivered=None)

    ref = looked_at(shop, order)

    assert (row_of(shop, ref).state, row_of(shop, ref).standing) == ("awaiting_goods", "not_delivered")
    assert "nothing to send back" in shop.last_words(order)


@pytest.mark.parametrize(
    ("said", "wanted", "standing"),
    [
        ({}, {"delivered": 40, "ordered": 60}, "late"),
        ({}, {"delivered": None}, "undetermined"),
        ({"order_number": "NOWHERE-1"}, {}, "no_order"),
        ({"mailbox": "somebody.else@example.com"}, {}, "no_order"),
        ({"goods": "The blue one"}, {"delivered": 3}, "in_time"),
    ],
)
def test_what_a_machine_cannot_accept_goes_to_a_person_and_is_never_dropped(
    shop: Shop, said: dict[str, Any], wanted: dict[str, Any], standing: str
):
    order = european(shop, **wanted)

    ref = looked_at(shop, order, **said)

    row = row_of(shop, ref)
    assert (row.state, row.standing) == ("with_person", standing)
    assert (row.due_at - row.declared_at).days == 1
    assert shop.rows("SELECT count(*) FROM letters WHERE template = 'withdrawal_received' AND state = 'sent'")[0][0]


def test_where_the_law_gives_no_right_a_person_answers_all_the_same(shop: Shop):
    order = shop.order(delivered=3)

    ref = looked_at(shop, order)

    assert (row_of(shop, ref).state, row_of(shop, ref).standing) == ("with_person", "no_right")


def test_a_guest_who_names_anothers_order_hears_nothing_of_it(shop: Shop):
    order = european(shop, delivered=3)

    ref = looked_at(shop, order, mailbox="stranger@example.com")

    told = shop.rows("SELECT body FROM letters WHERE recipient = 'stranger@example.com'")
    assert len(told) == 1
    assert "Blue kettle" not in told[0][0]
    assert row_of(shop, ref).order_id is None
    assert shop.letters(order) == []


def test_whoever_is_signed_in_may_have_the_acknowledgement_sent_elsewhere(shop: Shop):
    order = european(shop, delivered=3)

    ref = looked_at(shop, order, mailbox="my.other@example.com", customer_id=order.customer_id)

    assert row_of(shop, ref).order_id == order.order_id
    assert history(shop, ref)[0] == ("declare", f"claimant:{order.customer_id}")


def test_a_double_tap_is_one_declaration(shop: Shop):
    order = european(shop, delivered=3)

    refs = at_once(*[lambda: declare(shop, order, client_key="the same page")] * 4)
    shop.work()

    assert len(set(refs)) == 1
    assert shop.rows("SELECT count(*) FROM withdrawals")[0][0] == 1
    assert shop.letters(order) == ["withdrawal_received", "withdrawal_accepted"]


def test_the_same_declared_again_is_acknowledged_and_makes_no_second_item(shop: Shop):
    order = european(shop, delivered=3)
    first = looked_at(shop, order)

    again = looked_at(shop, order)

    assert (row_of(shop, again).state, row_of(shop, again).due_at) == ("repeated", None)
    assert row_of(shop, again).repeats_id == row_of(shop, first).id
    assert shop.letters(order).count("withdrawal_received") == 2
    assert shop.letters(order).count("withdrawal_accepted") == 1


def test_other_lines_of_the_same_order_are_a_declaration_of_their_own(shop: Shop):
    order = european(shop, delivered=3, lines=(("Kettle", "50.00", 1), ("Cup", "20.00", 2)))
    whose = {"customer_id": order.customer_id}

    refs = [
        looked_at(shop, order, goods=title, lines=((number, 1),), **whose)
        for number, title in ((1, "Kettle"), (2, "Cup"), (2, "Cup"))
    ]

    assert [row_of(shop, ref).state for ref in refs] == ["awaiting_goods", "awaiting_goods", "repeated"]


def test_looking_twice_changes_nothing(shop: Shop):
    ref = looked_at(shop, european(shop, delivered=3))

    look_at_withdrawal(shop.toolkit, withdrawal_ref=ref)
    look_at_withdrawal(shop.toolkit, withdrawal_ref="WDR-NOBODYS")

    assert [move for move, _ in history(shop, ref)] == ["declare", "accept"]


def test_a_mailbox_that_takes_no_mail_keeps_nobody_from_looking(shop: Shop):
    order = european(shop, delivered=3)

    ref = looked_at(shop, order, mailbox="nobody@refused.example", customer_id=order.customer_id)

    assert row_of(shop, ref).state == "awaiting_goods"
    assert {row[0] for row in shop.rows("SELECT state FROM letters")} == {"undeliverable"}


def test_declarations_are_limited_as_looking_up_is(shop: Shop):
    order = european(shop, delivered=3)
    for _ in range(5):
        declare(shop, order)

    with pytest.raises(TooMany):
        declare(shop, order)

    assert shop.rows("SELECT count(*) FROM withdrawals")[0][0] == 5


def test_a_person_names_the_order_says_which_goods_and_accepts(shop: Shop, agent: int):
    order = european(shop, delivered=40, lines=(("Kettle", "50.00", 1), ("Cup", "20.00", 2)))
    ref = looked_at(shop, order, mailbox="typo@example.com", goods="the cups")

    connect_withdrawal(shop.toolkit, staff_id=agent, page=page_of(shop, ref), order_number=order.number)
    late = row_of(shop, ref).standing
    with pytest.raises(MovedOn):
        accept_withdrawal(shop.toolkit, staff_id=agent, page=page_of(shop, ref))
    accept_withdrawal(shop.toolkit, staff_id=agent, page=page_of(shop, ref), lines=((2, 2),))
    note_goods_back(shop.toolkit, staff_id=agent, page=page_of(shop, ref))

    assert late == "late"
    assert row_of(shop, ref).state == "goods_back"
    assert history(shop, ref)[2:] == [(move, f"staff:{agent}") for move in ("connect", "accept", "goods_came")]
    shop.work()
    assert "typo@example.com" in {row[0] for row in shop.rows("SELECT recipient FROM letters")}


def test_a_person_answers_in_own_words_and_closes_it(shop: Shop, agent: int):
    order = european(shop, delivered=90, ordered=99)
    ref = looked_at(shop, order)

    answer_withdrawal(shop.toolkit, staff_id=agent, page=page_of(shop, ref), words="We talked about it by phone.")
    shop.work()

    assert (row_of(shop, ref).state, row_of(shop, ref).due_at) == ("answered", None)
    assert "We talked about it by phone." in shop.last_words(order)
    with pytest.raises(IllegalMove):
        accept_withdrawal(shop.toolkit, staff_id=agent, page=page_of(shop, ref))


def test_nobody_decides_their_own_withdrawal_and_a_page_out_of_date_does_nothing(shop: Shop, agent: int):
    order = european(shop, delivered=90, ordered=99)
    ref = looked_at(shop, order)
    page = page_of(shop, ref)
    own = a_staff_member(shop.toolkit, mailbox=order.mailbox)
    finance = a_staff_member(shop.toolkit, role=Role.FINANCE)

    for staff_id in (own, finance):
        with pytest.raises(NotAllowed):
            accept_withdrawal(shop.toolkit, staff_id=staff_id, page=page)
    accept_withdrawal(shop.toolkit, staff_id=agent, page=page)
    with pytest.raises(MovedOn):
        note_goods_back(shop.toolkit, staff_id=agent, page=page)
    with pytest.raises(NotFound):
        connect_withdrawal(shop.toolkit, staff_id=agent, page=page_of(shop, ref), order_number="NOWHERE")

    assert row_of(shop, ref).state == "awaiting_goods"


def test_erasing_a_person_waits_for_their_withdrawal_and_takes_what_they_typed(shop: Shop, agent: int, tmp_path: Any):
    order: AnOrder = european(shop, delivered=90, ordered=99)
    ref = looked_at(shop, order, name="Ana Canary", goods="A canary")
    with pytest.raises(Conflict, match=ref):
        erase_customer(shop.toolkit, PhotoFolder(tmp_path), mailbox=order.mailbox)
    answer_withdrawal(shop.toolkit, staff_id=agent, page=page_of(shop, ref), words=f"Dear canary {new_ref('x')}")
    shop.work()

    erase_customer(shop.toolkit, PhotoFolder(tmp_path), mailbox=order.mailbox)

    row = row_of(shop, ref)
    assert "canary" not in str(row).lower()
    assert order.mailbox not in str(row)


def test_the_period_begins_anew_with_what_was_sent_again(shop: Shop):
    order = european(shop, delivered=20, ordered=30, handed_over=25, promised=20)
    claim = shop.report(order, Problem.DAMAGED)
    shop.accept(order, claim, "replacement")
    shop.work()
    on_its_way = looked_at(shop, order)
    ref = str(shop.rows("SELECT ref FROM replacements")[0][0])
    for state in ("shipped", "delivered"):
        follow_parcel(shop.toolkit, replacement_ref=ref, news=ParcelNews(state, carrier="Tucano"))
    shop.later(days=14)

    came = looked_at(shop, order)

    # It came on Friday, 20 November 2026.
    assert (row_of(shop, on_its_way).standing, row_of(shop, on_its_way).period_ends_on) == ("not_delivered", None)
    assert row_of(shop, came).period_ends_on == date(2026, 12, 4)
    assert row_of(shop, came).standing == "in_time"
