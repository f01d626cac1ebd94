"""The worker: Procrastinate on the portal's own PostgreSQL, with every task and every sweep."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from weakref import WeakKeyDictionary

from procrastinate import App
from psycopg import AsyncConnection
from psycopg_pool import AsyncConnectionPool

from portal.jobs.lasting import WatchedConnector, work_on
from portal.jobs.parking import park_unknown
from portal.jobs.reconciling import add_reconciling
from portal.jobs.sweeps import add_sweeps
from portal.jobs.tasks import add_tasks
from portal.services.follow_claim import Ports
from portal.services.toolkit import Toolkit

CONCURRENCY = 8
_CONNECTIONS = 6
_TRUSTED_SECONDS = 5.0


def make_worker(toolkit: Toolkit, ports: Ports, *, database_url: str, options: str, sweeps: bool = True) -> App:
    """Make the job app. database_url as libpq reads it; options: what every connection starts with."""
    connector = WatchedConnector(
        conninfo=database_url,
        kwargs={"options": options},
        # Not among the settings: the connector sets it by itself on the connection that listens, and twice is refused.
        configure=_at_once,
        pool_factory=_pool,
        min_size=1,
        max_size=_CONNECTIONS,
    )
    app = App(connector=connector)
    add_tasks(app, toolkit, ports)
    if ports.balance is not None:
        add_reconciling(app, toolkit, ports.balance)
    if sweeps:
        add_sweeps(app, toolkit, ports)
    park_unknown(app, toolkit)
    return app


async def _at_once(connection: AsyncConnection) -> None:
    """Let what the worker itself asks run without a transaction around one statement: two round trips less."""
    await connection.set_autocommit(True)


def _pool(**arguments: object) -> AsyncConnectionPool:
    """Make a pool that asks a connection whether it still lives after it lay idle, not each time it is taken."""
    asked_at: WeakKeyDictionary[AsyncConnection, float] = WeakKeyDictionary()

    async def check(connection: AsyncConnection) -> None:
        now, before = time.monotonic(), asked_at.get(connection)
        asked_at[connection] = now
        if before is not None and now - before > _TRUSTED_SECONDS:
            await AsyncConnectionPool.check_connection(connection)

    make: Callable[..., AsyncConnectionPool] = AsyncConnectionPool
    return make(**{**arguments, "check": check})


def run_worker(app: App) -> None:
    """Run until a signal says stop; what runs then is given time to finish."""
    asyncio.run(_run(app))


async def _run(app: App) -> None:
    # By itself the loop has four threads more than the machine has cores, and jobs would wait for one of them.
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(CONCURRENCY, "job"))
    await work_on(app, concurrency=CONCURRENCY)
