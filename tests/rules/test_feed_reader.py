"""A whole file of the feed: its header, its lines, and the numbers of the bad ones."""

import io
import tracemalloc

import pytest

from portal.domain.feed import BadLines, FeedFile
from portal.domain.feed_header import FeedUnreadable
from portal.domain.feed_reader import FeedReader
from tests.support.feed import NEEDED, line, orders_file

_HEADER = ",".join(NEEDED).encode()


def read(content: bytes, keep: int = 1000) -> tuple[list[str], BadLines]:
    bad = BadLines(keep)
    reader = FeedReader(FeedFile.ORDERS, io.BytesIO(content), bad)
    reader.start()
    return "".join(reader.pieces()).splitlines(), bad


def told(content: bytes) -> list[tuple[int, str]]:
    return [(bad.line, bad.reason) for bad in read(content)[1].kept]


def a_line(**cells: str) -> bytes:
    return orders_file(line(**cells)).getvalue().split(b"\n", 1)[1]


@pytest.mark.proves("input 76")
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_a_good_file_is_read_with_any_mark_and_line_break(start: bytes, ending: bytes):
    content = start + (_HEADER + b"\n" + a_line() + a_line(line_number="2")).replace(b"\n", ending)

    good, bad = read(content)

    assert [text.split(",")[0:2] for text in good] == [["2", "A-1"], ["3", "A-1"]]
    assert bad.count == 0


def test_the_last_line_needs_no_line_break():
    good, bad = read(_HEADER + b"\n" + a_line().rstrip(b"\n"))

    assert (len(good), bad.count) == (1, 0)


def test_a_header_may_be_in_any_order_and_case():
    content = orders_file(line()).getvalue().replace(b"order_number", b" Order_Number ")

    assert len(read(content)[0]) == 1


@pytest.mark.proves("input 76")
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (_HEADER.replace(b",", b";") + b"\n", "semicolons"),
        (_HEADER.replace(b",", b"\t") + b"\n", "tabs"),
        (_HEADER.decode().encode("utf-16"), "UTF-16"),
        (b"PK\x03\x04...", "XLSX"),
        (b"order_n\xfamber,\n", "not UTF-8"),
        (_HEADER.replace(b",sku", b"") + b"\n", "missing columns: sku"),
        (_HEADER + b",sku\n", "twice in its header: sku"),
        (_HEADER + b",line_discout\n", "unknown columns: line_discout"),
        (b'"order_number\n', "not well-formed"),
    ],
)
def test_a_file_that_is_no_feed_is_named_for_what_it_is(content: bytes, why: str):
    with pytest.raises(FeedUnreadable, match=why):
        read(content)


@pytest.mark.proves("input 76")
def test_every_bad_line_is_told_by_its_number_and_reason():
    content = (
        _HEADER + b"\n" + a_line(quantity="0") + a_line() + a_line(unit_price="-5", status="lost") + b"a,b\n" + b"\n"
    )

    assert [(number, reason[:26]) for number, reason in told(content)] == [
        (2, "quantity must be a whole n"),
        (4, "status is “lost”, which is"),
        (5, "has 2 cells where the head"),
        (6, "is empty"),
    ]
    assert "unit_price must not be negative" in told(content)[1][1]


@pytest.mark.proves("input 76")
def test_a_latin_1_line_is_told_by_its_number():
    content = (
        _HEADER + b"\n" + a_line() + a_line(ship_to_city="Maceió").decode().encode("latin-1") + a_line(quantity="0")
    )

    assert [(number, reason[:32]) for number, reason in told(content)] == [
        (3, "is not UTF-8 (byte 0xF3 at posit"),
        (4, "quantity must be a whole number "),
    ]


@pytest.mark.proves("input 76")
def test_quotes_commas_and_line_breaks_stand_in_quotes():
    content = _HEADER + b"\n" + a_line(title='Bowl "Aurora", blue') + a_line(title="two\nlines") + a_line(quantity="x")

    good, bad = read(content)

    assert '"Bowl ""Aurora"", blue"' in good[0]
    assert "two lines" in good[1]
    assert [(line.line, line.reason[:8]) for line in bad.kept] == [(5, "quantity")]


def test_a_quote_that_never_closes_hides_no_line_behind_it():
    content = _HEADER + b"\n" + a_line(title="X").replace(b"X", b'"X') + a_line() + a_line(quantity="0")

    good, bad = read(content)

    assert len(good) == 1
    assert [(line.line, line.reason[:13]) for line in bad.kept] == [(2, "opens a quote"), (4, "quantity must")]


def test_an_order_in_another_currency_is_read_with_that_currency_s_digits():
    content = (
        _HEADER
        + b"\n"
        + a_line()
        + a_line(currency="JPY", unit_price="10.50")
        + a_line(currency="KWD", unit_price="1.234")
    )

    good, _ = read(content)

    assert [(number, reason[:26]) for number, reason in told(content)] == [(3, "unit_price has more digits")]
    assert len(good) == 2


def test_every_bad_line_is_counted_and_the_first_ones_are_kept():
    _, bad = read(_HEADER + b"\n" + b"x\n" * 50, keep=10)

    assert (bad.count, len(bad.kept)) == (50, 10)


def test_a_line_without_an_end_is_refused_before_it_is_read_whole():
    with pytest.raises(FeedUnreadable, match="a million characters"):
        read(_HEADER + b"\n" + b"x" * 3_000_000)


def test_a_reader_holds_a_piece_of_the_file_and_never_the_file():
    content = _HEADER + b"\n" + a_line() * 60_000

    tracemalloc.start()
    reader = FeedReader(FeedFile.ORDERS, io.BytesIO(content), BadLines())
    reader.start()
    for _ in reader.pieces():
        pass
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert reader.records == 60_000
    assert most - len(content) < 4_000_000 or most < len(content)
