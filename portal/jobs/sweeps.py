"""The sweeps: every minute, what should have moved and has not is looked at again. Each may be missed or run twice."""

import structlog
from procrastinate import App

from portal.domain.pulse import PULSE
from portal.jobs.incident_tasks import add_nightly_watch
from portal.jobs.journey_sweeps import add_journey
from portal.jobs.lasting import put_back_stalled
from portal.jobs.outreach_sweep import add_outreach_sweeps
from portal.jobs.pattern_scan import add_daily_search
from portal.jobs.prevention_sweep import add_prevention
from portal.jobs.reconciling import add_nightly_comparison
from portal.jobs.voices_sweep import add_voices
from portal.services.ask_for_action import remind_of_refund, waiting_for_customers
from portal.services.ask_if_right import customers_to_ask
from portal.services.expire_credit_holds import expire_credit_holds
from portal.services.expire_lots import expire_lots
from portal.services.follow_claim import Ports
from portal.services.forget_old import forget_old
from portal.services.look_again import due_claims
from portal.services.poll_events import poll_events
from portal.services.read_book import read_book
from portal.services.reconcile_adopted import open_adopted
from portal.services.reconcile_refunds import open_refunds
from portal.services.refund_withdrawal import go_on_with_refund, refunds_to_go_on_with
from portal.services.seal_record import newest_seal, seal_record
from portal.services.tell_of_broken import check_and_tell
from portal.services.tell_of_parked import take_back_known
from portal.services.toolkit import Toolkit
from portal.services.watch_balance import watch_balance

log = structlog.get_logger(__name__)


def add_sweeps(app: App, toolkit: Toolkit, ports: Ports) -> None:
    """Register the periodic tasks."""
    _add_claim_sweeps(app, toolkit)
    _add_money_sweeps(app, toolkit, ports)
    _add_nightly_check(app, toolkit, ports)
    add_daily_search(app, toolkit)
    add_outreach_sweeps(app, toolkit)
    add_nightly_watch(app, toolkit)
    add_voices(app, toolkit)
    add_prevention(app, toolkit, tells=ports.prevention is not None)
    add_journey(app, toolkit)
    if ports.balance is not None:
        add_nightly_comparison(app, toolkit, ports.balance)

    @app.periodic(cron="* * * * * */15")
    @app.task(name=PULSE, queueing_lock=PULSE)
    async def stalled_jobs(timestamp: int) -> None:
        await put_back_stalled(app)

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="sweeps.parked_jobs", queueing_lock="sweeps.parked_jobs")
    def parked_jobs(timestamp: int) -> None:
        take_back_known(toolkit, frozenset(app.tasks))

    @app.periodic(cron="17 3 * * *")
    @app.task(name="sweeps.finished_jobs", queueing_lock="sweeps.finished_jobs")
    async def finished_jobs(timestamp: int) -> None:
        """Delete jobs that were done a week ago."""
        await app.job_manager.delete_old_jobs(nb_hours=24 * 7)


def _add_claim_sweeps(app: App, toolkit: Toolkit) -> None:
    @app.periodic(cron="* * * * *")
    @app.task(name="sweeps.due_claims", queueing_lock="sweeps.due_claims")
    async def due(timestamp: int) -> None:
        for ref in due_claims(toolkit):
            await app.configure_task("claims.look_again").defer_async(claim_ref=ref)

    @app.periodic(cron="*/10 * * * *")
    @app.task(name="sweeps.follow_ups", queueing_lock="sweeps.follow_ups")
    async def ask(timestamp: int) -> None:
        for customer_id in customers_to_ask(toolkit):
            await app.configure_task("follow_ups.ask").defer_async(customer_id=customer_id)

    @app.periodic(cron="* * * * *")
    @app.task(name="sweeps.withdrawals", queueing_lock="sweeps.withdrawals")
    def withdrawals(timestamp: int) -> None:
        for ref in refunds_to_go_on_with(toolkit):
            go_on_with_refund(toolkit, withdrawal_ref=ref)

    @app.periodic(cron="*/5 * * * *")
    @app.task(name="sweeps.forget_old", queueing_lock="sweeps.forget_old")
    def forget(timestamp: int) -> None:
        forget_old(toolkit)
        expire_credit_holds(toolkit)
        expire_lots(toolkit)


def _add_money_sweeps(app: App, toolkit: Toolkit, ports: Ports) -> None:
    @app.periodic(cron="* * * * *")
    @app.task(name="sweeps.open_refunds", queueing_lock="sweeps.open_refunds")
    async def refunds(timestamp: int) -> None:
        for ref in open_refunds(toolkit):
            await app.configure_task("refunds.reconcile").defer_async(refund_ref=ref)
        for name in open_adopted(toolkit):
            await app.configure_task("refunds.reconcile_adopted").defer_async(provider_ref=name)

    @app.periodic(cron="* * * * *")
    @app.task(name="sweeps.watch_balance", queueing_lock="sweeps.watch_balance")
    def low(timestamp: int) -> None:
        watch_balance(toolkit)

    @app.periodic(cron="*/10 * * * *")
    @app.task(name="sweeps.remind_of_refunds", queueing_lock="sweeps.remind_of_refunds")
    def remind(timestamp: int) -> None:
        for ref in waiting_for_customers(toolkit):
            remind_of_refund(toolkit, refund_ref=ref)

    @app.periodic(cron="*/2 * * * *")
    @app.task(name="sweeps.poll_events", queueing_lock="sweeps.poll_events")
    def poll(timestamp: int) -> None:
        poll_events(toolkit, ports.refunds)


def _add_nightly_check(app: App, toolkit: Toolkit, ports: Ports) -> None:
    @app.periodic(cron="31 3 * * *")
    @app.task(name="sweeps.seal_record", queueing_lock="sweeps.seal_record")
    def seal(timestamp: int) -> None:
        """Seal the record apart from the check, so that a question of that which fails leaves no night unsealed."""
        seal_record(toolkit)
        # In the log, which is kept elsewhere, so that a book that was changed behind our back can be told from it.
        log.info("the newest seal of the record", seal=str(newest_seal(toolkit)))
        log.info("how the book reads", book=str(read_book(toolkit)))

    @app.periodic(cron="41 3 * * *")
    @app.task(name="sweeps.check_invariants", queueing_lock="sweeps.check_invariants")
    def check(timestamp: int) -> None:
        """Check all that must hold, and name what breaks it, to staff too."""
        check_and_tell(toolkit, ports.books)
