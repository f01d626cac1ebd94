"""Gather what customers say every few minutes, and look for themes in it once a week, by night."""

import structlog
from procrastinate import App

from portal.services.find_themes import find_themes, themes_are_wanted
from portal.services.gather_voices import gather_voices
from portal.services.toolkit import Toolkit

log = structlog.get_logger(__name__)


def add_voices(app: App, toolkit: Toolkit) -> None:
    """Register the two periodic tasks."""

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="sweeps.gather_voices", queueing_lock="sweeps.gather_voices")
    def gather(timestamp: int) -> None:
        gather_voices(toolkit)

    @app.periodic(cron="33 5 * * *")
    @app.task(name="sweeps.find_themes", queueing_lock="sweeps.find_themes")
    def themes(timestamp: int) -> None:
        if not themes_are_wanted(toolkit):
            return
        found = find_themes(toolkit)
        log.info("looked for themes", at=timestamp, **{tongue.value: number for tongue, number in found.items()})
