"""The command line of the prevention list: ``prevention look`` and ``prevention show``."""

from typing import cast

import click
from flask import current_app

from config import Config
from portal.records import prevention as records
from portal.services.list_precautions import list_precautions
from portal.services.toolkit import Toolkit

_MOST_SHOWN = 100


@click.group()
def prevention() -> None:
    """List parcels that an open incident is about, before anything happens to them."""


@prevention.command("look")
def look_command() -> None:
    """Follow what is listed, list what is new, and leave the messages for whoever can call ahead."""
    config: Config = current_app.extensions["config"]
    done = list_precautions(_toolkit(), tells=config.prevention_url is not None)
    click.echo(f"{done.listed} parcels listed, {done.told} messages left, {done.ended} came to their end.")


@prevention.command("show")
def show_command() -> None:
    """Print what nobody saw to yet, the soonest promised first."""
    with _toolkit().reading() as session:
        for one in records.listed(session, incident="", waits=True, most=_MOST_SHOWN, skipped=0):
            why = ", ".join(f"{name} {word}" for name, word in one.precaution.why.items())
            promised = one.precaution.promised_at
            click.echo(
                f"{one.precaution.ref}  {promised:%Y-%m-%d}  {one.shipment.shipment_number}  {one.incident_ref}: {why}"
            )


def _toolkit() -> Toolkit:
    return cast("Toolkit", current_app.extensions["toolkit"])
