"""``flask --app portal.factory sandbox year``: twelve months of a believable shop, made from a given feed and lived."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import click
from flask import current_app

from config import INSTANCE, Config
from portal.gateways.sandbox_books import SandboxBooks
from portal.records.invariants.asking import Held
from portal.sandbox.beside import double_beside
from portal.sandbox.year.given import FeedTooThin
from portal.sandbox.year.injected import BadFault, Fault, read_faults
from portal.sandbox.year.make import Wish, Year, make_year
from portal.sandbox.year.seasons import days_of_the_year
from portal.services.check_invariants import Beside, examine_invariants
from portal.services.import_orders import FeedRefused, ImportRunning
from portal.services.toolkit import Toolkit
from portal.wiring_year_part import live
from portal.year import reading
from portal.year.life import Place, live_year
from portal.year.share import YearStopped

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)
_MOST_ORDERS = 999_999
_DRAWN_EACH = 100


@click.group()
def sandbox() -> None:
    """Make what a sandbox shop is tried on."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was typed."""

    given: tuple[Path, Path]
    folder: Path
    wish: Wish


@sandbox.command("year")
@click.argument("orders_csv", type=_FILE)
@click.option("--payments", "payments_csv", type=_FILE, required=True, help="The payments of the given orders.")
@click.option("--orders", type=click.IntRange(1, _MOST_ORDERS), default=100_000, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True, help="The same seed makes the same year.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The day before which the year ends; today.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="'lane=CARRIER/SERVICE/REGION from=2026-06-01 loss=2x'",
    help="Put a fault into the year; repeatable. docs/shop-year.md lists what can be said.",
)
@click.option("--into", type=_FOLDER, default=INSTANCE / "year", help="Where its files go.")
@click.option("--only-files", is_flag=True, help="Write the files, and leave the database alone.")
@click.option("--double", type=_FOLDER, default=INSTANCE / "sandbox", help="The folder of the sandbox's own books.")
@click.option("--another", is_flag=True, help="Live it beside a year of another seed that is there already.")
def year(
    orders_csv: Path,
    payments_csv: Path,
    orders: int,
    seed: int,
    until: datetime | None,
    faults: tuple[str, ...],
    into: Path,
    double: Path,
    *,
    only_files: bool,
    another: bool,
) -> None:
    """Make twelve months of a believable shop from an order feed, and live them in this database."""
    means = current_app.extensions
    config: Config = means["config"]
    toolkit: Toolkit = means["toolkit"]
    wish = Wish(_until(until), orders, seed, _faults(faults), faults)
    if config.is_production:
        raise click.ClickException("A made-up year has no place in production.")
    if not only_files:
        _check_free(toolkit, seed, another=another)
    began = time.monotonic()
    made = _make(_Asked((orders_csv, payments_csv), into, wish))
    click.echo(
        f"{orders:,} orders in {len(made.truths):,} parcels were made in {time.monotonic() - began:.0f} s: {into}"
    )
    if only_files:
        return
    began = time.monotonic()
    counts = _live(toolkit, Place(config, double, live), made)
    click.echo(f"The year was lived in {time.monotonic() - began:.0f} s.")
    click.echo("\n".join(f"{count:>9,}  {name}" for name, count in sorted(counts.items())))
    _check(toolkit, config, double)


def _until(given: datetime | None) -> date:
    today = datetime.now(UTC).date()
    until = given.date() if given else today
    if until > today:
        raise click.BadParameter("a year that is lived lies in the past", param_hint="--until")
    return until


def _faults(typed: tuple[str, ...]) -> list[Fault]:
    try:
        return read_faults(typed)
    except BadFault as error:
        raise click.BadParameter(str(error), param_hint="--fault") from error


def _check_free(toolkit: Toolkit, seed: int, *, another: bool) -> None:
    """Refuse where a worker would carry on what the year begins, and where a year is there that nobody spoke of."""
    with toolkit.reading() as session:
        worked_on, there = reading.is_worked_on(session), reading.years_there(session)
    if worked_on:
        raise click.ClickException(
            "A worker runs on this database and would carry the year on by its own clock: stop it."
        )
    if str(seed) in there:
        raise click.ClickException(f"The year of seed {seed} is in this database already.")
    if there and not another:
        raise click.ClickException(f"A year is in this database already (seed {', '.join(there)}); --another adds one.")


def _make(asked: _Asked) -> Year:
    with click.progressbar(length=asked.wish.orders, label="Making ", show_pos=True) as bar:
        try:
            return make_year(asked.wish, asked.given, asked.folder, _by_hundreds(bar.update))
        except FeedTooThin as error:
            raise click.ClickException(f"No year can be made of this feed: {error}.") from error
        except KeyError as error:
            raise click.ClickException(f"The feed has no column {error}.") from error


def _by_hundreds(update: Callable[[int], None]) -> Callable[[int], None]:
    """Draw the bar less often than there are orders."""
    done = 0

    def told(count: int) -> None:
        nonlocal done
        done += count
        if done >= _DRAWN_EACH:
            update(done)
            done = 0

    return told


def _live(toolkit: Toolkit, place: Place, made: Year) -> Counter[str]:
    days = days_of_the_year(made.wish.until)
    with click.progressbar(days, label="Living ", item_show_func=_day) as bar:
        try:
            return live_year(toolkit, place, made, lambda day: bar.update(1, day))
        except (YearStopped, ImportRunning, FeedRefused) as error:
            raise click.ClickException(f"The year was not lived to its end: {error}.") from error


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _check(toolkit: Toolkit, config: Config, double: Path) -> None:
    """Check all that must hold, beside the double's own books; exit 1 and name what breaks it."""
    began = time.monotonic()
    with double_beside(double, time.time, refund_seconds=0, environment=config.environment) as beside:
        books = SandboxBooks(config.stripe_secret_key, beside.url)
        broken: list[Held] = [held for held in examine_invariants(toolkit, Beside(books)) if held.broken]
    for held in broken:
        click.echo(f"BROKEN {held.key}: {held.says} ({held.broken:,}): {', '.join(held.refs)}")
    if broken:
        raise SystemExit(1)
    click.echo(f"Every invariant holds, beside the double's books too ({time.monotonic() - began:.0f} s).")
