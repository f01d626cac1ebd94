"""The tasks of incidents: proving that one fell, watching each night, and telling customers together."""

from functools import partial

import structlog
from procrastinate import App

from portal.jobs.retries import Retries
from portal.services.prove_incident import prove_incident, watch_incidents
from portal.services.tell_of_incident import TELL, TELL_ALL, tell_all, tell_customer
from portal.services.toolkit import Toolkit
from portal.services.work_on_incident import PROVE

_RETRIES = Retries(first=2, longest=300, most=12)
log = structlog.get_logger(__name__)


def add_incidents(app: App, toolkit: Toolkit) -> None:
    """Register the tasks."""
    app.task(name=PROVE, retry=_RETRIES)(partial(prove_incident, toolkit))
    app.task(name=TELL_ALL, retry=_RETRIES)(partial(tell_all, toolkit))
    app.task(name=TELL, retry=_RETRIES)(partial(tell_customer, toolkit))


def add_nightly_watch(app: App, toolkit: Toolkit) -> None:
    """Register what is done each night after the search for patterns."""

    @app.periodic(cron="53 4 * * *")
    @app.task(name="sweeps.watch_incidents", queueing_lock="sweeps.watch_incidents")
    def watch(timestamp: int) -> None:
        log.info("left incidents to be counted", incidents=watch_incidents(toolkit), at=timestamp)
