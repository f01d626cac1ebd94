"""The command that imports the order feed, with the demonstration shop's files and a sandbox Stripe beside it."""

import csv
from pathlib import Path

import psycopg
import pytest
from click.testing import Result

from portal.factory import create_app
from portal.sandbox import sample
from tests.support.feed import line, orders_file, payment, payments_file
from tests.support.sandbox_server import Sandbox, sandbox
from tests.support.settings import a_config

__all__ = ["sandbox"]
FOLDER = Path(sample.__file__).parent
CARDS = "SELECT count(*) FROM payments WHERE method = 'card'"
BOOKED = f"{CARDS} AND provider_ref LIKE 'pi_%'"


def run(database_url: str, orders: Path, payments: Path, *more: str, stripe: str = "http://127.0.0.1:9") -> Result:
    app = create_app(a_config(database_url, STRIPE_API_BASE=stripe))
    asked = ["orders", "import", str(orders), "--payments", str(payments), *more]
    try:
        return app.test_cli_runner().invoke(args=asked)
    finally:
        app.extensions["toolkit"].sessions.kw["bind"].dispose()


def test_the_sample_comes_in_fresh_with_every_card_booked_at_the_sandbox(database_url: str, sandbox: Sandbox):
    files = FOLDER / "orders.csv", FOLDER / "payments.csv"

    first = run(database_url, *files, "--rebase-dates", stripe=sandbox.url)
    again = run(database_url, *files, "--rebase-dates", stripe=sandbox.url)

    assert first.exit_code == 0, first.output
    assert "orders           200         0          0" in first.output
    assert "card payments were booked in the sandbox Stripe" in first.output
    assert "orders             0         0        200" in again.output
    assert "booked" not in again.output
    with psycopg.connect(database_url) as database:
        assert database.execute(CARDS).fetchone() == database.execute(BOOKED).fetchone()


def test_a_bad_feed_is_refused_with_every_line_and_exit_code_one(database_url: str, tmp_path: Path):
    odd = [line(f"A-{number}", quantity="0") for number in range(2, 62)]
    (tmp_path / "shop.csv").write_bytes(orders_file(line(), *odd).getvalue())
    (tmp_path / "paid.csv").write_bytes(payments_file(payment(amount="-1")).getvalue())

    report = tmp_path / "bad.csv"
    refused = run(database_url, tmp_path / "shop.csv", tmp_path / "paid.csv", "--report", str(report))

    assert refused.exit_code == 1
    assert "shop.csv:3: quantity must be a whole number from 1 to 9999, not “0”" in refused.output
    assert f"… and 11 more. All of them are in {report}." in refused.output
    assert "Nothing was imported: 61 lines are bad." in refused.output
    told = list(csv.DictReader(report.read_text("utf-8").splitlines()))
    assert [row["number"] for row in told if row["file"] == "shop.csv"] == [str(number) for number in range(3, 63)]
    assert told[-1] == {"number": "2", "reason": "amount must not be negative, but is “-1”", "file": "paid.csv"}


def test_a_report_never_takes_the_place_of_the_feed(database_url: str, tmp_path: Path):
    feed = tmp_path / "shop.csv"
    feed.write_bytes(orders_file(line()).getvalue())

    refused = run(database_url, feed, FOLDER / "payments.csv", "--report", str(feed))

    assert refused.exit_code == 2
    assert feed.read_bytes() == orders_file(line()).getvalue()


@pytest.mark.parametrize("content", [b"", b"a;b\n", b"PK\x03\x04"])
def test_a_file_that_is_no_feed_is_refused_in_one_sentence(database_url: str, tmp_path: Path, content: bytes):
    (tmp_path / "shop.csv").write_bytes(content)

    refused = run(database_url, tmp_path / "shop.csv", FOLDER / "payments.csv")

    assert (refused.exit_code, refused.output.count("Nothing was imported")) == (1, 1)


@pytest.mark.proves("input 18")
def test_an_order_whose_payments_are_not_its_total_is_kept_as_it_is_and_counted(
    database_url: str, tmp_path: Path, sandbox: Sandbox
):
    (tmp_path / "shop.csv").write_bytes(orders_file(line("A-1"), line("A-2")).getvalue())
    paid = payments_file(payment("A-1", amount="89.81"), payment("A-2"))
    (tmp_path / "paid.csv").write_bytes(paid.getvalue())

    done = run(database_url, tmp_path / "shop.csv", tmp_path / "paid.csv", stripe=sandbox.url)

    assert done.exit_code == 0, done.output
    assert "1 orders add up to something else than their payments; both are kept." in done.output
    with psycopg.connect(database_url) as database:
        kept = database.execute("SELECT lines_total_minor, payments_total_minor FROM orders ORDER BY order_number")
        assert kept.fetchall() == [(8_980, 8_981), (8_980, 8_980)]
