"""The command line of outreaches: ``outreach list``, ``propose``, ``start``, ``pause``, ``go-on``, ``stop``."""

from typing import cast

import click
from flask import current_app

from portal.domain.errors import IllegalMove, MovedOn, NotAllowed, NotFound
from portal.domain.outreach import LIMITS, BadOutreach, OutreachMove
from portal.records import outreach_targets, outreaches
from portal.records import staff as staff_records
from portal.services.draw_outreach import propose_outreach
from portal.services.give_outreach import go_on_with_outreach, outreaches_that_tell
from portal.services.move_outreach import move_outreach
from portal.services.toolkit import Toolkit

_MOST = 50
_DAYS = LIMITS["silent_days"]
_SAYS = {
    OutreachMove.START: "started: the first wave is told, and then waits for a second person.",
    OutreachMove.PAUSE: "paused.",
    OutreachMove.GO_ON: "going on.",
    OutreachMove.STOP: "stopped: nobody else is told.",
}


@click.group()
def outreach() -> None:
    """Tell customers of what went wrong before they tell us."""


@outreach.command("list")
def list_command() -> None:
    """Print the outreaches that were drawn up last, each with what became of its parcels."""
    with _toolkit().reading() as session:
        for one in outreaches.latest(session, limit=_MOST):
            ends = outreach_targets.by_end(session, one.outreach.id)
            said = ", ".join(f"{name} {number}" for name, number in sorted(ends.items())) or "nobody"
            click.echo(f"{one.outreach.ref}  {one.outreach.drawn_at:%Y-%m-%d %H:%M}  {one.outreach.state}: {said}")


@outreach.command("propose")
@click.option("--days", type=click.IntRange(_DAYS[0], _DAYS[-1]), help="PORTAL_SILENT_DAYS unless given.")
def propose_command(days: int | None) -> None:
    """Draw up what the standing rule finds now: past their day, and silent for DAYS. A person starts it."""
    ref = propose_outreach(_toolkit(), silent_days=days)
    click.echo(f"{ref} is being counted." if ref else "Nobody is found, or one of this rule is under way.")


@outreach.command("sweep")
def sweep_command() -> None:
    """Give the letters that may leave within this minute to the worker, as it does by itself every minute."""
    for ref in outreaches_that_tell(_toolkit()):
        click.echo(f"{ref}: {go_on_with_outreach(_toolkit(), ref=ref)} customers")


def _add(name: str, move: OutreachMove, about: str) -> None:
    @outreach.command(name, help=about)
    @click.argument("ref")
    @click.option("--as", "mailbox", required=True, help="The staff member's mailbox.")
    def command(ref: str, mailbox: str) -> None:
        _move(ref, mailbox, move)


def _move(ref: str, mailbox: str, move: OutreachMove) -> None:
    with _toolkit().reading() as session:
        member, found = staff_records.by_mailbox(session, mailbox), outreaches.found(session, ref)
    if member is None or found is None:
        raise click.ClickException(f"There is no outreach {ref}." if member else f"Nobody works here as {mailbox}.")
    try:
        move_outreach(_toolkit(), staff_id=member.id, ref=ref, seen=found.outreach.version, move=move)
    except (NotAllowed, IllegalMove, MovedOn, NotFound, BadOutreach) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{ref} is {_SAYS[move]}")


_add("start", OutreachMove.START, "Tell the small first wave of an outreach that was counted.")
_add("pause", OutreachMove.PAUSE, "Tell nobody until somebody lets it go on.")
_add("go-on", OutreachMove.GO_ON, "Go on where it was paused.")
_add("stop", OutreachMove.STOP, "End an outreach; those who were not told stay untold.")


def _toolkit() -> Toolkit:
    return cast("Toolkit", current_app.extensions["toolkit"])
