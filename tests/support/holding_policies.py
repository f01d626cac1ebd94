"""Small policies with limits and budgets, for tests of what they hold back."""

from collections.abc import Sequence

from portal.domain.actors import Actor
from portal.services.publish_policy import publish_policy
from tests.support.shop import Shop

HEAD = """
name = "Held back"
market = "*"

[defaults]
offer_expires_in_days = 30
answer_within_hours = 24

[amounts.some_amount]
BRL = "{amount}"

{tables}
[[rules]]
key = "all_of_it"
describe = "Whatever it is, all of it."
when.paid = true
then.offer.refund = {{ goods = 100, shipping = 100 }}
then.offer.store_credit = {{ goods = 100, shipping = 100, bonus = 10 }}
then.class = "{policy_class}"
"""


def a_limit(subject: str, *, days: int = 30, remedies: int | None = None, value: bool = False, hours: int = 8) -> str:
    """Write a limit; value: the amount of the policy."""
    counted = "" if remedies is None else f"remedies = {remedies}\n"
    worth = 'value = "some_amount"\n' if value else ""
    return f'[[limits]]\nsubject = "{subject}"\nwithin_days = {days}\nwithin_hours = {hours}\n{counted}{worth}'


def a_budget(policy_class: str, *, period: str = "month", stops: bool | None = None) -> str:
    """Write a budget of the policy's amount."""
    said = "" if stops is None else f"stops = {str(stops).lower()}\n"
    return f'[[budgets]]\nclass = "{policy_class}"\nperiod = "{period}"\namount = "some_amount"\n{said}'


def publish(shop: Shop, *tables: str, amount: str = "100.00", policy_class: str = "not_ours") -> None:
    """Let a policy with these limits and budgets decide from now on."""
    source = written(tables, amount, policy_class)
    publish_policy(shop.toolkit, source=source, actor=Actor.system("tests"), despite="A small one, for a test.")


def written(tables: Sequence[str], amount: str, policy_class: str) -> str:
    """Write the policy."""
    return HEAD.format(tables="\n".join(tables), amount=amount, policy_class=policy_class)
