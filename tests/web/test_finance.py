"""What remedies cost: totals that are the sum of the file, safe in a sheet, and only what the book says."""

import csv
import io
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest
from flask import Flask

from portal.domain import journal
from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.money import Money, decimal_text
from portal.domain.periods import Period
from portal.domain.refs import new_ref
from portal.records import books, costs
from portal.records.cost_file import HEADER
from tests.support.page import Visitor
from tests.support.queries import counted_queries
from tests.support.web import sign_in_staff, toolkit_of

TODAY = date(2026, 3, 31)


def visitor_of(app: Flask, role: Role = Role.FINANCE) -> Visitor:
    visitor = Visitor(app)
    sign_in_staff(visitor.client, role)
    return visitor


def book(
    app: Flask, amount: Money, *, bonus: int = 0, days_ago: int = 0, released: int = 0, **dimensions: str | None
) -> None:
    """Book what a remedy promises, and what of it was released again."""
    toolkit, source = toolkit_of(app), new_ref("RMD", 10)
    told = {"remedy": "refund", "problem": "damaged", "stage": "transit", "order": "A-1", **dimensions}
    about = journal.About("CLM-1", told)
    at = toolkit.now().replace(year=2026, month=3, day=31, hour=15) - timedelta(days=days_ago)
    entries = [journal.remedy_promised(source, amount, Money(bonus, amount.currency), "entitled", about)]
    if released:
        entries.append(journal.remedy_released(source, Money(released, amount.currency), "entitled", about))
    with toolkit.transaction() as session:
        for entry in entries:
            books.record(session, entry, actor=Actor.system("tests"), now=at, zone=toolkit.zone)


def file_of(visitor: Visitor, first: str = "2026-01-01", last: str = "2026-12-31") -> list[dict[str, str]]:
    answer = visitor.client.get(f"/finance/costs.csv?from={first}&to={last}")
    assert answer.status_code == 200
    assert answer.mimetype == "text/csv"
    return list(csv.DictReader(io.StringIO(answer.text)))


