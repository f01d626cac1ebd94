"""``flask --app portal.factory books``: close a month, list what is closed, and write the file of a batch."""

import hashlib
import os
from pathlib import Path

import click
from flask import current_app

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.closing import Closing, read_month
from portal.domain.errors import AmendsError
from portal.domain.money import decimal_text
from portal.domain.periods import BadPeriod, Period
from portal.records import batch_file, staff
from portal.services.close_period import close_period, preview_period
from portal.services.toolkit import Toolkit

_MOST = 240


class _Month(click.ParamType):
    name = "month"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        """Read a month such as 2026-01."""
        try:
            return read_month(value)
        except BadPeriod:
            self.fail("give a month such as 2026-01", param, ctx)


@click.group()
def books() -> None:
    """Close periods, and write the files of what is closed."""


@books.command("close")
@click.argument("month", type=_Month())
@click.option("--currency", help="Close this currency alone; without it, all of them.")
@click.option("--by", "mailbox", required=True, help="The member of finance who closes.")
@click.option("--show", is_flag=True, help="Only tell what would be closed.")
def close(month: Period, currency: str | None, mailbox: str, *, show: bool) -> None:
    """Close a month, such as 2026-01, for good; where something is unmatched, a second person has to close it too."""
    toolkit: Toolkit = current_app.extensions["toolkit"]
    try:
        if show:
            _show(toolkit, month)
            return
        outcome = close_period(toolkit, Closing(month, currency, _finance(toolkit, mailbox)))
    except AmendsError as error:
        raise click.ClickException(f"Nothing was closed: {type(error).__name__}: {error}.") from error
    if outcome.unmatched:
        raise click.ClickException(
            "Nothing was closed yet: another member of finance has to close it too, because this is unmatched: "
            + ", ".join(outcome.unmatched)
        )
    click.echo(f"Closed up to {month.last}: {', '.join(outcome.batches)}")


@books.command("list")
def tell() -> None:
    """List what is closed, the newest first."""
    toolkit: Toolkit = current_app.extensions["toolkit"]
    with toolkit.reading() as session:
        found = batch_file.batches(session, _MOST)
    for batch in found:
        click.echo(f"{batch.ref}  {batch.currency}  up to {batch.last}  {batch.entries:>9} entries  {batch.sha256}")


@books.command("export")
@click.argument("ref")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path))
def export(ref: str, path: Path) -> None:
    """Write the file of a batch, such as BAT-7QA4K3HXYZ; it is there whole and as it was sealed, or not at all."""
    toolkit: Toolkit = current_app.extensions["toolkit"]
    with toolkit.reading() as session:
        batch = batch_file.batch_named(session, ref)
        if batch is None:
            raise click.ClickException(f"There is no batch {ref}.")
        unfinished, read = path.with_name(f"{path.name}.unfinished"), hashlib.sha256()
        with unfinished.open("wb") as written:
            for block in batch_file.copy_batch(session, batch.id, batch.layout):
                written.write(block)
                read.update(block)
            written.flush()
            os.fsync(written.fileno())
    if read.hexdigest() != batch.sha256:
        unfinished.unlink()
        raise click.ClickException(f"The book does not give {ref} as it was sealed. Run check-invariants.")
    unfinished.replace(path)
    click.echo(f"{path}: {batch.postings} postings, as sealed: {batch.sha256}")


def _finance(toolkit: Toolkit, mailbox: str) -> Actor:
    with toolkit.reading() as session:
        member = staff.by_mailbox(session, mailbox)
    if member is None or not member.active or member.role != Role.FINANCE:
        raise click.ClickException(f"{mailbox} is not of finance.")
    return Actor.staff(member.id)


def _show(toolkit: Toolkit, month: Period) -> None:
    preview = preview_period(toolkit, month)
    for content in preview.contents:
        click.echo(f"{content.currency}: {content.entries} entries, of them {content.late} late")
        for account, amount in content.moved:
            click.echo(f"  {account:<24}{decimal_text(amount):>18}")
        for name in preview.unmatched[content.currency]:
            click.echo(f"  unmatched: {name}")
