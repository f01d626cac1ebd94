"""The commands about drafts of policies: made from a file, listed, proposed, published; and what a market wants."""

from datetime import datetime
from pathlib import Path

import click
from flask import current_app

from portal.domain.drafts import MOST_TITLE, OrdersKeep
from portal.domain.errors import AmendsError
from portal.domain.mailboxes import normalise
from portal.domain.policy import parse_text
from portal.jobs.concern_lines import refusal
from portal.records import policies, policy_drafts, staff
from portal.records.policies import DEFAULT_MARKET
from portal.records.tables.policies import PolicyDraft
from portal.services.create_staff import COMMAND
from portal.services.draft_policy import DraftPage, save_draft, start_draft
from portal.services.publish_draft import publish_draft
from portal.services.review_policy import propose_draft
from portal.services.set_policy_market import set_policy_market
from portal.services.toolkit import Toolkit

_MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])
FROM = click.option("--from", "start", type=_MOMENT, help="From when it decides, in the shop's time; else from now.")
DESPITE = click.option("--despite", default="", help="Why it is published although the check has warnings.")
OVERTAKE = click.option("--overtake", is_flag=True, help="Let a version that is planned for later never begin.")
_AS = click.option("--as", "--by", "mailbox", required=True, metavar="EMAIL", help="The staff member who does it.")
_MANY = 1000


@click.command("import")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--market", help="The market that the file must be for.")
@click.option("--title", help="What the draft is called; without it, the file's name.")
@click.option("--into", "ref", help="The draft that takes the file's text, instead of a new one.")
@_AS
def import_file(path: Path, market: str | None, title: str | None, ref: str | None, mailbox: str) -> None:
    """Make a draft of a policy file, byte for byte as it is."""
    toolkit = current_app.extensions["toolkit"]
    staff_id = _staff_id(toolkit, mailbox)
    try:
        source = path.read_bytes().decode("utf-8")
        if ref is None:
            named = title or path.name[:MOST_TITLE]
            wanted = market or parse_text(source).market
            ref = start_draft(toolkit, staff_id=staff_id, market=wanted, title=named, source=source)
        else:
            save_draft(toolkit, staff_id=staff_id, page=_page(toolkit, ref), source=source, said=path.name)
    except (AmendsError, UnicodeDecodeError) as error:
        raise refusal(path.name, error) from error
    click.echo(f"{ref} holds the text of {path.name}.")


@click.command("drafts")
def drafts() -> None:
    """List the drafts that somebody still works on."""
    with current_app.extensions["toolkit"].reading() as session:
        found = policy_drafts.open_drafts(session)
    for draft in found:
        click.echo(f"{draft.ref}  {draft.market:<4} {draft.state:<10} {draft.changed_by:<12} {draft.title}")
    click.echo(f"{len(found)} drafts.")


@click.command("versions")
@click.option("--market", default=DEFAULT_MARKET, show_default=True)
def versions(market: str) -> None:
    """List the versions of a market: from when each is in force, who published it, and their word on its warnings."""
    with current_app.extensions["toolkit"].reading() as session:
        found = policies.versions(session, market, limit=_MANY)
    for version in found:
        word = f"{version.warnings} warnings: {version.despite}" if version.warnings else ""
        click.echo(f"{version.number:>4}  {version.in_force_from:%Y-%m-%d %H:%M %Z}  {version.published_by}  {word}")
    click.echo(f"{len(found)} versions.")


@click.command("propose")
@click.argument("ref")
@_AS
def propose(ref: str, mailbox: str) -> None:
    """Ask for a review of a draft."""
    toolkit = current_app.extensions["toolkit"]
    staff_id, draft = _staff_id(toolkit, mailbox), _draft(toolkit, ref)
    try:
        propose_draft(toolkit, staff_id=staff_id, page=DraftPage(ref, draft.version))
    except AmendsError as error:
        raise refusal(ref, error, draft.source) from error
    click.echo(f"{ref} waits for a second person.")


@click.command("publish")
@click.argument("ref")
@FROM
@DESPITE
@OVERTAKE
@_AS
def publish(ref: str, start: datetime | None, despite: str, mailbox: str, *, overtake: bool) -> None:
    """Publish a draft that is in review, as an approver who wrote none of it."""
    toolkit = current_app.extensions["toolkit"]
    staff_id, draft = _staff_id(toolkit, mailbox), _draft(toolkit, ref)
    try:
        came = publish_draft(
            toolkit,
            staff_id=staff_id,
            page=DraftPage(ref, draft.version),
            in_force_from=in_zone(toolkit, start),
            despite=despite,
            overtakes=overtake,
        )
    except AmendsError as error:
        raise refusal(ref, error, draft.source) from error
    begins = came.in_force_from.astimezone(toolkit.zone)
    click.echo(f"Version {came.number} for market {came.market} is published, in force from {begins:%Y-%m-%d %H:%M}.")


@click.command("market")
@click.argument("market")
@click.option("--orders-keep", required=True, type=click.Choice([one.value for one in OrdersKeep]))
def set_market(market: str, orders_keep: str) -> None:
    """Set which version decides about a market's orders: that of the day they were placed, or of the report."""
    toolkit = current_app.extensions["toolkit"]
    try:
        set_policy_market(toolkit, market=market, orders_keep=OrdersKeep(orders_keep), actor=COMMAND)
    except AmendsError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"An order of market {market} is decided by the version in force when it was {orders_keep}.")


COMMANDS = (import_file, drafts, versions, propose, publish, set_market)


def in_zone(toolkit: Toolkit, moment: datetime | None) -> datetime | None:
    """Take a moment that was typed as one of the shop's own time."""
    return moment and moment.replace(tzinfo=toolkit.zone)


def _staff_id(toolkit: Toolkit, mailbox: str) -> int:
    try:
        with toolkit.reading() as session:
            member = staff.by_mailbox(session, normalise(mailbox))
    except AmendsError as error:
        raise click.ClickException(f"{mailbox} is no mailbox.") from error
    if member is None or not member.active:
        raise click.ClickException(f"{mailbox} is not on the staff.")
    return member.id


def _draft(toolkit: Toolkit, ref: str) -> PolicyDraft:
    with toolkit.reading() as session:
        draft = policy_drafts.found(session, ref)
    if draft is None:
        raise click.ClickException(f"There is no draft {ref}.")
    return draft


def _page(toolkit: Toolkit, ref: str) -> DraftPage:
    return DraftPage(ref, _draft(toolkit, ref).version)
