"""The command that imports the order feed, with the demonstration shop's files and a sandbox Stripe beside it."""

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
    (tmp_path / "shop.csv").write_bytes(orders_file(line(), line("A-2", quantity="0")).getvalue())
    (tmp_path / "paid.csv").write_bytes(payments_file(payment(amount="-1")).getvalue())

    refused = run(database_url, tmp_path / "shop.csv", tmp_path / "paid.csv")

    assert refused.exit_code == 1
    assert "shop.csv:3: quantity must be a whole number from 1 to 9999, not “0”" in refused.output
    assert "paid.csv:2: amount must not be negative, but is “-1”" in refused.output
    assert "Nothing was imported: 2 lines are bad." in refused.output


@pytest.mark.parametrize("content", [b"", b"a;b\n", b"PK\x03\x04"])
def test_a_file_that_is_no_feed_is_refused_in_one_sentence(database_url: str, tmp_path: Path, content: bytes):
    (tmp_path / "shop.csv").write_bytes(content)

    refused = run(database_url, tmp_path / "shop.csv", FOLDER / "payments.csv")

    assert (refused.exit_code, refused.output.count("Nothing was imported")) == (1, 1)
