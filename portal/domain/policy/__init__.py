"""Policy: a table of rules that decides what a customer may pick. Facts in, a verdict out."""

from portal.domain.policy.judge import judge
from portal.domain.policy.reading import default_policy, parse, parse_text
from portal.domain.policy.table import Policy, Rule
from portal.domain.policy.verdict import Finding, OutcomeKind, Verdict, Wording

__all__ = [
    "Finding",
    "OutcomeKind",
    "Policy",
    "Rule",
    "Verdict",
    "Wording",
    "default_policy",
    "judge",
    "parse",
    "parse_text",
]
