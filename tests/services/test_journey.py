"""The journey counted: its numbers are those of claims and journal, and its digest leaves once a week."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text, update

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.journey import Span, counted_days
from portal.domain.periods import Period
from portal.domain.ports import Mail, UnknownOutcome
from portal.domain.problems import Problem
from portal.domain.refs import new_ref
from portal.domain.withdrawal import WITHDRAWAL
from portal.gateways.photo_folder import PhotoFolder
from portal.records import costs, journey
from portal.records.kept_units import people_alike
from portal.records.tables.claims import Claim, ClaimLine
from portal.services.count_journey import count_journey
from portal.services.erase_customer import erase_customer
from portal.services.report_problem import Report, ReportedLine, report_problem
from portal.services.send_digests import digests_to_send, send_digest
from portal.services.set_stage_owner import set_stage_owner
from portal.services.withdraw_claim import withdraw_claim
from tests.support.follow_ups import asked, deliver, hire, say
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member

_COUNTS = """
    SELECT stage, currency, orders, problems, second_failures, asked, restored, remedied, apology_median
    FROM journey_counts WHERE span = 'year' AND problems > 0 ORDER BY stage, currency
"""
_ASKED = """
    INSERT INTO follow_ups (claim_id, customer_id, turn, state, arrived_at, asked_at)
    SELECT id, customer_id, turn, 'closed', moment, moment FROM claims
    CROSS JOIN (VALUES (8, :oldest - interval '1 second'), (9, :oldest), (10, :now)) AS told (turn, moment)
"""
_ROWS = "SELECT to_jsonb(c) - 'counted_at' AS row FROM {table} c ORDER BY 1"
_TABLES = ("journey_counts", "journey_costs", "journey_kept")


def _kept_rows(shop: Shop) -> list[list[Any]]:
    return [[one.row for one in shop.rows(_ROWS.format(table=table))] for table in _TABLES]


def test_the_journey_counts_what_claims_say_and_costs_what_finance_has_booked_to_the_cent(shop: Shop) -> None:
    hire(shop)
    _, right = asked(shop)
    _, wrong = asked(shop, currency="EUR")
    say(shop, right, "yes")
    say(shop, wrong, "no")
    shop.work()
    two = shop.order(lines=(("Pot", "30.00", 1), ("Cup", "10.00", 1)))
    shop.report(two, Problem.DAMAGED, 1)
    shop.report(two, Problem.WRONG, 2)
    count_journey(shop.toolkit)
    counted = {(row.stage, row.currency): tuple(row)[2:] for row in shop.rows(_COUNTS)}
    before = _kept_rows(shop)
    count_journey(shop.toolkit)

    count_journey(replace(shop.toolkit, now=lambda: shop.now() - timedelta(days=200)))

    assert _kept_rows(shop) == before
    assert counted["*", "*"] == (3, 4, 1, 2, 1, 2, 0.0)
    assert counted["transit", "BRL"] == (2, 2, 0, 1, 1, 1, 0.0)
    assert counted["transit", "EUR"] == (1, 1, 1, 1, 0, 1, 0.0)
    assert counted["pack", "BRL"] == (2, 1, 0, 0, 0, 0, 0.0)
    _ties_with_finance(shop)


def _ties_with_finance(shop: Shop) -> None:
    """Add up what is kept of each month, and hold it against finance's totals of the same days."""
    with shop.toolkit.reading() as session:
        booked = journey.booked(session, Span.MONTH)
        spans = {(one.first_on, one.last_on) for one in journey.counts(session, "*", Span.MONTH)}
        for first, last in spans:
            theirs = {(one.code or "", one.amount) for one in costs.totals(session, Period(first, last)).by["stage"]}
            assert {(one.stage, one.amount) for one in booked if one.first_on == first} == theirs
        assert sum(one.amount.minor for one in booked) > 0


