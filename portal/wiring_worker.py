"""What the worker runs on: the toolkit, and the gateways to the world outside, Stripe's library among them."""

import click
from procrastinate import App

from config import Config
from portal.gateways.smtp_mail import SmtpMailer
from portal.gateways.stripe_refunds import StripeRefunds
from portal.gateways.warehouse_http import WarehouseHttp
from portal.jobs.tasks import Ports
from portal.jobs.worker import make_worker, run_worker
from portal.logs import configure_logs
from portal.records.sessions import connection_options, libpq_url
from portal.wiring import WORKER_ROLE, make_toolkit


def wire_ports(config: Config) -> Ports:
    """Plug the gateways in."""
    return Ports(
        refunds=StripeRefunds(config.stripe_secret_key, api_base=config.stripe_api_base),
        mailer=SmtpMailer(config.smtp_url, config.mail_from),
        warehouse=WarehouseHttp(config.warehouse_url, config.warehouse_secret),
    )


def wire_worker(config: Config) -> App:
    """Plug the worker together."""
    return make_worker(
        make_toolkit(config, WORKER_ROLE),
        wire_ports(config),
        database_url=libpq_url(config.database_url),
        options=connection_options(config.database_url, WORKER_ROLE),
    )


@click.command("worker")
def worker() -> None:
    """Carry out what was decided: refunds, credit, replacements, letters; and sweep what should have moved."""
    config = Config.from_environment()
    configure_logs(production=config.is_production)
    run_worker(wire_worker(config))
