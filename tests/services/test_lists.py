"""Lists decide who answers, for a time and with a reason; who keeps them is never on them, and all is on record."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from portal.domain.authority import Role
from portal.domain.errors import BadWords, MovedOn, NotAllowed, NotFound
from portal.domain.holding import Held, HeldKind
from portal.domain.limits import ListKind, Subject
from portal.domain.lists import AlreadyListed, BadEnd
from portal.domain.mailboxes import BadMailbox
from portal.domain.problems import Problem
from portal.domain.refs import new_ref
from portal.gateways.photo_folder import PhotoFolder
from portal.services.add_to_list import Entry, add_to_list
from portal.services.end_list_entry import end_list_entry
from portal.services.erase_customer import erase_customer
from portal.services.judge_standing import held_in
from portal.services.report_problem import Report, ReportedLine, report_problem
from portal.services.withdraw_claim import withdraw_claim
from tests.support.at_once import at_once
from tests.support.holding_policies import a_limit, publish
from tests.support.shop import AnOrder, Shop
from tests.support.staff_made import a_staff_member

ONE = (("Blue kettle", "50.00", 1),)
OFFERED, WITH_A_PERSON = "offered", "escalated"


def keeper(shop: Shop, role: Role = Role.APPROVER, mailbox: str = "kim@shop.example") -> int:
    return a_staff_member(shop.toolkit, mailbox, role, {})


def mailbox_of(shop: Shop, order: AnOrder) -> str:
    return str(shop.rows("SELECT mailbox FROM customers WHERE id = :id", id=order.customer_id)[0][0])


def claimed(shop: Shop, order: AnOrder, device: str | None = None) -> str:
    lines = (ReportedLine(1, 1, Problem.MISSING_PACKAGE),)
    reported = Report(order.number, new_ref("key", 12), lines, "", "en", device=device)
    return report_problem(shop.toolkit, customer_id=order.customer_id, reported=reported)


def blocked(shop: Shop, **of: str) -> Entry:
    return Entry(ListKind.BLOCK, "The parcels come back empty.", until(shop, 30), **of)


def until(shop: Shop, days: int) -> date:
    return shop.toolkit.now().astimezone(shop.toolkit.zone).date() + timedelta(days=days)


def state(shop: Shop, ref: str) -> str:
    return shop.claim(ref).lines[0].state


def deeds(shop: Shop) -> list[Any]:
    return [tuple(row) for row in shop.rows("SELECT kind, subject, actor, detail FROM deeds WHERE kind LIKE 'list%'")]


def test_whoever_is_listed_is_answered_by_a_person_until_the_last_day_is_over(shop: Shop) -> None:
    publish(shop)
    staff_id, first = keeper(shop), shop.lost_order(lines=ONE)
    orders = [shop.lost_order(lines=ONE, customer=first) for _ in range(2)]

    ref = add_to_list(shop.toolkit, staff_id=staff_id, entry=blocked(shop, mailbox=mailbox_of(shop, first)))

    within = claimed(shop, orders[0])
    found = held_in(shop.claim(within).lines[0].standing)
    shop.later(days=31)
    after = claimed(shop, orders[1])
    assert (state(shop, within), state(shop, after)) == (WITH_A_PERSON, OFFERED)
    assert found == (Held(HeldKind.ON_LIST, subject=Subject.MAILBOX, entry=ref),)
    said = {"list": "block", "of": "mailbox", "until": until(shop, -1).isoformat()}
    assert deeds(shop) == [("list_entry_added", ref, f"staff:{staff_id}", said)]


def test_an_entry_made_of_a_claims_browser_holds_for_whoever_reports_from_it_until_somebody_ends_it(shop: Shop) -> None:
    publish(shop)
    staff_id = keeper(shop, Role.ADMIN)
    ref = claimed(shop, shop.lost_order(lines=ONE), "a-browser")

    entry = add_to_list(shop.toolkit, staff_id=staff_id, entry=blocked(shop, claim_ref=ref, subject="device"))
    held = claimed(shop, shop.lost_order(lines=ONE), "a-browser")
    other = claimed(shop, shop.lost_order(lines=ONE), "another")
    end_list_entry(shop.toolkit, staff_id=staff_id, ref=entry, reason="It was a library.")
    after = claimed(shop, shop.lost_order(lines=ONE), "a-browser")

    assert [state(shop, one) for one in (held, other, after)] == [WITH_A_PERSON, OFFERED, OFFERED]
    assert [deed[0] for deed in deeds(shop)] == ["list_entry_added", "list_entry_ended"]
    with pytest.raises(MovedOn):
        end_list_entry(shop.toolkit, staff_id=staff_id, ref=entry, reason="Once more.")


def test_each_card_of_an_order_is_listed_by_itself_and_shown_by_its_last_digits(shop: Shop) -> None:
    publish(shop)
    order, other = shop.lost_order(lines=ONE), shop.lost_order(lines=ONE)
    with shop.toolkit.transaction() as session:
        run = session.connection().exec_driver_sql
        run("UPDATE payments SET card_fingerprint = 'Xt5EWLLDS7FJjR1c' WHERE order_id = %s", (order.order_id,))
        run("UPDATE payments SET card_fingerprint = 'Xt5EWLLDS7FJjR1c' WHERE order_id = %s", (other.order_id,))
    ref = claimed(shop, order)

    add_to_list(shop.toolkit, staff_id=keeper(shop), entry=blocked(shop, claim_ref=ref, subject="card"))

    assert shop.rows("SELECT subject, shown FROM list_entries") == [("card", "visa …4242")]
    assert state(shop, claimed(shop, other)) == WITH_A_PERSON


def test_the_list_of_those_without_limits_lifts_them(shop: Shop) -> None:
    publish(shop, a_limit("mailbox", remedies=1))
    first = shop.lost_order(lines=ONE)
    shop.accept(first, claimed(shop, first), "refund")
    entry = Entry(ListKind.ALLOW, "They buy for a school.", until(shop, 30), mailbox=mailbox_of(shop, first))

    add_to_list(shop.toolkit, staff_id=keeper(shop), entry=entry)

    assert state(shop, claimed(shop, shop.lost_order(lines=ONE, customer=first))) == OFFERED


def test_agents_and_whoever_would_list_themselves_may_not(shop: Shop) -> None:
    publish(shop)
    order = shop.lost_order(lines=ONE)
    ref = claimed(shop, order, "my-browser")
    own = mailbox_of(shop, order).replace("@", "+shop@")
    mine, agent = keeper(shop, Role.ADMIN, own), keeper(shop, Role.AGENT, "agent@shop.example")
    elsewhere = claimed(shop, shop.lost_order(lines=ONE), "my-browser")

    def allowed(**of: str) -> Entry:
        return Entry(ListKind.ALLOW, "Because.", until(shop, 30), **of)

    wanted = [
        (agent, blocked(shop, mailbox="ana@example.com")),
        (mine, allowed(mailbox=mailbox_of(shop, order))),
        (mine, allowed(claim_ref=ref, subject="address")),
        (mine, allowed(claim_ref=elsewhere, subject="device")),
    ]

    for staff_id, entry in wanted:
        with pytest.raises(NotAllowed):
            add_to_list(shop.toolkit, staff_id=staff_id, entry=entry)

    assert shop.rows("SELECT count(*) FROM list_entries") == [(0,)]
    assert deeds(shop) == []


@pytest.mark.parametrize("days", [-1, 0, 366, 3_650])
def test_an_entry_ends_tomorrow_at_the_earliest_and_within_a_year(shop: Shop, days: int) -> None:
    entry = Entry(ListKind.BLOCK, "Because.", until(shop, days), mailbox="ana@example.com")

    with pytest.raises(BadEnd):
        add_to_list(shop.toolkit, staff_id=keeper(shop), entry=entry)

    assert shop.rows("SELECT count(*) FROM list_entries") == [(0,)]


def test_what_has_no_reason_no_mailbox_or_no_such_subject_is_not_written(shop: Shop) -> None:
    publish(shop)
    staff_id, ref = keeper(shop), claimed(shop, shop.lost_order(lines=ONE))
    last = until(shop, 30)
    wrong = {
        BadWords: Entry(ListKind.BLOCK, "", last, mailbox="ana@example.com"),
        BadMailbox: Entry(ListKind.BLOCK, "Because.", last, mailbox="nobody"),
        NotFound: Entry(ListKind.BLOCK, "Because.", last, claim_ref=ref, subject="device"),
    }

    for error, entry in wrong.items():
        with pytest.raises(error):
            add_to_list(shop.toolkit, staff_id=staff_id, entry=entry)

    assert shop.rows("SELECT count(*) FROM list_entries") == [(0,)]


def test_of_entries_for_one_subject_that_come_at_once_one_stands_whichever_list_they_are_for(shop: Shop) -> None:
    staff_id, last = keeper(shop), until(shop, 30)
    kinds = [ListKind.BLOCK, ListKind.ALLOW, ListKind.BLOCK, ListKind.ALLOW]
    written = ["ana@gmail.com", "a.na@gmail.com", "ana+x@googlemail.com", "ana@gmail.com"]

    came = at_once(
        *(
            lambda kind=kind, mailbox=mailbox: add_to_list(
                shop.toolkit, staff_id=staff_id, entry=Entry(kind, "Because.", last, mailbox=mailbox)
            )
            for kind, mailbox in zip(kinds, written, strict=True)
        )
    )

    assert [type(one) for one in came if isinstance(one, Exception)] == [AlreadyListed] * 3
    assert shop.rows("SELECT count(*) FROM list_entries") == [(1,)]
    shop.later(days=32)
    again = Entry(ListKind.ALLOW, "Because.", until(shop, 30), mailbox="ana@gmail.com")
    add_to_list(shop.toolkit, staff_id=staff_id, entry=again)
    assert shop.rows("SELECT count(*) FROM list_entries WHERE ended_at IS NULL") == [(1,)]


@pytest.mark.proves("P10")
def test_erasing_a_customer_leaves_of_an_entry_that_there_was_one_and_of_a_claim_no_hash(
    shop: Shop, tmp_path: Path
) -> None:
    publish(shop)
    staff_id, order = keeper(shop), shop.lost_order(lines=ONE)
    mailbox, ref = mailbox_of(shop, order), claimed(shop, order, "a-browser")
    told = add_to_list(shop.toolkit, staff_id=staff_id, entry=blocked(shop, claim_ref=ref, subject="address"))
    end_list_entry(shop.toolkit, staff_id=staff_id, ref=told, reason="Rua São João is fine.")
    add_to_list(shop.toolkit, staff_id=staff_id, entry=blocked(shop, mailbox=mailbox))
    somebody = add_to_list(shop.toolkit, staff_id=staff_id, entry=blocked(shop, mailbox="somebody@example.com"))
    withdraw_claim(shop.toolkit, customer_id=order.customer_id, claim_ref=ref)
    shop.work()

    erase_customer(shop.toolkit, PhotoFolder(tmp_path), mailbox=mailbox)

    left = shop.rows("SELECT ref, shown, reason, coalesce(end_reason, '') FROM list_entries ORDER BY id")
    assert [(shown, reason, end_reason) for _, shown, reason, end_reason in left] == [
        ("", "", ""),
        ("", "", ""),
        ("s…@example.com", "The parcels come back empty.", ""),
    ]
    assert left[2][0] == somebody
    assert shop.rows("SELECT count(*) FROM claim_subjects") == [(0,)]