def test_what_comes_late_is_counted_in_the_month_that_it_belongs_to(shop: Shop) -> None:
    _, ref = asked(shop)
    order = shop.order()
    taken_back = shop.report(order, Problem.DAMAGED)
    count_journey(shop.toolkit)
    shop.later(days=30)
    say(shop, ref, "yes")

    count_journey(shop.toolkit)
    shop.later(days=1)
    # What is counted holds as it was until the next night; every test ends with what must hold.
    withdraw_claim(shop.toolkit, customer_id=order.customer_id, claim_ref=taken_back)

    restored = shop.rows("SELECT first_on FROM journey_counts WHERE span = 'month' AND stage = '*' AND restored = 1")
    assert {f"{row.first_on:%Y-%m}" for row in restored} == {"2026-11"}
    months = "SELECT count(*), sum(orders) FROM journey_counts WHERE span = 'month' AND stage = '*' AND currency = '*'"
    assert tuple(shop.rows(months)[0]) == (12, 2)


def test_a_currency_has_a_row_of_a_month_without_orders_too(shop: Shop) -> None:
    shop.order()
    shop.order(currency="EUR", ordered=100)

    count_journey(shop.toolkit)

    months = (
        "SELECT currency, count(*), sum(orders) FROM journey_counts WHERE span = 'month' AND stage = '*' GROUP BY 1"
    )
    assert sorted(tuple(row) for row in shop.rows(months)) == [("*", 12, 2), ("BRL", 12, 1), ("EUR", 12, 1)]


def test_a_parcel_that_was_sent_again_and_reported_is_one_second_failure_of_its_own_stage(shop: Shop) -> None:
    order = shop.lost_order(lines=(("Pot", "30.00", 1), ("Cup", "10.00", 1)))
    shop.accept(order, shop.report(order, Problem.MISSING_PACKAGE, 1, 2), "replacement")
    shop.work()
    deliver(shop)
    shop.later(days=1)
    parcel, line_id, number = shop.rows("""
        SELECT r.ref, k.id, l.line_number FROM replacements r JOIN claim_lines k ON k.id = r.claim_line_id
        JOIN order_lines l ON l.id = k.order_line_id ORDER BY r.id DESC LIMIT 1""")[0]
    with shop.toolkit.transaction() as session:
        session.execute(update(ClaimLine).where(ClaimLine.id == line_id).values(stage="pack"))
    line = ReportedLine(number, 1, Problem.DAMAGED)
    again = Report(order.number, new_ref("key", 12), (line,), "", "en", again=parcel)
    report_problem(shop.toolkit, customer_id=order.customer_id, reported=again)
    now = shop.now().astimezone(shop.toolkit.zone)
    oldest = datetime.combine(min(one.first for one in counted_days(now.date())), time(), now.tzinfo)
    with shop.toolkit.transaction() as session:
        session.execute(text(_ASKED), {"oldest": oldest, "now": now})

    count_journey(shop.toolkit)

    answers = "SELECT value, asked, was_not FROM journey_answers ORDER BY 1"
    months = [(f"{day:%Y-%m}", 2, 0) for day in (oldest, now)]
    assert [tuple(row) for row in shop.rows(answers)] == [*months, ("pack", 1, 1), ("transit", 1, 0)]
    counted = "SELECT stage, problems, second_failures FROM journey_counts WHERE span = 'year' AND currency = 'BRL'"
    assert sorted(tuple(row) for row in shop.rows(counted)) == [("*", 2, 1), ("pack", 1, 1), ("transit", 1, 0)]


def test_a_withdrawal_from_the_contract_is_no_problem(shop: Shop) -> None:
    shop.report(shop.lost_order(), Problem.MISSING_PACKAGE)
    with shop.toolkit.transaction() as session:
        session.execute(update(Claim).values(raised_by=str(WITHDRAWAL)))

    count_journey(shop.toolkit)

    assert [row.problems for row in shop.rows("SELECT problems FROM journey_counts WHERE problems > 0")] == []


