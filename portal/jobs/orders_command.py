"""The command line of the order feed: ``orders import``."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TextIO, cast

import click

from portal.domain.actors import Actor
from portal.domain.feed import BadLine
from portal.domain.feed_header import FeedUnreadable
from portal.services.import_orders import FeedRefused, ImportReport, ImportRunning, import_orders
from portal.services.toolkit import Toolkit

_SHOWN = 50
_WORDS = {"orders": "orders", "order_lines": "lines", "shipments": "parcels", "payments": "payments"}
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def orders() -> None:
    """Orders of the shop."""


@orders.command("import")
@click.argument("orders_csv", type=_FILE)
@click.option("--payments", "payments_csv", type=_FILE, required=True, help="The payments of these orders.")
@click.option("--rebase-dates", is_flag=True, help="Move all dates so that the newest order was placed yesterday.")
@click.option(
    "--report",
    type=click.File("w", encoding="utf-8", lazy=True),
    help="Write every bad line to this file as CSV: its number, the reason and the file.",
)
@click.pass_context
def import_command(
    context: click.Context, orders_csv: Path, payments_csv: Path, *, rebase_dates: bool, report: TextIO | None
) -> None:
    """Import an order feed, wholly or not at all. The columns are described in docs/order-feed.md."""
    means = _means(context)
    files = {"orders": orders_csv, "payments": payments_csv}
    told_bad = _written_to(report, files)
    size = orders_csv.stat().st_size + payments_csv.stat().st_size
    try:
        with (
            orders_csv.open("rb", buffering=1 << 20) as orders_file,
            payments_csv.open("rb", buffering=1 << 20) as payments_file,
            click.progressbar(length=size, label="Reading", show_pos=False) as bar,
        ):
            done = import_orders(
                cast("Toolkit", means["toolkit"]),
                orders=orders_file,
                payments=payments_file,
                actor=Actor.system("orders-import"),
                rebase_dates=rebase_dates,
                booker=means.get("payment_booker"),
                told=bar.update,
                told_bad=told_bad,
            )
    except FeedRefused as refusal:
        click.echo(_refused(refusal.report, files, report), err=True)
        context.exit(1)
    except (FeedUnreadable, ImportRunning) as error:
        click.echo(f"Nothing was imported: {error}.", err=True)
        context.exit(1)
    click.echo(_table(done))


def _written_to(report: TextIO | None, files: Mapping[str, Path]) -> Callable[[BadLine], object] | None:
    """Begin the report where one is wanted; its file is emptied by the first word, so it must be none of the feed's."""
    if report is None:
        return None
    if Path(report.name).resolve() in {path.resolve() for path in files.values()}:
        raise click.UsageError("The report would take the place of the feed. Please name another file.")
    rows = csv.writer(report, lineterminator="\n")
    rows.writerow(("number", "reason", "file"))
    return lambda bad: rows.writerow((bad.line, bad.reason, files[bad.file].name))


def _means(context: click.Context) -> Mapping[str, Any]:
    """Give what the factory left in the application, which Flask's own command line knows how to load."""
    loader = context.find_root().obj
    return cast("Mapping[str, Any]", loader.load_app().extensions)


def _refused(done: ImportReport, files: Mapping[str, Path], report: TextIO | None) -> str:
    lines = [f"{files[bad.file].name}:{bad.line}: {bad.reason}" for bad in done.bad_lines[:_SHOWN]]
    if done.bad_count > len(lines):
        every = f"All of them are in {report.name}." if report else "With --report FILE all of them are written there."
        lines.append(f"… and {done.bad_count - len(lines):,} more. {every}")
    verb = "line is" if done.bad_count == 1 else "lines are"
    return "\n".join([*lines, f"Nothing was imported: {done.bad_count} {verb} bad."])


def _table(report: ImportReport) -> str:
    rows = [f"{'':<10}{'new':>10}{'changed':>10}{'unchanged':>11}"]
    for table, word in _WORDS.items():
        written = report.written[table]
        rows.append(f"{word:<10}{written.new:>10,}{written.changed:>10,}{written.unchanged:>11,}")
    rows.append(f"{report.mismatched:,} orders add up to something else than their payments; both are kept.")
    if report.held:
        rows.append(f"{report.held:,} orders keep the amounts that they had, because they were put right already.")
    if report.moved_days:
        rows.append(f"All dates were moved by {report.moved_days:,} days.")
    if report.booked:
        rows.append(f"{report.booked:,} card payments were booked in the sandbox Stripe.")
    speed = report.lines / report.seconds if report.seconds else 0
    rows.append(f"{report.lines:,} lines in {report.seconds:.1f} s ({speed:,.0f} a second).")
    return "\n".join(rows)
