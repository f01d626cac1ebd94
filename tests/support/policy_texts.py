"""Policies as small as they can be: one without a warning, and what makes it wrong."""

QUIET = """# A policy for tests. It covers every claim there could be.
name = "Two rules"
market = "*"

[defaults]
offer_expires_in_days = 30
answer_within_hours = 24

[[rules]]
key = "paid"
describe = "It was paid for: a person answers." # Kept as it is written.
when.paid = true
then.person = { reason = "high_value" }

[[rules]]
key = "not_paid"
describe = "It was not paid for: a person answers."
when.paid = false
then.person = { reason = "charge_needs_a_look" }
"""
# Without its second rule some claims are covered by none, which needs a word.
GAP = QUIET.partition('[[rules]]\nkey = "not_paid"')[0]
# A rule that no claim gets to stops publishing.
NEVER_REACHED = (
    QUIET
    + """
[[rules]]
key = "paid_late"
describe = "Late and paid for: no claim gets here."
when.paid = true
when.problem = ["late"]
then.person = { reason = "high_value" }
"""
)


def quiet(hours: int = 24, market: str = "*") -> str:
    """Give the one without a warning, told apart by when a person answers, for a market."""
    said = QUIET.replace("answer_within_hours = 24", f"answer_within_hours = {hours}")
    return said.replace('market = "*"', f'market = "{market}"')
