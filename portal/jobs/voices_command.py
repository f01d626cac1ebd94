"""The command line of voices: ``voices gather``, ``voices themes`` and ``voices agreement``."""

import csv
from pathlib import Path
from typing import cast

import click
from flask import current_app

from portal.analysis.voices.apart import NoThemes
from portal.domain.voices import Tongue
from portal.records import themes as records
from portal.services.find_themes import Labelled, agree, find_themes
from portal.services.gather_voices import gather_voices
from portal.services.toolkit import Toolkit


@click.group()
def voices() -> None:
    """Gather what customers say in their own words, and find themes in it."""


@voices.command("gather")
def gather_command() -> None:
    """Make searchable what was said since the last time."""
    click.echo(f"{gather_voices(_toolkit())} voices gathered.")


@voices.command("themes")
def themes_command() -> None:
    """Look for themes in what was said within 90 days, and print them."""
    try:
        find_themes(_toolkit())
    except NoThemes as error:
        raise click.ClickException("The search did not come to its end; nothing was changed.") from error
    with _toolkit().reading() as session:
        for one in records.newest(session):
            click.echo(
                f"{one.ref}  {one.tongue.value:<10}  {one.left_of_it:5} of {one.looked_through}  {', '.join(one.words)}"
            )


@voices.command("agreement")
@click.argument("labelled", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def agreement_command(labelled: Path) -> None:
    """Find themes in a CSV of labelled examples (tongue, label, words) and print how far they agree. Keeps nothing."""
    with labelled.open(encoding="utf-8-sig", newline="") as file:
        try:
            rows = [Labelled(Tongue(row["tongue"]), row["label"], row["words"]) for row in csv.DictReader(file)]
        except (KeyError, ValueError) as error:
            raise click.ClickException(
                "Each row has a tongue (english, portuguese, simple), a label, words."
            ) from error
    for one in agree(_toolkit(), rows):
        click.echo(
            f"{one.tongue.value}: {one.voices} examples of {one.labels} labels, {len(one.themes)} themes, "
            f"purity {one.purity:.2f}, adjusted Rand {one.rand:.2f}"
        )
        for words in one.themes:
            click.echo(f"    {', '.join(words)}")


def _toolkit() -> Toolkit:
    return cast("Toolkit", current_app.extensions["toolkit"])
