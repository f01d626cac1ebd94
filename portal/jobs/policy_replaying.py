"""The command that replays a policy file over past claims, those of a made shop year as well."""

import sys
from datetime import datetime, timedelta
from pathlib import Path

import click
from flask import current_app

from portal.domain.errors import BadPolicy
from portal.domain.policy import parse_text
from portal.domain.replays import LONGEST_DAYS, MOST_EVERY, MOST_MINUTES, USUAL_MINUTES, BadReplay, Span, check_days
from portal.jobs.replay_report import report_lines
from portal.services.replay_policy import replay_policy
from portal.services.replay_span import claims_of, in_its_market

_REFUSED = {
    "ends_before": "The last day comes before the first.",
    "too_long": f"These are more than {LONGEST_DAYS} days.",
    "unknown": "No order is of this market, and it has no policy.",
    "another": "The file is for another market.",
}


@click.command("replay")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--since", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The first day of the claims.")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The day after the last.")
@click.option("--market", help="Only claims of this market.")
@click.option("--every", default=1, type=click.IntRange(1, MOST_EVERY), help="Take one claim in so many.")
@click.option(
    "--minutes",
    default=USUAL_MINUTES,
    type=click.IntRange(1, MOST_MINUTES),
    help="How long a person works on a claim.",
)
def replay(path: Path, since: datetime, until: datetime, market: str | None, every: int, minutes: int) -> None:
    """Judge past claims by a draft beside the policy of their day, and print what changes; nothing is written."""
    toolkit = current_app.extensions["toolkit"]
    span = Span(since.date(), until.date() - timedelta(days=1), market, every)
    try:
        draft = parse_text(path.read_text(encoding="utf-8"))
        check_days(span)
        with toolkit.reading() as session:
            which = claims_of(session, in_its_market(session, span, draft.market), toolkit.zone)
    except (BadPolicy, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path.name} is refused. {error}") from error
    except BadReplay as error:
        raise click.ClickException(_REFUSED[error.why]) from error
    with click.progressbar(length=1, label="Replaying", file=sys.stderr) as bar:

        def progress(done: int, whole: int) -> None:
            bar.length = max(whole, 1)
            bar.update(done - bar.pos)

        done = replay_policy(toolkit, draft=draft, which=which, progress=progress)
    for line in report_lines(done, minutes):
        click.echo(line)
