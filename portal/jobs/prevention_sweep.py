"""The prevention list, made anew every night, and its messages. What is missed is made up for by the next round."""

import structlog
from procrastinate import App

from portal.services.list_precautions import leave_messages, list_precautions
from portal.services.toolkit import Toolkit

log = structlog.get_logger(__name__)


def add_prevention(app: App, toolkit: Toolkit, *, tells: bool) -> None:
    """Register the periodic tasks. tells: where there is somebody to tell."""

    @app.periodic(cron="3 5 * * *")
    @app.task(name="sweeps.list_precautions", queueing_lock="sweeps.list_precautions")
    def look(timestamp: int) -> None:
        done = list_precautions(toolkit, tells=tells)
        log.info("made the prevention list", at=timestamp, listed=done.listed, told=done.told, ended=done.ended)

    if tells:

        @app.periodic(cron="*/10 * * * *")
        @app.task(name="sweeps.tell_precautions", queueing_lock="sweeps.tell_precautions")
        def tell(timestamp: int) -> None:
            leave_messages(toolkit)
