"""The command line of the order feed: ``orders import``."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import click

from portal.domain.actors import Actor
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
@click.pass_context
def import_command(context: click.Context, orders_csv: Path, payments_csv: Path, *, rebase_dates: bool) -> None:
    """Import an order feed, wholly or not at all. The columns are described in docs/order-feed.md."""
    means = _means(context)
    size = orders_csv.stat().st_size + payments_csv.stat().st_size
    try:
        with (
            orders_csv.open("rb", buffering=1 << 20) as orders_file,
            payments_csv.open("rb", buffering=1 << 20) as payments_file,
            click.progressbar(length=size, label="Reading", show_pos=False) as bar,
        ):
            report = import_orders(
                cast("Toolkit", means["toolkit"]),
                orders=orders_file,
                payments=payments_file,
                actor=Actor.system("orders-import"),
                rebase_dates=rebase_dates,
                booker=means.get("payment_booker"),
                told=bar.update,
            )
    except FeedRefused as refusal:
        click.echo(_refused(refusal.report, {"orders": orders_csv, "payments": payments_csv}), err=True)
        context.exit(1)
    except (FeedUnreadable, ImportRunning) as error:
        click.echo(f"Nothing was imported: {error}.", err=True)
        context.exit(1)
    click.echo(_table(report))


def _means(context: click.Context) -> Mapping[str, Any]:
    """Give what the factory left in the application, which Flask's own command line knows how to load."""
    loader = context.find_root().obj
    return cast("Mapping[str, Any]", loader.load_app().extensions)


def _refused(report: ImportReport, files: Mapping[str, Path]) -> str:
    lines = [f"{files[bad.file].name}:{bad.line}: {bad.reason}" for bad in report.bad_lines[:_SHOWN]]
    if report.bad_count > len(lines):
        lines.append(f"… and {report.bad_count - len(lines)} more.")
    verb = "line is" if report.bad_count == 1 else "lines are"
    return "\n".join([*lines, f"Nothing was imported: {report.bad_count} {verb} bad."])


def _table(report: ImportReport) -> str:
    rows = [f"{'':<10}{'new':>10}{'changed':>10}{'unchanged':>11}"]
    for table, word in _WORDS.items():
        written = report.written[table]
        rows.append(f"{word:<10}{written.new:>10,}{written.changed:>10,}{written.unchanged:>11,}")
    rows.append(f"{report.mismatched:,} orders add up to something else than their payments; both are kept.")
    if report.moved_days:
        rows.append(f"All dates were moved by {report.moved_days:,} days.")
    if report.booked:
        rows.append(f"{report.booked:,} card payments were booked in the sandbox Stripe.")
    speed = report.lines / report.seconds if report.seconds else 0
    rows.append(f"{report.lines:,} lines in {report.seconds:.1f} s ({speed:,.0f} a second).")
    return "\n".join(rows)
