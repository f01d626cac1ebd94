"""One cell of the feed: what is kept of it, and why it is refused."""

import re

import pytest

from portal.domain.feed import COLUMNS, Column, FeedFile, Kind
from portal.domain.feed_cells import BadCell, read_cell
from portal.domain.feed_shape import line_shape
from portal.domain.mailboxes import BadMailbox, normalise

_COLUMNS = {column.name: column for columns in reversed(COLUMNS.values()) for column in columns}

KEPT = [
    ("unit_price", "39.9", "39.9"),
    ("unit_price", " 10.50 ", "10.50"),
    ("unit_price", "10.500", "10.500"),
    ("unit_price", "0", "0"),
    ("line_tax", "", ""),
    ("tax_included", "yes", "yes"),
    ("tax_included", " no ", "no"),
    ("tax_included", "", ""),
    ("quantity", "007", "7"),
    ("email", " Ana.LIMA+casa@Example.COM ", "ana.lima+casa@example.com"),
    ("email", "josé@exämple.com", "josé@xn--exmple-cua.com"),
    ("customer_name", "李", "李"),
    ("customer_name", "نور الصباح", "نور الصباح"),
    ("customer_name", "Júlia 🌻", "Júlia 🌻"),
    ("customer_name", "x" * 200, "x" * 200),
    ("title", "two \r\n lines\tand  blanks", "two lines and  blanks"),
    ("title", "=HYPERLINK(1)", "=HYPERLINK(1)"),
    ("title", "<script>alert(1)</script>", "<script>alert(1)</script>"),
    ("ship_to_line1", "", ""),
    ("delivered_at", "", ""),
    ("placed_at", "2026-03-01T10:00:00Z", "2026-03-01T10:00:00+00:00"),
    ("placed_at", "2024-02-29 23:30:00-03:00", "2024-03-01T02:30:00+00:00"),
    ("locale", "pt_BR", "pt_BR"),
    ("card_last4", "0042", "0042"),
    ("method", "bank_transfer", "bank_transfer"),
]
REFUSED = [
    ("tax_included", "true", "must be yes or no"),
    ("tax_included", "YES", "must be yes or no"),
    ("unit_price", "-5", "negative"),
    ("unit_price", "10.999", "more digits"),
    ("unit_price", "0.001", "more digits"),
    ("unit_price", "1e2", "plain amount"),
    ("unit_price", "NaN", "plain amount"),
    ("unit_price", "Infinity", "plain amount"),
    ("unit_price", "1_0", "plain amount"),
    ("unit_price", "10,00", "plain amount"),
    ("unit_price", "1.000,00", "plain amount"),
    ("unit_price", "١٠", "plain amount"),
    ("unit_price", "12345678901", "plain amount"),
    ("unit_price", "", "empty"),
    ("quantity", "0", "whole number"),
    ("quantity", "-1", "whole number"),
    ("quantity", "1.5", "whole number"),
    ("quantity", "10000", "whole number"),
    ("quantity", "٣", "whole number"),
    ("placed_at", "2026-02-31T10:00:00Z", "calendar"),
    ("placed_at", "2026-02-29T10:00:00Z", "calendar"),
    ("placed_at", "0001-01-01T00:00:00Z", "between the years"),
    ("placed_at", "0001-01-01T00:00:00+10:00", "calendar"),
    ("placed_at", "9999-12-31T23:59:59Z", "between the years"),
    ("placed_at", "2026-03-01T10:00:00", "time zone"),
    ("placed_at", "2026-W01", "date and time"),
    ("placed_at", "01/03/2026", "date and time"),
    ("placed_at", "yesterday", "date and time"),
    ("email", "ana@@example.com", "exactly one @"),
    ("email", "ana", "exactly one @"),
    ("email", "a@b@example.com", "exactly one @"),
    ("email", "ana@example.com\r\nBcc: x@example.com", "line break"),
    ("email", "ana\0@example.com", "control character"),
    ("email", "an a@example.com", "before the @"),
    ("email", "ana@localhost", "domain"),
    ("email", f"{'a' * 65}@example.com", "before the @"),
    ("email", f"ana@{'a' * 60}.{'b' * 60}.{'c' * 60}.{'d' * 60}.example.com", "longer than"),
    ("customer_name", "", "empty"),
    ("customer_name", "x" * 201, "201 characters"),
    ("customer_name", "bell\a", "control character"),
    ("customer_name", "nul\0", "control character"),
    ("customer_name", "\x9b1m", "control character"),
    ("status", "lost", "none of"),
    ("status", "Delivered", "none of"),
    ("currency", "brl", "capital letters"),
    ("currency", "XXX", "capital letters"),
    ("ship_to_country", "Brazil", "capital letters"),
    ("locale", "portuguese!", "language"),
    ("card_last4", "42424242", "last four"),
    ("method", "Credit Card", "small word"),
]


