"""What a replay adds up, found from lines judged alone and read from its report, so that both can be compared."""

import json
import re
from collections import Counter
from collections.abc import Iterable

from portal.domain.facts import Facts
from portal.domain.policy import Policy, judge

# The facts of every line as it was decided, and the remedy that was taken at last.
JUDGED = """
    SELECT l.facts::text, (SELECT r.kind FROM remedies AS r WHERE r.claim_line_id = l.id ORDER BY r.id DESC LIMIT 1)
    FROM claim_lines AS l
"""

Lines = list[tuple[Facts, object]]


def judged_lines(rows: Iterable[tuple[object, ...]]) -> Lines:
    """Read what ``JUDGED`` finds: the facts of every line, and the remedy that was taken."""
    return [(Facts.from_document(json.loads(str(facts))), taken) for facts, taken in rows]


def costs_of(policy: Policy, lines: Lines) -> Counter[str]:
    """Add up what counts of each line: the remedy that its customer took, where it is offered, and else the dearest."""
    sums: Counter[str] = Counter()
    for facts, taken in lines:
        offers = judge(facts, policy).offers
        offered = {offer.kind.value: offer.amount.minor + offer.bonus.minor for offer in offers}
        sums[facts.line_value.currency] += offered.get(str(taken), max(offered.values(), default=0))
    return sums


def sums_of(report: str) -> dict[str, list[int]]:
    """Read what all remedies cost together before, with the draft, and the difference, in minor units by currency."""
    lines = [line for line in report.splitlines() if line.startswith("in all")]
    found = [re.findall(r"(-?[0-9.]+) ([A-Z]{3})", line) for line in lines]
    return {amounts[0][1]: [int(minor.replace(".", "")) for minor, _ in amounts] for amounts in found}
