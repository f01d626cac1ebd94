"""The sweeps that run by themselves: which a worker has, and that none of them hangs on another."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest
from procrastinate import App

from portal.domain.ports_books import Books
from portal.domain.problems import Problem
from portal.jobs.worker import make_worker
from portal.records.sessions import connection_options, libpq_url
from portal.services.ask_to_reconcile import TASK, ask_to_reconcile
from portal.services.follow_claim import Ports
from portal.services.seal_record import newest_seal
from tests.support.shop import Shop


class Unreadable:
    """Books of a provider that nobody can read."""

    def read(self, accounts: object, since: object) -> Books:
        raise ZeroDivisionError


@pytest.fixture
def make(shop: Shop, database_url: str) -> Callable[[Ports], App]:
    """Make a worker of the shop with its sweeps."""

    def worker(ports: Ports) -> App:
        options = connection_options(database_url, "portal_worker")
        return make_worker(shop.toolkit, ports, database_url=libpq_url(database_url), options=options)

    return worker


def run(worker: App, *sweeps: str) -> None:
    """Run these sweeps one after another, as if their time had come."""

    async def all_of_them() -> None:
        async with worker.open_async():
            for name in sweeps:
                await worker.configure_task(name).defer_async(timestamp=1)
            await worker.run_worker_async(wait=False, install_signal_handlers=False, listen_notify=False)

    asyncio.run(all_of_them())


def test_a_check_that_fails_leaves_no_night_unsealed(shop: Shop, make: Callable[[Ports], App]) -> None:
    shop.report(shop.order(), Problem.DAMAGED)
    shop.work()
    shop.later(hours=2)

    run(make(replace(shop.ports, books=Unreadable())), "sweeps.check_invariants", "sweeps.seal_record")

    asked = "SELECT status::text FROM jobs.procrastinate_jobs WHERE task_name = 'sweeps.check_invariants'"
    assert shop.rows(asked) == [("failed",)]
    sealed = newest_seal(shop.toolkit)
    assert sealed is not None
    assert sealed.number >= 1


def test_a_worker_without_sweeps_compares_only_when_finance_asks(shop: Shop, make: Callable[[Ports], App]) -> None:
    by_itself = {one.task.name for one in make(shop.ports).periodic_registry.periodic_tasks.values()}

    assert "sweeps.reconcile_balance" in by_itself
    assert not shop.worker.periodic_registry.periodic_tasks
    assert TASK in shop.worker.tasks


def test_a_comparison_that_waits_already_is_not_asked_for_twice(shop: Shop) -> None:
    for _ in range(3):
        ask_to_reconcile(shop.toolkit)
    waiting = shop.rows("SELECT queueing_lock FROM jobs.procrastinate_jobs WHERE task_name = :task", task=TASK)

    shop.work()

    assert waiting == [(TASK,)]
    assert shop.rows("SELECT count(*) FROM reconciliations") == [(1,)]
    ask_to_reconcile(shop.toolkit)
    shop.work()
    assert shop.rows("SELECT count(*) FROM reconciliations") == [(2,)]
