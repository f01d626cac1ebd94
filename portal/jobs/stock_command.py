"""The command line of stock: ``stock import``, ``stock show`` and ``stock stop-keeping``."""

from pathlib import Path
from typing import cast

import click
from flask import current_app

from portal.domain.actors import Actor
from portal.domain.errors import NotFound
from portal.domain.feed_header import FeedUnreadable
from portal.records.stock import last_moves, of_sku
from portal.services.import_stock import StockImportRunning, StockRefused, StockReport, import_stock
from portal.services.stop_keeping import stop_keeping
from portal.services.toolkit import Toolkit

_SHOWN = 50
_MOVES = 20
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def stock() -> None:
    """Keep the stock of what can be sent again."""


@stock.command("import")
@click.argument("stock_csv", type=_FILE)
@click.pass_context
def import_command(context: click.Context, stock_csv: Path) -> None:
    """Import counted stock, wholly or not at all. The columns are described in docs/stock.md."""
    try:
        with stock_csv.open("rb", buffering=1 << 20) as file:
            report = import_stock(_toolkit(), counts=file, actor=Actor.system("stock-import"))
    except StockRefused as refusal:
        click.echo(_refused(refusal, stock_csv), err=True)
        context.exit(1)
    except (FeedUnreadable, StockImportRunning) as error:
        click.echo(f"Nothing was imported: {error}.", err=True)
        context.exit(1)
    click.echo(_summary(report))


@stock.command("show")
@click.argument("sku")
@click.pass_context
def show_command(context: click.Context, sku: str) -> None:
    """Show what is there of a SKU, what of it is promised, and its last moves."""
    with _toolkit().reading() as session:
        shelves = of_sku(session, sku)
        moves = {shelf.item_id: last_moves(session, shelf.item_id, limit=_MOVES) for shelf in shelves}
    if not shelves:
        click.echo(f"No stock is kept of {sku}: as many as are wanted can be sent again.")
        context.exit(1)
    for shelf in shelves:
        click.echo(f"{shelf.sku} of {shelf.vendor or 'any vendor'}")
        click.echo(f"  on the shelf {shelf.on_hand:>8,}   promised {shelf.reserved:>8,}   free {shelf.free:>8,}")
        for move in moves[shelf.item_id]:
            told = f"{move.happened_at:%Y-%m-%d %H:%M:%S} {move.kind:<8} on the shelf {move.on_hand_change:+,}"
            click.echo(f"  {told}, promised {move.reserved_change:+,}, for {move.source} by {move.actor}")


@stock.command("stop-keeping")
@click.argument("sku")
@click.option("--vendor", help="Only the shelf of this vendor; empty for the one of any. Without it, all of them.")
def stop_keeping_command(sku: str, vendor: str | None) -> None:
    """Keep stock of a SKU no more: as many as are wanted can then be sent again. What is promised stays promised."""
    try:
        shelves = stop_keeping(_toolkit(), sku=sku, vendor=vendor, actor=Actor.system("stock-command"))
    except NotFound as error:
        raise click.ClickException(f"No stock is kept of {sku}{f' of {vendor}' if vendor else ''}.") from error
    for shelf in shelves:
        whose = shelf.vendor or "any vendor"
        click.echo(f"{shelf.sku} of {whose} is kept no more; {shelf.reserved:,} promised pieces still leave.")


def _toolkit() -> Toolkit:
    return cast("Toolkit", current_app.extensions["toolkit"])


def _refused(refusal: StockRefused, file: Path) -> str:
    lines = [f"{file.name}:{bad.line}: {bad.reason}" for bad in refusal.bad_lines[:_SHOWN]]
    if refusal.bad_count > len(lines):
        lines.append(f"… and {refusal.bad_count - len(lines)} more.")
    verb = "line is" if refusal.bad_count == 1 else "lines are"
    return "\n".join([*lines, f"Nothing was imported: {refusal.bad_count} {verb} bad."])


def _summary(report: StockReport) -> str:
    counted = report.counted
    rows = [f"{counted.new:,} new, {counted.changed:,} changed, {counted.unchanged:,} unchanged ({report.source})."]
    if counted.short:
        rows.append(f"On {counted.short:,} shelves fewer pieces are than were promised: the warehouse will say so.")
    return "\n".join(rows)
