"""The commands that explain a claim that was decided, and decide every claim again."""

import sys
from collections.abc import Iterator

import click
from flask import current_app

from portal.domain.errors import NotFound
from portal.domain.policy import Finding, Verdict
from portal.services.explain_claim import ClaimExplained, JudgementExplained, LineExplained, explain_claim
from portal.services.judge_again import judge_again

_SHOWN_AT_EACH = 1000


@click.command("explain")
@click.argument("claim")
@click.option("--facts", is_flag=True, help="Print too what was known of everything that the version asks.")
@click.option("--rules", is_flag=True, help="Print too every rule that was not near.")
def explain(claim: str, *, facts: bool, rules: bool) -> None:
    """Print why a claim was decided so, from what was kept of it, and decide it again; exit 1 where that differs."""
    try:
        explained = explain_claim(current_app.extensions["toolkit"], claim.strip().upper())
    except NotFound as error:
        raise click.ClickException(f"There is no claim {claim}.") from error
    for line in _lines(explained, facts=facts, rules=rules):
        click.echo(line)
    if not all(one.again.same for line in explained.lines for one in line.judgements):
        raise click.exceptions.Exit(1)


@click.command("check-again")
def check_again() -> None:
    """Make every decision on claim lines again, earlier ones too; exit 1 and name claims whose come out otherwise."""

    def progress(done: int) -> None:
        if done % _SHOWN_AT_EACH == 0:
            click.echo(f"\r{done:,} decided again", nl=False, file=sys.stderr)

    with current_app.extensions["toolkit"].reading() as session:
        held = judge_again(session, most=None, progress=progress)
    click.echo(f"{held.rows:,} decisions made again in {held.seconds:.1f} s, {held.broken:,} otherwise.")
    if held.broken:
        click.echo(f"{', '.join(held.refs)}{' …' if held.broken > len(held.refs) else ''}")
        raise click.exceptions.Exit(1)


def _lines(explained: ClaimExplained, *, facts: bool, rules: bool) -> Iterator[str]:
    version = explained.version
    yield f"{explained.ref}, reported {explained.reported_at:%Y-%m-%d %H:%M} UTC"
    yield (
        f"Version {version.number} for market {version.market}, published {version.published_at:%Y-%m-%d %H:%M} UTC "
        f"by {version.published_by}, in force from {version.in_force_from:%Y-%m-%d %H:%M} UTC."
    )
    for line in explained.lines:
        for one in line.judgements:
            yield ""
            yield f"Line {line.number}, {_plain(line.problem)}, {_stood(line, one)}: {_decided(one.verdict)}."
            yield from _judgement(one, explained, facts=facts, rules=rules)


def _stood(line: LineExplained, judged: JudgementExplained) -> str:
    said = judged.replaced
    if said is None:
        return f"now {_plain(line.state)}"
    return f"until {said.at:%Y-%m-%d %H:%M} UTC ({_plain(said.why.value)}, {said.actor})"


def _judgement(judged: JudgementExplained, explained: ClaimExplained, *, facts: bool, rules: bool) -> Iterator[str]:
    if judged.rules.won is None:
        yield "  No rule matched, so a person decides."
    else:
        yield f"  Decided by {_rule(judged.rules.won.key, explained)}"
        yield from _conditions(judged.rules.won.findings)
    for one in judged.held:
        said = ", ".join(f"{name} {value}" for name, value in one.to_document().items() if name != "kind")
        yield f"  Counted: {_plain(one.kind)}: {said}"
    for rule in judged.rules.close:
        yield f"  Nearly {_rule(rule.key, explained)}"
        yield from _conditions(rule.missed) if rule.missed else ["    everything holds, and a rule above decided"]
    for rule in judged.rules.others if rules else ():
        yield f"  Not {_rule(rule.key, explained)}"
        yield from _conditions(rule.missed)
    if facts:
        yield "  Known then:"
        yield from (f"    {_plain(name)}: {found}" for name, found in judged.facts)
    again = judged.again
    yield "  Decided again: the same." if again.same else f"  Decided again: OTHERWISE in {', '.join(again.differs)}."


def _decided(verdict: Verdict) -> str:
    offers = [f"{_plain(offer.kind)} {offer.amount}" for offer in verdict.offers]
    return ", ".join([verdict.outcome.value, *([_plain(verdict.reason)] if verdict.reason else []), *offers])


def _rule(key: str, explained: ClaimExplained) -> str:
    return f"{key}: {explained.rules.get(key, '')}"


def _conditions(findings: tuple[Finding, ...]) -> Iterator[str]:
    for one in findings:
        sign = "holds" if one.passed else "fails"
        yield f"    {sign}  {_plain(one.condition)} is {one.found}, asked for {one.wanted}"


def _plain(word: str) -> str:
    return word.replace("_", " ")