def test_kept_or_lost_leaves_out_who_was_erased_and_who_has_not_the_days_behind_them(
    shop: Shop, tmp_path: Path
) -> None:
    lost = {"status": "shipped", "promised": 70, "delivered": None, "handed_over": 80}
    claimed = [shop.order(**lost, ordered=days) for days in (120, 121)]
    for order in claimed:
        shop.report(order, Problem.MISSING_PACKAGE)
    shop.order(customer=claimed[0], ordered=60)
    shop.report(shop.order(**lost, ordered=85), Problem.MISSING_PACKAGE)
    alike = [shop.order(ordered=days) for days in (120, 121, 122)]
    shop.order(customer=alike[1], ordered=60, status="canceled")
    shop.order(customer=alike[2], ordered=60)
    shop.order(customer=alike[0], ordered=119)
    erase_customer(shop.toolkit, PhotoFolder(tmp_path), mailbox=alike[2].mailbox)
    count_journey(shop.toolkit)

    rows = shop.rows("SELECT * FROM journey_kept WHERE grouped_by = 'all' AND currency = 'BRL' ORDER BY days")
    assert [(row.days, row.reported, row.matched, row.share, row.usual) for row in rows] == [(90, 2, 2, 0.5, 0.5)]
    assert (rows[0].worth_minor, rows[0].usual_worth_minor, rows[0].alike) == (2750, 2750, 1.5)


def test_somebody_of_several_orders_is_one_person_within_each_time(shop: Shop) -> None:
    lost = {"status": "shipped", "promised": 70, "delivered": None, "handed_over": 80}
    shop.report(shop.order(**lost, ordered=200), Problem.MISSING_PACKAGE)
    often = shop.order(ordered=201)
    shop.order(customer=often, ordered=120)

    with shop.toolkit.reading() as session:
        found = list(people_alike(session, shop.now(), "America/Sao_Paulo"))

    # Of the two orders, the one that is like the reported one has 180 days behind it, and the other has not.
    assert {(one.days, one.count, one.persons) for one in found if one.told_by is None} == {(90, 1, 0.5), (180, 1, 1.0)}


class _Post:
    """A mail server that dies at the first mail."""

    def __init__(self) -> None:
        self.sent: list[Mail] = []
        self.dies = True

    def send(self, mail: Mail) -> None:
        if self.dies:
            self.dies = False
            raise UnknownOutcome("the line broke")
        self.sent.append(mail)


def test_a_digest_leaves_once_a_week_to_leaders_and_owners_and_names_who_cannot_be_written_to(shop: Shop) -> None:
    a_staff_member(shop.toolkit, "leader@shop.example", Role.LEADER)
    by = Actor.system("tests")
    set_stage_owner(shop.toolkit, stage="transit", name="Lena Moe", mailbox="Lena@shop.example", actor=by)
    set_stage_owner(shop.toolkit, stage="use", name="", mailbox="", actor=by)
    shop.report(shop.lost_order(), Problem.MISSING_PACKAGE)
    monday = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    early = replace(shop.toolkit, now=lambda: monday - timedelta(hours=1))
    late = replace(shop.toolkit, now=lambda: monday)
    post = _Post()

    assert digests_to_send(early) == []
    refs = digests_to_send(late)
    with pytest.raises(UnknownOutcome):
        send_digest(late, post, digest_ref=refs[0])
    for ref in digests_to_send(late) + refs:
        send_digest(late, post, digest_ref=ref)

    assert digests_to_send(late) == []
    assert digests_to_send(replace(late, now=lambda: monday + timedelta(days=2))) == []
    words = {mail.to: mail.text for mail in post.sent}
    assert (len(post.sent), set(words)) == (2, {"leader@shop.example", "lena@shop.example"})
    assert "On the way · Lena Moe" in words["lena@shop.example"]
    assert "Packing" not in words["lena@shop.example"]
    assert "Nobody who answers for these has a mailbox here" in words["leader@shop.example"]
    assert len({mail.message_id for mail in post.sent}) == 2
