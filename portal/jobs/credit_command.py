"""``flask --app portal.factory credit``: what is owed in store credit, and what was granted in error."""

from datetime import datetime

import click
from flask import current_app

from portal.domain.actors import Actor
from portal.domain.errors import AmendsError
from portal.domain.money import decimal_text
from portal.records import credit_liability, staff
from portal.services.reverse_credit import Mistake, reverse_credit
from portal.services.toolkit import Toolkit

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def credit() -> None:
    """Look at the ledger of store credit, and take back what was granted in error."""


@credit.command("liability")
@click.option("--on", "last", type=_DAY, help="As of the end of this day; without it, of today.")
@click.option("--since", "first", type=_DAY, help="Tell what happened from this day on; without it, on that day alone.")
def tell_liability(last: datetime | None, first: datetime | None) -> None:
    """Tell what we owe in store credit as of the end of a day, and how it came about."""
    toolkit: Toolkit = current_app.extensions["toolkit"]
    day = (last or toolkit.now().astimezone(toolkit.zone)).date()
    with toolkit.reading() as session:
        rolls = credit_liability.liability(session, first.date() if first else day, day)
    for roll in rolls:
        click.echo(f"{roll.closing.currency} {decimal_text(roll.closing)} on {day}")
        click.echo(f"  {'opening':<18}{decimal_text(roll.opening):>16}")
        for occasion, amount in roll.moves.items():
            click.echo(f"  {occasion:<18}{decimal_text(amount):>16}")
    if not rolls:
        click.echo(f"No store credit was owed by {day}.")


@credit.command("balance")
@click.argument("account")
@click.option("--on", "last", type=_DAY, help="As of the end of this day; without it, of today.")
def tell_balance(account: str, last: datetime | None) -> None:
    """Tell what an account, such as CRD-7QA4K3HXYZ, held at the end of a day."""
    toolkit: Toolkit = current_app.extensions["toolkit"]
    day = (last or toolkit.now().astimezone(toolkit.zone)).date()
    with toolkit.reading() as session:
        held = credit_liability.balance(session, account, day, str(toolkit.zone))
    if held is None:
        raise click.ClickException(f"There is no account {account}.")
    click.echo(f"{held.currency} {decimal_text(held)} on {day}")


@credit.command("reverse")
@click.argument("remedy")
@click.option("--by", "mailbox", required=True, help="The staff member who found the error.")
@click.option("--reason", required=True, help="What was wrong, for the file.")
@click.option("--words", default="", help="What was wrong, as the customer reads it in our mail.")
@click.option("--source", help="A name of this error; the same one takes back once. Without it, the remedy's own.")
def reverse(remedy: str, mailbox: str, reason: str, words: str, source: str | None) -> None:
    """Take back what is unspent of a remedy's credit, such as RMD-7QA4K3H, and leave the rest to staff."""
    toolkit: Toolkit = current_app.extensions["toolkit"]
    with toolkit.reading() as session:
        member = staff.by_mailbox(session, mailbox)
    if member is None or not member.active:
        raise click.ClickException(f"{mailbox} is not on the staff.")
    try:
        came = reverse_credit(toolkit, Mistake(remedy, source or remedy, reason, Actor.staff(member.id), words))
    except AmendsError as error:
        raise click.ClickException(f"Nothing was taken back: {error}.") from error
    click.echo(f"{came.taken.currency} {decimal_text(came.taken)} was taken back{' before' if came.repeated else ''}.")
    if came.rest:
        click.echo(
            f"{came.rest.currency} {decimal_text(came.rest)} was spent or is with a checkout; its claim says so."
        )