def taken_fast(column: Column, cell: str) -> bool:
    match = line_shape([column], 2).match(cell + "\n")
    return match is not None and match.end() == len(cell)


@pytest.mark.parametrize(("name", "cell", "kept"), KEPT)
def test_a_cell_is_kept_in_one_form(name: str, cell: str, kept: str):
    assert read_cell(_COLUMNS[name], cell, 2) == kept


@pytest.mark.proves("input 46", "input 76")
@pytest.mark.parametrize(("name", "cell", "why"), REFUSED)
def test_a_bad_cell_is_refused_with_its_reason(name: str, cell: str, why: str):
    with pytest.raises(BadCell, match=re.escape(why)):
        read_cell(_COLUMNS[name], cell, 2)


@pytest.mark.proves("M11", "bug 36")
@pytest.mark.parametrize(("amount", "digits"), [("10.5", 0), ("10.0001", 3)])
def test_an_amount_has_the_digits_of_its_currency(amount: str, digits: int):
    with pytest.raises(BadCell, match="more digits"):
        read_cell(_COLUMNS["unit_price"], amount, digits)


@pytest.mark.parametrize(("name", "cell"), [(name, cell) for name, cell, _ in REFUSED])
def test_the_fast_way_never_takes_what_the_careful_one_refuses(name: str, cell: str):
    assert not taken_fast(_COLUMNS[name], cell)


@pytest.mark.parametrize(("name", "cell", "kept"), KEPT)
def test_the_fast_way_takes_only_what_is_kept_as_it_stands(name: str, cell: str, kept: str):
    column = _COLUMNS[name]
    taken = taken_fast(column, cell)

    # The letter case of a mailbox and the zone of a moment are the database's to settle.
    same = cell.lower() == kept if column.kind is Kind.MAILBOX else cell == kept or column.kind is Kind.MOMENT
    assert not taken or same


def test_the_fast_way_does_take_ordinary_cells():
    ordinary = {
        "order_number": "AURORA-1001", "placed_at": "2026-03-01T10:00:00-03:00", "email": "ana.lima@example.com",
        "unit_price": "39.90", "quantity": "12", "currency": "BRL", "locale": "pt-BR", "status": "shipped",
        "title": '"Bowl, blue, 24 cm"', "ship_to_line1": "", "customer_name": "Júlia Sant’Anna",
    }  # fmt: skip

    assert [name for name, cell in ordinary.items() if not taken_fast(_COLUMNS[name], cell)] == []


def test_every_kind_of_column_can_be_read():
    assert {kind for kind in Kind if kind not in {column.kind for column in _COLUMNS.values()}} == set()


@pytest.mark.proves("input 22")
@pytest.mark.parametrize(
    "text", ["", "@", "@example.com", "ana@", ".ana@example.com", "a..b@example.com", "ana@-x.com"]
)
def test_what_is_no_mailbox_is_refused(text: str):
    with pytest.raises(BadMailbox):
        normalise(text)


def test_a_mailbox_stays_the_same_when_it_is_normalised_twice():
    once = normalise(" JOSÉ+x@EXÄMPLE.com")

    assert normalise(once) == once


def test_a_column_for_free_text_knows_its_length():
    assert [column.name for column in _COLUMNS.values() if column.kind is Kind.TEXT and column.largest < 1] == []


def test_the_files_have_the_columns_of_the_documentation():
    described = Column("order_number", Kind.TEXT, largest=64)

    assert COLUMNS[FeedFile.ORDERS][0] == COLUMNS[FeedFile.PAYMENTS][0] == described
