"""Check a policy's text: can it be read, does the shop know what it names, and what do its rules do to every claim."""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache

from portal.domain.authority import Role
from portal.domain.policy import Policy, shape
from portal.domain.policy.proof import Concern, ConcernKind, Proof, Severity, prove
from portal.domain.policy.regions import Words
from portal.records import order_names, policies
from portal.records.sessions import Session
from portal.services.current_policy import parsed

_MOST_KEPT = 32
# A vendor who is gone is refused; what else orders hold may come with the next of them, so that it is only told.
_HEARD_OF = frozenset({"category", "carrier", "service", "ship_to_country", "ship_to_region", "market"})
NEWEST_ORDERS = 5_000
"""So many orders tell which words the shop knows."""
_MOST_WORDS = 2_000
_NEAREST = 3
# To compare a word with so many takes 30 ms.
_COMPARED = 5

# A fact, and a word that a rule names of it.
_Asked = tuple[str, str]


@lru_cache(maxsize=_MOST_KEPT)
def proof_of(source: str) -> Proof:
    """Prove a text once. Raises BadPolicy."""
    return prove(parsed(source))


def proofs_in_shop(session: Session, *sources: str) -> list[Proof]:
    """Prove texts, and add warnings of words that none of the newest orders holds; the orders are asked once for all.

    Before the first order there are none. Raises BadPolicy.
    """
    named = [_named(parsed(source)) for source in sources]
    unheard = _unheard(session, {asked for rules in named for _key, asked in rules})
    return [_with_unheard(proof_of(source), rules, unheard) for source, rules in zip(sources, named, strict=True)]


def _named(policy: Policy) -> list[tuple[str, _Asked]]:
    """List the words that rules name, each with the rule's key."""
    return [
        (rule.key, (one.name, word))
        for rule in policy.rules
        for one in rule.conditions
        if one.name in _HEARD_OF and isinstance(one.region, Words)
        for word in sorted(one.region.words)
    ]


def _unheard(session: Session, asked: Collection[_Asked]) -> dict[_Asked, tuple[str, ...]]:
    """Pick what none of the newest orders holds, the first few with the words that are most like it."""
    if not asked:
        return {}
    names = {word for _fact, word in asked}
    known = order_names.words_heard(session, newest=NEWEST_ORDERS, each=_MOST_WORDS, names=names)
    missing = sorted((fact, word) for fact, word in asked if fact in known and word not in known[fact])
    like = {(fact, word): _like(word, known[fact]) for fact, word in missing[:_COMPARED]}
    return {one: like.get(one, ()) for one in missing}


def _with_unheard(
    proof: Proof, named: Sequence[tuple[str, _Asked]], unheard: Mapping[_Asked, tuple[str, ...]]
) -> Proof:
    told = [
        Concern(ConcernKind.UNHEARD, Severity.WARNING, (key,), place=asked[0], word=asked[1], like=unheard[asked])
        for key, asked in named
        if asked in unheard
    ]
    ranks = list(Severity)
    return Proof(tuple(sorted((*proof.concerns, *told), key=lambda one: ranks.index(one.severity))))


def _like(word: str, known: Sequence[str]) -> tuple[str, ...]:
    return tuple(get_close_matches(word, known, n=_NEAREST, cutoff=0.0))


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


def refuse_new_agents(policy: Policy, before: str | None) -> None:
    """Refuse a rule that newly leaves its claims to agents: whoever decides claims may decide them anyway.

    before: the text that is changed; what it said already stays readable, and is nobody's mistake of today.
    """
    known = _left_to_agents(parsed(before)) if before else {}
    for key, number in _left_to_agents(policy).items():
        if key not in known:
            raise shape.refuse(
                f"rule {key}: then.person.to (rule number {number})",
                "everybody who decides claims may decide it anyway, so leave it out, or say %(known)s",
                known=Role.APPROVER.value,
            )


def _left_to_agents(policy: Policy) -> dict[str, int]:
    numbered = enumerate(policy.rules, start=1)
    return {rule.key: number for number, rule in numbered if rule.outcome.answered_by is Role.AGENT}
