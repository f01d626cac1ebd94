"""Comparing with the provider's balance: the worker's task and sweep, and what the command says."""

from collections.abc import Callable

import click
import structlog
from procrastinate import App

from portal.domain.actors import Actor
from portal.domain.money import Money, decimal_text
from portal.domain.ports import ProviderBusy, ProviderLocked, UnknownOutcome
from portal.domain.ports_books import ProviderBalance
from portal.services.ask_to_reconcile import TASK
from portal.services.reconcile_balance import Report, reconcile_balance
from portal.services.toolkit import Toolkit

log = structlog.get_logger(__name__)
_TROUBLES = (UnknownOutcome, ProviderBusy, ProviderLocked)


def add_reconciling(app: App, toolkit: Toolkit, balance: ProviderBalance) -> None:
    """Register the comparison that finance asks for."""
    app.task(name=TASK, queueing_lock=TASK)(_comparing(toolkit, balance))


def add_nightly_comparison(app: App, toolkit: Toolkit, balance: ProviderBalance) -> None:
    """Register the comparison of every night."""
    compare = _comparing(toolkit, balance)

    @app.periodic(cron="11 4 * * *")
    @app.task(name="sweeps.reconcile_balance", queueing_lock="sweeps.reconcile_balance")
    def nightly(timestamp: int) -> None:
        log.info("the provider's balance is compared", planned_at=timestamp)
        compare()


def _comparing(toolkit: Toolkit, balance: ProviderBalance) -> Callable[[], None]:
    def compare() -> None:
        """Compare, and log what differs; a provider that does not answer is asked the next night."""
        try:
            report = reconcile_balance(toolkit, balance, Actor.system("worker"))
        except _TROUBLES as error:
            log.warning("the provider's balance could not be read", error=type(error).__name__)
            return
        for one in report.differences:
            log.error("the provider's balance differs", name=one.name, kind=one.kind, why=one.why, about=one.subject)

    return compare


def tell_reconciled(toolkit: Toolkit, balance: ProviderBalance) -> None:
    """Compare and say what differs; exit 1 where anything does."""
    try:
        report = reconcile_balance(toolkit, balance, Actor.system("command"))
    except _TROUBLES as error:
        raise click.ClickException(f"Stripe's balance could not be read: {type(error).__name__}.") from error
    _tell(report)
    if report.differences:
        raise SystemExit(1)


def _tell(report: Report) -> None:
    click.echo(f"{report.ref}: everything that moved since {report.since:%Y-%m-%d %H:%M %Z}")
    click.echo(f"{report.matched} matched, {report.waiting} younger than a day, {len(report.differences)} not matched")
    for one in report.differences:
        amount = decimal_text(Money(one.amount_minor, one.currency))
        click.echo(f"  {one.happened_at:%Y-%m-%d %H:%M} {one.name}  {one.kind}  {amount} {one.currency}  {one.why}")
