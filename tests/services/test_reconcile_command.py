"""``reconcile``: what moved on Stripe's balance is held against our rows by a command, which names what differs."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.domain.problems import Problem
from tests.support.command_line import CommandLine
from tests.support.sandbox_server import SECRET_KEY, Sandbox, free_port, running_sandbox
from tests.support.shop import Shop

pytestmark = pytest.mark.proves("X4")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Run a sandbox in which no other test has moved anything."""
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as found:
        yield found


@pytest.fixture
def refund(shop: Shop) -> str:
    """Let a refund go out by our books three days ago, and give its name at Stripe."""
    shop.clock[0] = datetime.now(UTC) - timedelta(days=3)
    order = shop.order()
    shop.accept(order, shop.report(order, Problem.DAMAGED), "refund")
    shop.work()
    return str(shop.refunds()[0].provider_ref)


def reconcile(database_url: str, stripe: str) -> tuple[int, str]:
    return CommandLine(database_url, {"STRIPE_API_BASE": stripe, "STRIPE_SECRET_KEY": SECRET_KEY}).say("reconcile")


def test_what_moved_there_and_here_is_matched_and_what_is_young_may_wait(shop: Shop, refund: str, database_url: str):
    ended, said = reconcile(database_url, shop.sandbox.url)
    elsewhere = shop.sandbox.dashboard_refund(shop.order().payments[0], 700)
    later = reconcile(database_url, shop.sandbox.url)

    assert (ended, "1 matched, 0 younger than a day, 0 not matched" in said) == (0, True), said
    assert (later[0], "1 matched, 1 younger than a day, 0 not matched" in later[1]) == (0, True), later[1]
    assert shop.rows("SELECT count(*) FROM reconciliations") == [(2,)]
    shop.hear_of(elsewhere)
    shop.work()


def test_what_we_call_paid_and_stripe_does_not_have_is_named_and_ends_with_one(
    shop: Shop, refund: str, database_url: str, tmp_path: Path
):
    with running_sandbox(tmp_path) as other:
        ended, said = reconcile(database_url, other.url)

    assert ended == 1
    assert "0 matched, 0 younger than a day, 1 not matched" in said, said
    assert "missing" in said


def test_a_stripe_that_cannot_be_reached_is_told_in_a_sentence_and_nothing_is_kept(shop: Shop, database_url: str):
    ended, said = reconcile(database_url, f"http://127.0.0.1:{free_port()}")

    assert (ended, "Error: Stripe's balance could not be read: UnknownOutcome.\n" in said) == (1, True), said
    assert "Traceback" not in said
    assert shop.rows("SELECT count(*) FROM reconciliations") == [(0,)]
