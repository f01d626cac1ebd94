"""The command line of incidents: ``incidents open``, ``incidents close`` and ``incidents list``."""

from collections.abc import Callable
from typing import Any, cast

import click
from flask import current_app

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.incidents import ABOUT, BadIncident
from portal.records.incidents import open_ones
from portal.services.close_incident import close_incident
from portal.services.declare_incident import declare_incident
from portal.services.toolkit import Toolkit

_BY = Actor.system("incidents")


@click.group()
def incidents() -> None:
    """Say what goes wrong for many at once, so that policy can ask about it."""


def _about(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command an option for each fact that an incident may be about."""
    for name in reversed(ABOUT):
        command = click.option(f"--{name.replace('_', '-')}", name)(command)
    return command


@incidents.command("open")
@click.argument("words")
@_about
def open_command(words: str, **about: str | None) -> None:
    """Open an incident about claim lines with all of these facts. WORDS say what happens, for colleagues."""
    try:
        ref = declare_incident(_toolkit(), words=words, about=about, actor=_BY)
    except BadIncident as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{ref} is open.")


@incidents.command("close")
@click.argument("ref")
@click.option("--reason", default="Closed at the command line.", show_default=True)
def close_command(ref: str, reason: str) -> None:
    """Close an incident without proof that it fell. It stays flagged; its page closes it with proof."""
    try:
        close_incident(_toolkit(), ref=ref, reason=reason.strip() or "Closed at the command line.", actor=_BY)
    except NotFound as error:
        raise click.ClickException(f"No incident {ref} is open.") from error
    click.echo(f"{ref} is closed.")


@incidents.command("list")
def list_command() -> None:
    """Print the incidents that are open, oldest first."""
    with _toolkit().reading() as session:
        for one in open_ones(session):
            about = ", ".join(f"{name} {word}" for name, word in one.about.items())
            click.echo(f"{one.ref}  {one.opened_at:%Y-%m-%d %H:%M}  {about}: {one.words}")


def _toolkit() -> Toolkit:
    return cast("Toolkit", current_app.extensions["toolkit"])
