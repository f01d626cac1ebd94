"""The command line of the journey: ``journey count``, ``journey owner`` and ``journey owners``."""

from typing import cast

import click
from flask import current_app

from portal.domain.errors import NotFound
from portal.domain.mailboxes import BadMailbox
from portal.records import journey as records
from portal.services.count_journey import count_journey
from portal.services.create_staff import COMMAND
from portal.services.set_stage_owner import set_stage_owner
from portal.services.toolkit import Toolkit


@click.group()
def journey() -> None:
    """Count what goes wrong by stage of the journey, and say who answers for a stage."""


@journey.command("count")
def count_command() -> None:
    """Count a year up to now, in place of the last count; the worker does so every night."""
    click.echo(f"{count_journey(_toolkit())} rows.")


@journey.command("owner")
@click.argument("stage")
@click.argument("name")
@click.option("--mailbox", default="", help="Where the weekly digest goes; without one, the leader reads it.")
def owner_command(stage: str, name: str, mailbox: str) -> None:
    """Name who answers for a STAGE."""
    try:
        set_stage_owner(_toolkit(), stage=stage, name=name, mailbox=mailbox, actor=COMMAND)
    except NotFound as error:
        raise click.ClickException(f"There is no stage {stage}.") from error
    except BadMailbox as error:
        raise click.ClickException(f"{mailbox}: {error}.") from error
    click.echo(f"{name or 'Nobody'} answers for {stage}.")


@journey.command("owners")
def owners_command() -> None:
    """Print the stages with who answers for them."""
    with _toolkit().reading() as session:
        for one in records.owners(session):
            click.echo(f"{one.stage:<12} {one.name or '–':<28} {one.mailbox or '–'}")


def _toolkit() -> Toolkit:
    return cast("Toolkit", current_app.extensions["toolkit"])
