"""What if: judge facts that somebody made up, or that a claim kept, by a text; nothing is written."""

from dataclasses import dataclass

from portal.domain.errors import NotFound
from portal.domain.facts import Facts
from portal.domain.policy import Policy, Verdict, judge
from portal.records import kept_facts
from portal.services.chosen_text import Chosen, chosen_text
from portal.services.current_policy import parsed
from portal.services.toolkit import Toolkit


@dataclass(frozen=True, slots=True)
class Tried:
    """What a text says of facts, and the text."""

    verdict: Verdict
    policy: Policy


def try_facts(policy: Policy, facts: Facts) -> Tried:
    """Judge facts by a policy."""
    return Tried(judge(facts, policy), policy)


def policy_to_try(toolkit: Toolkit, of: Chosen) -> Policy:
    """Read the text that was chosen; raise NotFound where there is none."""
    with toolkit.reading() as session:
        return parsed(chosen_text(session, of).source)


def facts_of_line(toolkit: Toolkit, claim_ref: str, number: int) -> Facts | None:
    """Give the facts that a line of a claim kept, by its place in the claim from 1; None where none were recorded.

    Raises NotFound for a claim or a line that is not there.
    """
    with toolkit.reading() as session:
        lines = kept_facts.of_claim(session, claim_ref)
    if not 1 <= number <= len(lines):
        raise NotFound(f"{claim_ref} line {number}")
    document = lines[number - 1]
    return Facts.from_document(document) if "line_value" in document else None
