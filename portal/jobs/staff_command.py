"""The commands about staff: create, close an account, and the demonstration's people."""

import sys

import click
from flask import current_app

from portal.domain.authority import Role
from portal.domain.errors import AmendsError, BadAmount
from portal.domain.mailboxes import normalise
from portal.domain.money import parse
from portal.services.change_password import change_password
from portal.services.create_demonstration_staff import create_demonstration_staff
from portal.services.create_staff import COMMAND, create_staff, deactivate_staff
from portal.services.reset_second_factor import reset_second_factor


@click.group()
def staff() -> None:
    """Let people work for the shop, and let them go."""


@staff.command("create")
@click.argument("mailbox")
@click.option("--name", required=True, help="As colleagues and customers read it.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]))
@click.option(
    "--limit", "limits", multiple=True, metavar="BRL=200.00", help="May approve alone up to this; repeatable."
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def create(mailbox: str, name: str, role: str, limits: tuple[str, ...], *, password_stdin: bool) -> None:
    """Create a staff member; the password is asked for."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _asked_password()
    try:
        create_staff(
            current_app.extensions["toolkit"],
            mailbox=mailbox,
            name=name,
            role=Role(role),
            password=password,
            limits=dict(_limit(text) for text in limits),
        )
    except AmendsError as error:
        raise click.ClickException(f"{mailbox} was not created: {error}.") from error
    click.echo(f"{name} may sign in at {current_app.extensions['toolkit'].shop.origin}/staff/ as {role}.")


@staff.command("deactivate")
@click.argument("mailbox")
def deactivate(mailbox: str) -> None:
    """Close an account and end its sessions at once."""
    try:
        ended = deactivate_staff(current_app.extensions["toolkit"], mailbox=mailbox)
    except AmendsError as error:
        raise click.ClickException(f"{mailbox} was not closed: {type(error).__name__}, {error}.") from error
    click.echo(f"{mailbox} is closed; {ended} sessions were ended.")


@staff.command("set-password")
@click.argument("mailbox")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of asking.")
def set_password(mailbox: str, *, password_stdin: bool) -> None:
    """Give somebody another password and end their sessions at once; the password is asked for."""
    password = sys.stdin.readline().rstrip("\n") if password_stdin else _asked_password()
    try:
        ended = change_password(current_app.extensions["toolkit"], mailbox=mailbox, password=password)
    except AmendsError as error:
        raise click.ClickException(f"{mailbox} keeps the old password: {error}.") from error
    click.echo(f"{mailbox} has another password; {ended} sessions were ended.")


@staff.command("reset-second-factor")
@click.argument("mailbox")
def reset_factor(mailbox: str) -> None:
    """Take somebody's second factor away, for a phone that is lost; they set up a new one at the next sign-in."""
    try:
        ended = reset_second_factor(current_app.extensions["toolkit"], mailbox=normalise(mailbox), actor=COMMAND)
    except AmendsError as error:
        raise click.ClickException(f"{mailbox} keeps what there is: {type(error).__name__}, {error}.") from error
    click.echo(f"{mailbox} sets up a new second factor at the next sign-in; {ended} sessions were ended.")


@staff.command("create-demonstration")
def create_demonstration() -> None:
    """Create the demonstration's people and print how they sign in. Refused in production."""
    toolkit = current_app.extensions["toolkit"]
    try:
        people = create_demonstration_staff(toolkit)
    except AmendsError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Sign-ins at {toolkit.shop.origin}/staff/ (password for all: {people[0].password};")
    click.echo("then the code that the sandbox's authenticator shows at /codes)")
    for person in people:
        click.echo(f"  {person.mailbox:<32} {person.role.value:<12} {person.name}")


def _asked_password() -> str:
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _limit(text: str) -> tuple[str, int]:
    currency, _, amount = text.partition("=")
    limit = parse(amount, currency.upper())
    if limit.minor < 0:
        raise BadAmount("a limit is not negative")
    return limit.currency, limit.minor
