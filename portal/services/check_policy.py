"""Check a policy's text: can it be read, does the shop know what it names, and what do its rules do to every claim."""

from functools import lru_cache

from portal.domain.policy import Policy, shape
from portal.domain.policy.proof import Proof, prove
from portal.domain.policy.regions import Words
from portal.records import order_names, policies
from portal.records.sessions import Session
from portal.services.current_policy import parsed

_MOST_KEPT = 32


@lru_cache(maxsize=_MOST_KEPT)
def proof_of(source: str) -> Proof:
    """Prove a text once. Raises BadPolicy."""
    return prove(parsed(source))


def read_policy(session: Session, source: str, *, market: str | None = None) -> Policy:
    """Read a text. market: the one that it must be for. Raises BadPolicy, for names that the shop does not know too."""
    policy = parsed(source)
    if market is not None and policy.market != market:
        raise shape.refuse(
            "market",
            "is %(found)s, and this is the policy of %(market)s",
            found=shape.quoted(policy.market),
            market=shape.quoted(market),
        )
    if not policies.is_market(session, policy.market):
        known = ", ".join(policies.markets(session))
        raise shape.refuse(
            "market",
            "no order is of market %(found)s, and it has no setting; known are %(known)s",
            found=shape.quoted(policy.market),
            known=known,
        )
    _check_vendors(session, policy)
    return policy


def _check_vendors(session: Session, policy: Policy) -> None:
    """Refuse a rule that names a vendor of whom no order is left: it would never match, or wait for nobody."""
    named = {
        name: (number, rule.key)
        for number, rule in reversed(list(enumerate(policy.rules, start=1)))
        for condition in rule.conditions
        if condition.name == "vendor" and isinstance(condition.region, Words)
        for name in condition.region.words
    }
    for name in order_names.unheard_vendors(session, named.keys()):
        number, key = named[name]
        like = order_names.vendor_like(session, name)
        raise shape.refuse(
            f"rule {key}: when.vendor (rule number {number})",
            "no order is of %(found)s; there is %(like)s",
            found=shape.quoted(name),
            like=shape.quoted(like),
        )
