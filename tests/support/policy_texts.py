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
# One with all that rules share: amounts, limits, budgets and sets of offers, each with its comment.
SHARES = QUIET.replace(
    "[[rules]]",
    """# What is too much.
[amounts.much]
BRL = "900.00"
EUR = "180.00"

# Over a limit a person answers.

[[limits]]
subject = "mailbox" # Its tag does not matter.
within_days = 180
remedies = 12
value = "much"

# Cards wander.
[[limits]]
subject = "card"
within_days = 180
remedies = 12
value = "much"

[[budgets]]
class = "goodwill"
period = "month"
amount = "much" # Until the next month.

# Everything that makes it whole.
[packs.whole]
replacement = { arrives_in_days = 8 }
refund = { goods = 100, shipping = 100, arrives_in_days = 14 } # Two weeks at a bank.

# Nobody names this one.
[packs.half]
store_credit = { goods = 50, arrives_in_days = 0 }

[[rules]]
key = "late"
describe = "It is late: all of it."
when.problem = ["late"]
when.paid = true
then.offer = "whole"
then.class = "entitled"

[[rules]]""",
    1,
)


def quiet(hours: int = 24, market: str = "*") -> str:
    """Give the one without a warning, told apart by when a person answers, for a market."""
    said = QUIET.replace("answer_within_hours = 24", f"answer_within_hours = {hours}")
    return said.replace('market = "*"', f'market = "{market}"')
