"""The commands about policy: prove a file, publish it, and see what the one in force says about the shop's orders."""

import json
from collections import Counter
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import click
from flask import current_app

from portal.analysis.coverage import tally
from portal.domain.actors import Actor
from portal.domain.errors import AmendsError, BadPolicy
from portal.domain.policy import OutcomeKind, Policy, parse_text
from portal.domain.policy.difference import differences
from portal.domain.policy.proof import Severity, prove
from portal.jobs.concern_lines import concern_lines, refusal
from portal.jobs.policy_drafting import COMMANDS, DESPITE, FROM, OVERTAKE, in_zone
from portal.jobs.policy_explaining import check_again, explain
from portal.jobs.policy_replaying import replay
from portal.records import policies
from portal.records.policies import DEFAULT_MARKET
from portal.services.cover_policy import cover_policy
from portal.services.publish_policy import publish_policy

_DEFAULT = Path(str(files("portal.domain.policy") / "default.toml"))


@click.group("policy")
def policy() -> None:
    """Publish a policy and see what it does."""


for command in (*COMMANDS, replay, explain, check_again):
    policy.add_command(command)


@policy.command("load")
@click.argument("path", default=_DEFAULT, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@DESPITE
@FROM
@OVERTAKE
def load(path: Path, despite: str, start: datetime | None, *, overtake: bool) -> None:
    """Publish a policy file as the next version of its market; without a file, the one that ships with the project.

    Errors of the check refuse it, warnings need a word.
    """
    toolkit = current_app.extensions["toolkit"]
    source = _text(path)
    try:
        market, number, new = publish_policy(
            toolkit,
            source=source,
            actor=Actor.system("policy load"),
            despite=despite,
            in_force_from=in_zone(toolkit, start),
            overtakes=overtake,
        )
    except AmendsError as error:
        raise refusal(path.name, error, source) from error
    says = "is published" if new else "is in force already"
    click.echo(f"Version {number} for market {market} {says}.")


@policy.command("export")
@click.option("--market", default=DEFAULT_MARKET, show_default=True)
@click.option("--number", type=click.IntRange(1), help="A version by its number; without it, the newest.")
def export(market: str, number: int | None) -> None:
    """Print a published version as it was written, word for word."""
    click.echo(_published(market, number).encode(), nl=False)


@policy.command("diff")
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--market", help="Against this market instead of the file's.")
@click.option("--number", type=click.IntRange(1), help="Against a version by its number; without it, the newest.")
def diff(path: Path, market: str | None, number: int | None) -> None:
    """Print how a file differs from a published version; exit 1 where it does."""
    theirs = _read(path)
    found = differences(parse_text(_published(market or theirs.market, number)), theirs)
    for one in found:
        click.echo(f"{one.change:<8} {one.place}")
        for sign, value in (("-", one.before), ("+", one.after)):
            if value is not None:
                click.echo(f"         {sign} {json.dumps(value, ensure_ascii=False)}")
    if found:
        raise click.exceptions.Exit(1)


def _published(market: str, number: int | None) -> str:
    with current_app.extensions["toolkit"].reading() as session:
        source = policies.source_of(session, market, number)
    if source is None:
        raise click.ClickException(
            f"Market {market} has no version {number}." if number else f"Market {market} has none."
        )
    return source


@policy.command("check")
@click.argument("path", default=_DEFAULT, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--notes", is_flag=True, help="Tell every overlap too.")
def check(path: Path, *, notes: bool) -> None:
    """Prove a policy file over every claim there could be; exit 1 where something stops publishing."""
    asked = _read(path)
    proof = prove(asked)
    for line in concern_lines(asked, proof, notes=notes):
        click.echo(line)
    counted = Counter(concern.severity for concern in proof.concerns)
    click.echo(f"{len(asked.rules)} rules. " + ", ".join(f"{one.value}s: {counted[one]}" for one in Severity) + ".")
    if not proof.may_be_published:
        raise click.exceptions.Exit(1)


def _read(path: Path) -> Policy:
    try:
        return parse_text(_text(path))
    except BadPolicy as error:
        raise refusal(path.name, error) from error


def _text(path: Path) -> str:
    """Read a file as it is, its line endings too."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise refusal(path.name, error) from error


@policy.command("coverage")
def coverage() -> None:
    """Print what the policy in force says about every order and every problem that makes sense for it."""
    table = tally(cover_policy(current_app.extensions["toolkit"]))
    click.echo(f"{'problem':<18} {'parcel':<12} {'rule':<36} {'outcome':<9} {'lines':>8} {'share':>8}")
    for row in table.rows:
        cell = row.cell
        click.echo(
            f"{cell.problem:<18} {cell.parcel_state:<12} {cell.rule_key or '(no rule)':<36} {cell.outcome:<9} "
            f"{row.lines:>8} {row.share:>8.2%}"
        )
    click.echo(f"\n{table.total} judged. " + ", ".join(f"{kind}: {table.share_of(kind):.2%}" for kind in OutcomeKind))
    click.echo(f"To a person: {table.share_of(OutcomeKind.ESCALATE):.2%}. Without a rule: {table.without_rule}.")
