"""The tasks of outreaches: count one, and tell one customer."""

from procrastinate import App, JobContext

from portal.jobs.retries import Retries
from portal.services.count_outreach import count_outreach
from portal.services.draw_outreach import COUNT
from portal.services.give_outreach import TELL
from portal.services.tell_first import tell_first
from portal.services.toolkit import Toolkit

_RETRIES = Retries(first=2, longest=300, most=12)


def add_outreach_tasks(app: App, toolkit: Toolkit) -> None:
    """Register what is done for one outreach, or one customer of it."""

    @app.task(name=COUNT, retry=_RETRIES, pass_context=True)
    def count(context: JobContext, outreach_ref: str) -> None:
        count_outreach(toolkit, outreach_ref=outreach_ref, last_try=context.job.attempts >= _RETRIES.most)

    # Whoever could not be told after these tries is handed over once more by the sweep.
    @app.task(name=TELL, retry=Retries(first=2, longest=60, most=4))
    def tell(outreach_ref: str, customer_id: int) -> None:
        tell_first(toolkit, outreach_ref=outreach_ref, customer_id=customer_id)
