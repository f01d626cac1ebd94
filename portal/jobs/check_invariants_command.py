"""The command that checks every invariant."""

import click
from flask import current_app

from portal.domain.ports import UnknownOutcome
from portal.records.invariants.asking import Held
from portal.services.check_invariants import Beside, examine_invariants

_ROW = "{:<5}{:<8}{:>12}{:>10}{:>9}  {}"


@click.command("check-invariants")
@click.option("--at-rest", is_flag=True, help="Nothing is under way: each refund must stand the same at Stripe.")
def check_invariants(*, at_rest: bool) -> None:
    """Check all that must hold, beside the sandbox Stripe's books too; exit 1 and name what breaks it."""
    means = current_app.extensions
    books = means["provider_books"]
    beside = None if books is None else Beside(books, at_rest=at_rest)
    click.echo(_ROW.format("id", "", "checked", "breaking", "seconds", "what must hold"))
    broken = 0
    try:
        for held in examine_invariants(means["toolkit"], beside):
            _tell(held)
            broken += bool(held.broken)
    except UnknownOutcome as error:
        raise click.ClickException(f"The books of the sandbox Stripe could not be read: {error}.") from error
    if beside is None:
        click.echo("Stripe's own books were not read: only the sandbox's are held beside ours.")
    if broken:
        raise SystemExit(1)


def _tell(held: Held) -> None:
    state = "BROKEN" if held.broken else "holds"
    told = (held.key, state, f"{held.rows:,}", f"{held.broken:,}", f"{held.seconds:.2f}", held.says)
    click.echo(_ROW.format(*told))
    if held.broken:
        click.echo(f"     {', '.join(held.refs)}{' …' if held.broken > len(held.refs) else ''}")
