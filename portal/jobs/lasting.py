"""A worker that lasts: it outlives an outage of the database, and what it left unfinished is taken up again.

What a worker was told or wanted to note is lost with the connection that it was on: a job that it took unknowingly, or
one that it could not mark as done, would be called its own for as long as it lives. So it then begins anew under
another name. What it left belongs to nobody, and is put back into the queue, as is what a worker that died had taken.
"""

import asyncio
import signal
from collections.abc import Awaitable
from functools import cached_property
from typing import Any, LiteralString

import structlog
from procrastinate import App, PsycopgConnector, sql
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Status
from psycopg import Error, OperationalError
from psycopg.errors import RaiseException

log = structlog.get_logger(__name__)
HEARTBEAT_SECONDS = 5.0
# A sweep comes every quarter of a minute, so whatever a worker held is taken up within forty seconds of its death.
DEAD_AFTER_SECONDS = 20.0
_GRACE_SECONDS = 25
_PAUSE_SECONDS = 1.0


class WatchedConnector(PsycopgConnector):
    """Tells when a statement of the worker itself was lost: nobody knows then what became of it.

    worker_id: under which the worker that uses it was registered last.
    """

    worker_id: int | None = None

    @cached_property
    def lost(self) -> asyncio.Event:
        """Give what is set then."""
        return asyncio.Event()

    async def execute_query_async(self, query: LiteralString, **arguments: object) -> None:
        """Run a statement."""
        try:
            await super().execute_query_async(query, **arguments)
        except ConnectorException as error:
            self._note(error)
            raise

    async def execute_query_one_async(self, query: LiteralString, **arguments: object) -> dict[str, Any]:
        """Run a statement and give its row."""
        try:
            row = await super().execute_query_one_async(query, **arguments)
        except ConnectorException as error:
            self._note(error)
            raise
        if query == sql.queries["register_worker"]:
            self.worker_id = row["worker_id"]
        return row

    def _note(self, error: ConnectorException) -> None:
        if isinstance(error.__cause__, OperationalError):
            self.lost.set()


async def work_on(app: App, *, concurrency: int, heartbeat_seconds: float = HEARTBEAT_SECONDS) -> None:
    """Work until a signal says stop, under a new name after each outage; what runs then is given time to finish."""
    stopping = _stop_signal()
    while not stopping.is_set():
        try:
            async with app.open_async():
                await put_back_stalled(app)
                await _work(app, stopping, concurrency, heartbeat_seconds)
        except (ConnectorException, Error) as error:
            log.warning("the worker has lost the database and begins anew", error=repr(error.__cause__ or error))
        if not stopping.is_set():
            await _first_of(stopping.wait(), asyncio.sleep(_PAUSE_SECONDS))


async def put_back_stalled(app: App) -> None:
    """Put jobs of workers that died back into the queue: each of them finds what was settled already."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_SECONDS):
        try:
            await app.job_manager.retry_job(job)
            log.warning("job was taken from a worker that died", task=job.task_name, job=job.id)
        except UniqueViolation:
            # A sweep whose next one waits already, and does all that this one would have done.
            await app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
        except ConnectorException as error:
            if not isinstance(error.__cause__, RaiseException):
                raise
            log.info("another worker has put the job back", task=job.task_name, job=job.id)


async def _work(app: App, stopping: asyncio.Event, concurrency: int, heartbeat_seconds: float) -> None:
    """Work under one name, until a signal comes or a statement is lost."""
    ends = [stopping.wait()]
    if isinstance(app.connector, WatchedConnector):
        app.connector.lost.clear()
        ends.append(app.connector.lost.wait())
    working = asyncio.ensure_future(
        app.run_worker_async(
            concurrency=concurrency,
            listen_notify=True,
            fetch_job_polling_interval=2.0,
            install_signal_handlers=False,
            shutdown_graceful_timeout=_GRACE_SECONDS,
            delete_jobs="successful",
            update_heartbeat_interval=heartbeat_seconds,
            stalled_worker_timeout=DEAD_AFTER_SECONDS,
        )
    )
    await _first_of(working, *ends)
    if not working.done():
        working.cancel()
    beating = asyncio.ensure_future(_beat_on(app, heartbeat_seconds)) if stopping.is_set() else None
    try:
        await working
    except asyncio.CancelledError:
        log.info("the worker has finished what it had begun")
    finally:
        if beating is not None:
            beating.cancel()


async def _beat_on(app: App, seconds: float) -> None:
    """Beat while what runs is given time to finish.

    The library ends its own heartbeat first, and waits for a job in a thread however long that takes; so a worker that
    stops in order would be taken for a dead one, and its jobs would run twice.
    """
    while isinstance(app.connector, WatchedConnector) and app.connector.worker_id is not None:
        try:
            await app.job_manager.update_heartbeat(app.connector.worker_id)
        except ConnectorException as error:
            log.warning("a worker that stops could not say that it lives", error=repr(error.__cause__ or error))
        await asyncio.sleep(seconds)


async def _first_of(*awaited: Awaitable[object]) -> None:
    """Wait for the first of them, and drop the others but for what runs by itself."""
    waiting = [asyncio.ensure_future(one) for one in awaited]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for one, given in zip(waiting, awaited, strict=True):
        if one is not given:
            one.cancel()


def _stop_signal() -> asyncio.Event:
    """Give what is set when we are asked to stop. The second time the process ends at once."""
    loop, stopping = asyncio.get_running_loop(), asyncio.Event()

    def stop() -> None:
        stopping.set()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    return stopping
