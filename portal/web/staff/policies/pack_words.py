"""Sets of offers that several rules share, in words."""

from collections.abc import Iterator
from dataclasses import dataclass

from portal.domain.policy import Policy
from portal.domain.policy.plans import OfferPlan
from portal.web.shared.language import gettext as _
from portal.web.shared.language import ngettext
from portal.web.shared.names import REMEDIES, named
from portal.web.staff.policies.rule_words import amount_name, gives_of, titled


@dataclass(frozen=True, slots=True)
class PackWords:
    """A set of offers. gives: a line for each remedy; rules: (key, title) of those that name it."""

    key: str
    name: str
    gives: tuple[str, ...]
    rules: tuple[tuple[str, str], ...]


def packs_of(policy: Policy) -> tuple[PackWords, ...]:
    """Say every set of offers of a policy, in the order of its text."""
    return tuple(
        PackWords(key, amount_name(key), _gives(policy, key), rules_naming(policy, key)) for key in policy.packs
    )


def pack_title(key: str) -> str:
    """Name a set of offers."""
    return _("The offers “%(name)s”", name=amount_name(key))


def rules_naming(policy: Policy, key: str) -> tuple[tuple[str, str], ...]:
    """Give the rules that name a set of offers: key and title."""
    naming = {rule.key for rule in policy.naming(key)}
    numbered = enumerate(policy.rules, 1)
    return tuple((rule.key, titled(number, rule.describe)) for number, rule in numbered if rule.key in naming)


def pack_changes(before: Policy, after: Policy) -> Iterator[tuple[str, str, str]]:
    """Say what became of sets of offers: the name, how it was and how it is, empty where there was or is none."""
    for key in dict.fromkeys([*before.packs, *after.packs]):
        # The order of remedies is the order in which they are shown.
        was, now = ([*policy.document.get("packs", {}).get(key, {}).items()] for policy in (before, after))
        if was != now:
            yield pack_title(key), "\n".join(_gives(before, key)), "\n".join(_gives(after, key))


def _gives(policy: Policy, key: str) -> tuple[str, ...]:
    usual = policy.defaults.offer_expires_in_days
    return tuple(_plan(plan, usual) for plan in policy.packs.get(key, ()))


def _plan(plan: OfferPlan, usual: int) -> str:
    said = [gives_of(plan)] if gives_of(plan) else []
    if plan.arrives_in_days is not None:
        days = plan.arrives_in_days
        arrives = ngettext("arrives within %(num)s day", "arrives within %(num)s days", days)
        said.append(arrives if days else _("arrives at once"))
    if plan.expires_in_days != usual:
        days = plan.expires_in_days
        said.append(ngettext("can be taken for %(num)s day", "can be taken for %(num)s days", days))
    remedy = named(REMEDIES, plan.kind.value)
    return _("%(remedy)s: %(gives)s", remedy=remedy, gives=", ".join(said)) if said else remedy
