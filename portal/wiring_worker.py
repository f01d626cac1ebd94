"""What the worker runs on: the web's means, and the world outside. Only here is Stripe's library loaded."""

from typing import Any

import click
from flask import current_app

from config import Config
from portal.gateways.prevention_http import PreventionHttp
from portal.gateways.smtp_mail import SmtpMailer
from portal.gateways.stripe_refunds import StripeRefunds
from portal.gateways.warehouse_http import WarehouseHttp
from portal.jobs.reconciling import tell_reconciled
from portal.jobs.worker import CONCURRENCY, make_worker, run_worker
from portal.memory import put_aside_what_is_built
from portal.records.sessions import connection_options, libpq_url
from portal.services.follow_claim import Ports
from portal.wiring import WORKER_ROLE, make_toolkit, sandbox_books


def wire_ports(config: Config) -> Ports:
    """Plug in Stripe, the mail server and the warehouse, or their stand-ins."""
    stripe = StripeRefunds(config.stripe_secret_key, api_base=config.stripe_api_base)
    return Ports(
        refunds=stripe,
        balance=stripe,
        mailer=SmtpMailer(config.smtp_url, f"{config.shop_name} <{config.mail_from}>"),
        warehouse=WarehouseHttp(config.warehouse_url, config.warehouse_secret),
        books=sandbox_books(config),
        prevention=PreventionHttp(config.prevention_url, config.prevention_secret) if config.prevention_url else None,
    )


@click.command()
def worker() -> None:
    """Do what was promised: send money, parcels and mail, and look after what waits."""
    config: Config = current_app.extensions["config"]
    job_app = make_worker(
        make_toolkit(config, WORKER_ROLE, connections=CONCURRENCY),
        wire_ports(config),
        database_url=libpq_url(config.database_url),
        # What the queue notes of a job may be lost with the database: the job then runs again, which every step bears.
        options=f"{connection_options(config.database_url, WORKER_ROLE)} -c synchronous_commit=off",
    )
    put_aside_what_is_built()
    run_worker(job_app)


@click.command()
def reconcile() -> None:
    """Hold what moved on Stripe's balance against our own rows, and name what differs; exit 1 where anything does."""
    config: Config = current_app.extensions["config"]
    toolkit = make_toolkit(config, WORKER_ROLE, connections=1)
    try:
        tell_reconciled(toolkit, StripeRefunds(config.stripe_secret_key, api_base=config.stripe_api_base))
    finally:
        with toolkit.reading() as session:
            connections: Any = session.get_bind()
        connections.dispose()
