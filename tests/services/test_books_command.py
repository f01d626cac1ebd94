"""``books``: a month is closed, listed and written to a file by commands, and every refusal is a sentence."""

import hashlib
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from portal.domain.authority import Role
from portal.domain.problems import Problem
from portal.services.create_staff import create_staff
from tests.support.command_line import CommandLine
from tests.support.shop import Shop

ANN, BEN, AGENT = "ann@shop.example", "ben@shop.example", "cy@shop.example"


@pytest.fixture
def month(shop: Shop) -> str:
    """Let a customer have store credit in the month before this one, and give its name."""
    shop.clock[0] = (datetime.now(UTC).replace(day=1) - timedelta(days=1)).replace(day=15, hour=12)
    order = shop.order()
    shop.accept(order, shop.report(order, Problem.DAMAGED), "store_credit")
    shop.work()
    for mailbox, role in ((ANN, Role.FINANCE), (BEN, Role.FINANCE), (AGENT, Role.AGENT)):
        create_staff(shop.toolkit, mailbox=mailbox, name="F", role=role, password="a long password 12", limits={})
    return f"{shop.now():%Y-%m}"


@pytest.fixture
def shell(database_url: str) -> CommandLine:
    return CommandLine(database_url, {})


def batch(shop: Shop) -> tuple[str, str]:
    ((ref, sha256),) = shop.rows("SELECT ref, sha256 FROM closed_batches")
    return ref, sha256


@pytest.mark.proves("input 80", "X2")
def test_a_month_that_nobody_compared_is_closed_by_two_listed_and_written_to_its_file(
    shop: Shop, month: str, shell: CommandLine, tmp_path: Path
):
    shown = shell.say("books", "close", month, "--by", ANN, "--show")
    asked = shell.say("books", "close", month, "--by", ANN)
    again = shell.say("books", "close", month, "--by", ANN)
    left = shop.rows("SELECT count(*) FROM closed_batches")
    closed = shell.say("books", "close", month, "--by", BEN)
    twice = shell.say("books", "close", month, "--by", BEN)
    ref, sha256 = batch(shop)
    listed = shell.type("books", "list")
    file = tmp_path / "october.csv"
    written = shell.say("books", "export", ref, str(file))

    assert shown[0] == 0
    assert "unmatched: " in shown[1]
    assert "store_credit" in shown[1]
    assert asked[0] == again[0] == 1
    assert "another member of finance has to close it too" in asked[1]
    assert left == [(0,)]
    assert (closed[0], ref in closed[1]) == (0, True)
    assert (twice[0], "Nothing was closed: AlreadyClosed" in twice[1]) == (1, True)
    assert (listed[0], ref in listed[1], sha256 in listed[1]) == (0, True, True)
    assert (written[0], "as sealed" in written[1]) == (0, True)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == sha256
    assert [one.name for one in tmp_path.iterdir()] == ["october.csv"]


@pytest.mark.parametrize(
    ("typed", "code", "says"),
    [
        (("close", "2026-13", "--by", ANN), 2, "give a month such as 2026-01"),
        (("close", "2999-01", "--by", ANN), 1, "Nothing was closed: NotOverYet"),
        (("close", "MONTH", "--by", AGENT), 1, f"{AGENT} is not of finance."),
        (("close", "MONTH", "--by", "nobody@shop.example"), 1, "is not of finance."),
        (("close", "MONTH", "--by", ANN, "--currency", "XXX"), 1, "Nothing was closed: NotFound"),
        (("close", "MONTH"), 2, "Missing option '--by'"),
        (("export", "BAT-NONE", "none.csv"), 1, "There is no batch BAT-NONE."),
    ],
)
def test_what_cannot_be_closed_or_written_is_refused_in_a_sentence(
    shop: Shop, month: str, shell: CommandLine, typed: tuple[str, ...], code: int, says: str
):
    ended, said = shell.say("books", *(month if one == "MONTH" else one for one in typed))

    assert (ended, says in said) == (code, True), said
    assert "Traceback" not in said
    assert shop.rows("SELECT count(*) FROM closed_batches") == [(0,)]


@pytest.mark.proves("X2", "fault 63")
def test_a_book_that_no_longer_gives_what_was_sealed_is_told_and_leaves_the_old_file_alone(
    shop: Shop, month: str, shell: CommandLine, database_url: str, tmp_path: Path
):
    for mailbox in (ANN, BEN):
        shell.say("books", "close", month, "--by", mailbox)
    ref, sealed = batch(shop)
    file = tmp_path / "october.csv"
    file.write_text("the file of before")
    seal(database_url, "0" * 64)

    ended, said = shell.say("books", "export", ref, str(file))

    assert (ended, f"The book does not give {ref} as it was sealed." in said) == (1, True)
    assert file.read_text() == "the file of before"
    assert [one.name for one in tmp_path.iterdir()] == ["october.csv"]
    seal(database_url, sealed)


def seal(database_url: str, sha256: str) -> None:
    """Change the seal, as only the owner of the database can."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE closed_batches SET sha256 = %s", [sha256])
