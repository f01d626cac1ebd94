"""The prevention list, made anew every night. One that is missed is made up for by the next."""

import structlog
from procrastinate import App

from portal.services.list_precautions import list_precautions
from portal.services.toolkit import Toolkit

log = structlog.get_logger(__name__)


def add_prevention(app: App, toolkit: Toolkit, *, tells: bool) -> None:
    """Register the periodic task. tells: where there is somebody to tell."""

    @app.periodic(cron="3 5 * * *")
    @app.task(name="sweeps.list_precautions", queueing_lock="sweeps.list_precautions")
    def look(timestamp: int) -> None:
        done = list_precautions(toolkit, tells=tells)
        log.info("made the prevention list", at=timestamp, listed=done.listed, told=done.told, ended=done.ended)
