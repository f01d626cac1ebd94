"""The sweeps of outreaches: letters are given every minute, and the standing rule proposes every morning."""

import structlog
from procrastinate import App

from portal.services.draw_outreach import propose_outreach
from portal.services.give_outreach import go_on_with_all
from portal.services.toolkit import Toolkit

log = structlog.get_logger(__name__)


def add_outreach_sweeps(app: App, toolkit: Toolkit) -> None:
    """Register the periodic tasks."""

    @app.periodic(cron="* * * * *")
    @app.task(name="sweeps.outreach", queueing_lock="sweeps.outreach")
    def give(timestamp: int) -> None:
        go_on_with_all(toolkit)

    @app.periodic(cron="47 5 * * *")
    @app.task(name="sweeps.propose_outreach", queueing_lock="sweeps.propose_outreach")
    def propose(timestamp: int) -> None:
        """Draw up what the standing rule finds; a person starts it, or nobody is told."""
        ref = propose_outreach(toolkit)
        log.info("looked for silent parcels", outreach=ref)
