"""The daily search for patterns. One that is missed is made up for by the next."""

import structlog
from procrastinate import App

from portal.domain.errors import MovedOn
from portal.services.find_patterns import find_patterns
from portal.services.toolkit import Toolkit

log = structlog.get_logger(__name__)


def add_daily_search(app: App, toolkit: Toolkit) -> None:
    """Register the periodic task."""

    @app.periodic(cron="23 4 * * *")
    @app.task(name="sweeps.find_patterns", queueing_lock="sweeps.find_patterns")
    def find(timestamp: int) -> None:
        try:
            scanned = find_patterns(toolkit)
        except MovedOn:
            log.info("another search for patterns was quicker", at=timestamp)
            return
        log.info("searched for patterns", days=scanned.days, found=scanned.found)
