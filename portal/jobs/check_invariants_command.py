"""The command that checks every invariant."""

import click
from flask import current_app

from portal.domain.ports import UnknownOutcome
from portal.records.invariants.asking import Held
from portal.services.check_invariants import Beside, examine_invariants
from portal.services.read_book import Reading, read_book
from portal.services.seal_record import Sealed, is_still_so, newest_seal
from portal.services.toolkit import Toolkit

_ROW = "{:<5}{:<8}{:>12}{:>10}{:>9}  {}"


@click.command("check-invariants")
@click.option("--at-rest", is_flag=True, help="Nothing is under way: each refund must stand the same at Stripe.")
@click.option("--book", "kept", help="How the book read before: what this command or the nightly log has said.")
@click.option("--seal", "sealed", help="The newest seal as this command or the nightly log has told it before.")
@click.option("--ours", is_flag=True, help="Leave the sandbox Stripe's books alone, such as where it does not run.")
def check_invariants(*, at_rest: bool, kept: str | None, sealed: str | None, ours: bool) -> None:
    """Check all that must hold, beside the sandbox Stripe's books too; exit 1 and name what breaks it."""
    means = current_app.extensions
    toolkit, books = means["toolkit"], None if ours else means["provider_books"]
    beside = None if books is None else Beside(books, at_rest=at_rest)
    click.echo(_ROW.format("id", "", "checked", "breaking", "seconds", "what must hold"))
    unread = None
    try:
        broken = _tell_all(toolkit, beside)
    except UnknownOutcome as error:
        # The books are read before anything is checked, so nothing was told yet.
        unread, broken = error, _tell_all(toolkit, None)
    if unread is None and beside is None:
        click.echo("Stripe's own books were not read: only the sandbox's are held beside ours.")
    stands = _is_sealed_as(toolkit, sealed)
    same = _reads_as(toolkit, kept)
    if unread is not None:
        click.echo(
            f"The books of the sandbox Stripe could not be read: {unread}. Only ours were checked; with --ours that is "
            "all that is asked for.",
            err=True,
        )
    if unread is not None or not same or broken or not stands:
        raise SystemExit(1)


def _tell_all(toolkit: Toolkit, beside: Beside | None) -> int:
    """Tell of each invariant, and count those that do not hold."""
    broken = 0
    for held in examine_invariants(toolkit, beside):
        _tell(held)
        broken += bool(held.broken)
    return broken


def _tell(held: Held) -> None:
    state = "BROKEN" if held.broken else "holds"
    told = (held.key, state, f"{held.rows:,}", f"{held.broken:,}", f"{held.seconds:.2f}", held.says)
    click.echo(_ROW.format(*told))
    if held.broken:
        click.echo(f"     {', '.join(held.refs)}{' …' if held.broken > len(held.refs) else ''}")


def _reads_as(toolkit: Toolkit, kept: str | None) -> bool:
    """Say how the book reads now, and whether up to where it was read before it still reads the same."""
    try:
        before = Reading.parse(kept) if kept else None
    except ValueError as error:
        raise click.BadParameter("give what was said before, such as 1200:-34567", param_hint="--book") from error
    same = before is None or read_book(toolkit, before.up_to) == before
    if not same:
        click.echo(f"BROKEN: up to entry {before.up_to if before else 0} the book does not read as it did.")
    click.echo(f"The book reads {read_book(toolkit)}")
    return same


def _is_sealed_as(toolkit: Toolkit, kept: str | None) -> bool:
    """Say which seal is the newest, and whether one that was kept elsewhere is still in the chain."""
    try:
        before = Sealed.parse(kept) if kept else None
    except ValueError as error:
        raise click.BadParameter("give what was said before, such as 12:9f86d0", param_hint="--seal") from error
    same = before is None or is_still_so(toolkit, before)
    if not same:
        click.echo(f"BROKEN: seal {before.number if before else 0} is not the one that was kept.")
    click.echo(f"The newest seal is {newest_seal(toolkit) or 'none yet'}")
    return same
