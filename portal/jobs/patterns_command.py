"""The command line of patterns: ``patterns scan``, ``show``, ``rank`` and ``back-test``."""

import csv
from datetime import date, datetime
from pathlib import Path
from typing import cast

import click
from flask import current_app

from portal.domain.errors import MovedOn
from portal.domain.patterns import Counts, Family, Measure
from portal.letters.language import LOCALES
from portal.letters.patterns import cell_words, pattern_sentence
from portal.records import patterns as pattern_records
from portal.services.back_test_patterns import alarms_a_year, back_test, real_units
from portal.services.find_patterns import find_patterns
from portal.services.rank_cells import rank_cells
from portal.services.toolkit import Toolkit

_MOST_SHOWN = 100


@click.group()
def patterns() -> None:
    """Find what fails more often than usual, by vendor, lane, product and the like, and their pairs."""


@patterns.command("scan")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day to count; two days ago otherwise.")
def scan_command(until: datetime | None) -> None:
    """Count every day that has settled since the last scan, and tell what is new."""
    told: dict[Family, date] = {}
    try:
        scanned = find_patterns(_toolkit(), until=until.date() if until else None, told=told.__setitem__)
    except MovedOn as error:
        raise click.ClickException("Another scan was quicker; its patterns are there.") from error
    for family, day in told.items():
        click.echo(f"{family.value}: counted up to {day}")
    click.echo(f"{len(scanned.found)} new patterns.")


@patterns.command("show")
def show_command() -> None:
    """Print the patterns, those that wait for somebody first."""
    with _toolkit().reading() as session:
        for one in pattern_records.listed(session, limit=_MOST_SHOWN):
            counts = Counts(one.exposure, one.events, one.usual)
            said = pattern_sentence(Measure(one.measure), one.cell, counts, LOCALES[0])
            click.echo(f"{one.ref}  {one.state:<9}  {one.since_on} to {one.seen_on}  {said}")


@patterns.command("rank")
@click.argument("measure", type=click.Choice([measure.value for measure in Measure]))
def rank_command(measure: str) -> None:
    """Print what failed more within the last year than season and mix explain, the surest worst first."""
    for one in rank_cells(_toolkit(), Measure(measure)):
        named = cell_words(one.cell, LOCALES[0])
        click.echo(
            f"{one.events / one.usual:5.1f} times ({one.low:.1f} to {one.high:.1f})  "
            f"{one.events:.0f} of {one.exposure:.0f} where {one.usual:.1f} are usual  {named}"
        )


@patterns.command("back-test")
@click.argument("orders", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--runs", default=20, type=click.IntRange(1), help="Made shops for each kind of fault.")
@click.option("--years", default=40, type=click.IntRange(1), help="Made years without any fault.")
@click.option("--parcels", default=30_000, type=click.IntRange(1_000), help="Parcels of a made year.")
def back_test_command(orders: Path, runs: int, years: int, parcels: int) -> None:
    """Put known faults into years drawn from the parcels of an order feed, and print what is found, as a table."""
    with orders.open(encoding="utf-8-sig", newline="") as file:
        units = real_units(csv.DictReader(file))
    for real in (False, True):
        cells, apart = alarms_a_year(units, years=years, units_a_year=parcels, real_outcomes=real)
        kind = "outcomes as they were" if real else "nothing but mix and season"
        click.echo(f"False alarms a year, {kind}: {apart:.2f} ({cells:.2f} cells)")
    click.echo("| Put in | Usual rate | Times | Found within 14 days | The most any test finds | Middle day |")
    click.echo("|---|---|---|---|---|---|")
    for row in back_test(units, runs=runs, units_a_year=parcels):
        middle = "later" if row.middle_day is None else str(row.middle_day)
        click.echo(
            f"| {row.dimension}, 40 a week | {row.usual:.0%} | {row.times:g} | {row.found} of {row.runs} "
            f"| {row.bound:.0%} | {middle} |"
        )


def _toolkit() -> Toolkit:
    return cast("Toolkit", current_app.extensions["toolkit"])
