"""``flask --app portal.factory api-keys``: keys with which the shop's systems call the API."""

import os

import click
from flask import current_app

from portal.domain.errors import Conflict, NotFound
from portal.services.create_api_key import create_api_key, revoke_api_key
from portal.services.toolkit import Toolkit


@click.group(name="api-keys", help="Make and revoke the keys of the API.")
def api_keys() -> None:
    """Hold the commands together."""


@api_keys.command()
@click.argument("name")
@click.option("--from-environment", metavar="VARIABLE", help="Take the key that this variable holds; make none.")
@click.option("--replace", is_flag=True, help="Revoke a live key of that name first.")
def create(name: str, from_environment: str | None, *, replace: bool) -> None:
    """Make a key and print it, this once."""
    toolkit: Toolkit = current_app.extensions["toolkit"]
    given = os.environ.get(from_environment, "") if from_environment else None
    try:
        secret = create_api_key(toolkit, name, given=given, replace=replace)
    except Conflict as error:
        raise click.ClickException(str(error)) from error
    if given is None:
        click.echo(secret)
    else:
        click.echo(f"The API key {name} is the one in {from_environment}.")


@api_keys.command()
@click.argument("name")
def revoke(name: str) -> None:
    """Stop the key of a name, at once."""
    try:
        revoke_api_key(current_app.extensions["toolkit"], name)
    except NotFound as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The API key {name} is revoked.")