def test_the_file_adds_up_to_the_totals_exactly(app: Flask) -> None:
    for minor in (1, 12_345, 999_999_999):
        book(app, Money(minor, "BRL"), bonus=minor // 10, problem="late", remedy="store_credit")
    book(app, Money(5_000, "BRL"), released=5_000)
    book(app, Money(70, "JPY"))
    book(app, Money(1_234_567, "KWD"), remedy=None, problem=None, stage=None)
    visitor = visitor_of(app)

    rows = file_of(visitor)

    with toolkit_of(app).reading() as session:
        totals = costs.totals(session, Period(date(2026, 1, 1), date(2026, 12, 31)))
    summed: dict[tuple[str, str, str], int] = defaultdict(int)
    plain: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        plain[row["currency"]] += Decimal(row["amount"])
        for group in costs.GROUPS:
            summed[group, row[group], row["currency"]] += int(row["amount_minor"])
    for total in totals.overall:
        assert plain[total.amount.currency] == Decimal(decimal_text(total.amount))
    said = {
        (group, total.code or "", total.amount.currency): total.amount.minor
        for group, listed in totals.by.items()
        for total in listed
    }
    assert said == dict(summed)


def test_the_page_shows_totals_by_every_grouping_with_the_owner_of_a_stage(app: Flask) -> None:
    book(app, Money(12_345, "BRL"))

    page = visitor_of(app).get("/finance/?from=2026-03-01&to=2026-03-31")

    assert page.heading == "What remedies cost"
    for words in ("R$123.45", "Money back", "Damaged", "On the way", "Head of Transport", "Owed", "Owed to customers"):
        assert words in page.text


def test_only_the_days_of_the_period_count_both_ends_included(app: Flask) -> None:
    for days_ago, minor in ((31, 1), (30, 20), (0, 300)):
        book(app, Money(minor, "EUR"), days_ago=days_ago)

    rows = file_of(visitor_of(app), "2026-03-01", "2026-03-31")

    assert [row["amount"] for row in rows] == ["0.20", "3.00"]


def test_what_we_owed_is_told_as_of_the_last_day(app: Flask) -> None:
    book(app, Money(20_000, "BRL"), days_ago=31)
    book(app, Money(10_000, "BRL"))
    visitor = visitor_of(app)

    earlier, later = (visitor.get(f"/finance/?from=2026-01-01&to={last}").text for last in ("2026-03-30", "2026-03-31"))

    assert "Owed to customersR$200.00" in earlier
    assert "Owed to customersR$300.00" in later


def test_amounts_have_the_digits_of_their_currency(app: Flask) -> None:
    for minor, currency in ((5, "BRL"), (70, "JPY"), (1_234, "KWD"), (9_007_199_254_740_993, "EUR")):
        book(app, Money(minor, currency))

    rows = file_of(visitor_of(app))

    assert {row["currency"]: row["amount"] for row in rows} == {
        "BRL": "0.05",
        "JPY": "70",
        "KWD": "1.234",
        "EUR": "90071992547409.93",
    }


@pytest.mark.proves("input 45")
@pytest.mark.parametrize(
    "words",
    ["=HYPERLINK(1)", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff201"],
)
def test_no_text_of_the_file_is_taken_for_a_formula(app: Flask, words: str) -> None:
    book(app, Money(100, "BRL"), vendor=words, sku=words, order=words, category=words, carrier=words, lane=words)

    row = file_of(visitor_of(app))[0]

    for column in ("vendor", "sku", "order_number", "category", "carrier", "lane"):
        assert row[column].replace("\r\n", "\n") in {f"'{words}", f"'{words}".replace("\r", "\n")}


@pytest.mark.proves("input 46")
def test_control_characters_are_left_out_of_the_file(app: Flask) -> None:
    book(
        app,
        Money(100, "BRL"),
        vendor="Tea\x07house",
        sku="\x1b[31mred",
        lane="SP\x7f",
        category="a\x9bb",
        order="1\x0b",
    )

    row = file_of(visitor_of(app))[0]

    assert (row["vendor"], row["sku"], row["lane"]) == ("Teahouse", "[31mred", "SP")
    assert (row["category"], row["order_number"]) == ("ab", "1")


def test_commas_quotes_and_lines_stay_inside_their_cell(app: Flask) -> None:
    book(app, Money(100, "BRL"), vendor='A "great", shop', lane="SP→RJ", category="<b>é 日本</b>")

    row = file_of(visitor_of(app))[0]

    assert (row["vendor"], row["lane"], row["category"]) == ('A "great", shop', "SP→RJ", "<b>é 日本</b>")


def test_a_release_stands_in_the_file_with_its_sign(app: Flask) -> None:
    book(app, Money(5_000, "BRL"), released=2_000)

    rows = file_of(visitor_of(app))

    assert [(row["occasion"], row["amount"]) for row in rows] == [
        ("remedy_promised", "50.00"),
        ("remedy_released", "-20.00"),
    ]


def test_an_empty_period_gives_a_file_with_its_header_alone(app: Flask) -> None:
    visitor = visitor_of(app)

    answer = visitor.client.get("/finance/costs.csv?from=2026-03-01&to=2026-03-31")

    assert answer.text == ",".join(HEADER) + "\n"
    assert 'filename="remedy-costs-2026-03-01-to-2026-03-31.csv"' in answer.headers["Content-Disposition"]
    assert "Nothing was booked" in visitor.get("/finance/?from=2026-03-01&to=2026-03-31").text


@pytest.mark.proves("input 51")
@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-02-31", "2026-03-01"),
        ("", "2026-03-01"),
        ("2026-W01", "2026-03-01"),
        ("0001-01-01", "2026-03-01"),
        ("2026-01-01", "9999-12-31"),
        ("2026-03-02", "2026-03-01"),
        ("01/02/2026", "2026-03-01"),
        ("٢٠٢٦-٠١-٠١", "2026-03-01"),
        ("<script>alert(1)</script>", "'; DROP TABLE x; --"),
    ],
)
@pytest.mark.parametrize("path", ["/finance/", "/finance/costs.csv"])
def test_days_that_are_none_are_kept_and_explained(app: Flask, path: str, first: str, last: str) -> None:
    page = visitor_of(app).get(f"{path}?from={first}&to={last}", status=422)

    typed = {field.get("name"): field.get("value") for field in page.document.iter("input")}
    assert (typed["from"], typed["to"]) == (first, last)
    assert "Please look at this once more" in page.text


@pytest.mark.parametrize("role", [Role.AGENT, Role.APPROVER])
def test_costs_are_for_those_who_see_money(app: Flask, role: Role) -> None:
    visitor = visitor_of(app, role)

    visitor.get("/finance/", status=403)
    visitor.get("/finance/costs.csv", status=403)


def test_queries_do_not_grow_with_the_book(app: Flask) -> None:
    visitor, counts = visitor_of(app), []
    for _ in range(2):
        for number in range(3):
            book(app, Money(100, "BRL"), problem=("late", "wrong", "faulty")[number])
        visitor.get("/finance/?from=2026-03-01&to=2026-03-31")
        with counted_queries(app) as statements:
            visitor.get("/finance/?from=2026-03-01&to=2026-03-31")
        counts.append(len(statements))

    assert counts[0] == counts[1] <= 15
