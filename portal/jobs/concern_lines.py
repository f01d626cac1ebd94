"""What a check found, as lines for whoever types commands: the sentence, and the claim that shows it."""

from collections.abc import Iterator

import click

from portal.domain.errors import AmendsError
from portal.domain.facts import Facts
from portal.domain.policy import Policy, parse_text
from portal.domain.policy.proof import Proof, Severity
from portal.domain.policy.publishing import NeedsWord, StopsPublishing
from portal.letters.concerns import SEVERITIES, sentence_of, words_of


def concern_lines(asked: Policy, proof: Proof, *, notes: bool = False) -> Iterator[str]:
    """Give two lines for each concern that has an example, and one for each other."""
    for concern in proof.concerns:
        if notes or concern.severity is not Severity.NOTE:
            yield f"{SEVERITIES[concern.severity]}: {sentence_of(concern) % words_of(concern)}"
            if concern.example is not None:
                yield "    " + ", ".join(_told(concern.example, asked))


def refusal(name: str, error: AmendsError | UnicodeDecodeError, source: str = "") -> click.ClickException:
    """Say why a text is refused, with everything that its check found where that is why."""
    lines = [f"{name} is refused. {error}"]
    if isinstance(error, StopsPublishing | NeedsWord):
        lines += concern_lines(parse_text(source), error.proof)
    if isinstance(error, NeedsWord):
        lines.append('Publish it with --despite "why it is right all the same".')
    return click.ClickException("\n".join(lines))


def _told(example: Facts, asked: Policy) -> Iterator[str]:
    """Say what an example holds of each fact that the policy asks about."""
    conditions = {condition.source: condition for rule in asked.rules for condition in rule.conditions}
    for source, condition in conditions.items():
        yield f"{source} {condition.found(example)}"
