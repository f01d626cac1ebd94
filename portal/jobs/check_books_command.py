"""The command that adds the books up again."""

import click
from flask import current_app

from portal.records.book_checks import CHECKS
from portal.services.check_books import check_books as run_checks


@click.command("check-books")
def check_books() -> None:
    """Add the books up again; exit 1 and say what does not agree."""
    broken = {found.key: found for found in run_checks(current_app.extensions["toolkit"])}
    for key, sentence, _ in CHECKS:
        found = broken.get(key)
        click.echo(f"{key:<4} {'BROKEN' if found else 'holds':<7} {sentence}")
        for row in found.rows if found else ():
            click.echo(f"     {row}")
    if broken:
        raise SystemExit(1)
