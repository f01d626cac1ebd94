"""The journey by the clock: counted every night, and told by mail on Monday. Each may be missed or run twice."""

import asyncio

import structlog
from procrastinate import App

from portal.services.count_journey import count_journey
from portal.services.send_digests import digests_to_send
from portal.services.toolkit import Toolkit

log = structlog.get_logger(__name__)


def add_journey(app: App, toolkit: Toolkit) -> None:
    """Register the periodic tasks."""

    @app.periodic(cron="13 5 * * *")
    @app.task(name="sweeps.count_journey", queueing_lock="sweeps.count_journey")
    def count(timestamp: int) -> None:
        log.info("counted the journey", rows=count_journey(toolkit), at=timestamp)

    @app.periodic(cron="7 * * * *")
    @app.task(name="sweeps.journey_digests", queueing_lock="sweeps.journey_digests")
    async def digests(timestamp: int) -> None:
        # Where nobody has counted since the week ended, it counts, which takes minutes.
        refs = await asyncio.to_thread(digests_to_send, toolkit)
        for ref in refs:
            await app.configure_task("digests.send").defer_async(digest_ref=ref)
        if refs:
            log.info("digests of the journey are to leave", digests=len(refs), at=timestamp)
