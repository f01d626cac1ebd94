"""The command that erases a customer."""

import click
from flask import current_app

from portal.domain.errors import AmendsError
from portal.services import erase_customer as service


@click.command("erase-customer")
@click.argument("mailbox")
def erase_customer(mailbox: str) -> None:
    """Take a person out: name, addresses, words and photos go, amounts and days stay. It cannot be taken back."""
    means = current_app.extensions
    try:
        tombstone = service.erase_customer(means["toolkit"], means["photos"], mailbox=mailbox)
    except service.PhotosLeft as left:
        raise click.ClickException(f"The person is erased, but not every photo. Please erase {left} too.") from left
    except AmendsError as error:
        raise click.ClickException(f"Nothing was erased: {error}.") from error
    click.echo(f"The person behind {tombstone} is erased.")
