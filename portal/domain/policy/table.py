"""The table in force: rules in order, each with its conditions and its outcome, ready to be judged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from operator import attrgetter
from typing import Any

from portal.domain.authority import Role
from portal.domain.budgets import Budget
from portal.domain.facts import Facts
from portal.domain.limits import Limit
from portal.domain.offers import PolicyClass
from portal.domain.policy.plans import OfferPlan
from portal.domain.policy.regions import Region, Test
from portal.domain.policy.verdict import Asked, OutcomeKind, Reason, Wording
from portal.domain.reasons import Alternative, EvidenceReason


@dataclass(frozen=True, slots=True)
class Condition:
    """One question to the facts. Two conditions with equal name and notation (``wanted``) are one.

    ``region`` is what it lets through, ``test`` the same made ready to be asked. ``found`` writes what the facts hold;
    conditions with the same ``source`` find the same and share one answer.
    """

    name: str
    wanted: str
    region: Region
    test: Test
    source: str
    found: Callable[[Facts], str]


def ask_of(name: str, wanted: str, region: Region, found: Callable[[Facts], str], source: str = "") -> Condition:
    """Ask a region of the fact of that name; the source is that fact, unless another is given."""
    return Condition(name, wanted, region, region.test(attrgetter(name)), source or name, found)


class WaitFrom(StrEnum):
    """The moment from which the days of a wait count."""

    NOW = "now"
    ORDERED = "ordered"
    PROMISED = "promised"
    HANDED_OVER = "handed_over"
    DELIVERED = "delivered"


@dataclass(frozen=True, slots=True)
class WaitPlan:
    """Until when to wait: whole days after a moment, or until a day of the calendar (``date.toordinal``), in UTC."""

    start: WaitFrom
    days: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule says where all its conditions pass.

    keeps: the customer keeps what came. answered_by: who decides it, None for anybody who decides.
    """

    kind: OutcomeKind
    plans: tuple[OfferPlan, ...] = ()
    policy_class: PolicyClass = PolicyClass.ENTITLED
    evidence: EvidenceReason | None = None
    wait: WaitPlan | None = None
    reason: Reason | None = None
    alternative: Alternative | None = None
    answer_within_hours: int | None = None
    wording: Wording = Wording.STANDARD
    keeps: bool = False
    answered_by: Role | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: a key, what it is for in words, the conditions that must all pass, and the outcome."""

    key: str
    describe: str
    conditions: tuple[Condition, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds where a rule does not say: days until an offer expires, hours until a person answers."""

    offer_expires_in_days: int
    answer_within_hours: int


@dataclass(frozen=True, slots=True)
class Policy:
    """One policy: the first matching rule decides.

    ``currencies`` are those that every amount of the policy is given in; an order in another one goes to a person.
    ``tests`` and ``asked`` hold each distinct condition once, ``readers`` what they find; ``trace`` and ``masks`` tell
    which ones each rule needs.
    ``packs`` are the offers that rules share, by name.
    ``document`` is what it was read from, so that it can be stored and read again.
    """

    name: str
    market: str
    rules: tuple[Rule, ...]
    defaults: Defaults
    currencies: frozenset[str]
    document: Mapping[str, Any]
    tests: tuple[Test, ...]
    asked: tuple[Asked, ...]
    readers: tuple[Callable[[Facts], str], ...]
    trace: tuple[tuple[str, tuple[int, ...]], ...]
    masks: tuple[int, ...]
    limits: tuple[Limit, ...] = ()
    budgets: tuple[Budget, ...] = ()
    packs: Mapping[str, tuple[OfferPlan, ...]] = field(default_factory=dict)

    @property
    def person_within_hours(self) -> int:
        """Give the hours within which a person answers, where nothing else is said."""
        return self.defaults.answer_within_hours

    def plans_of(self, rule_key: str) -> tuple[OfferPlan, ...]:
        """Give what a rule offers; nothing where no rule has that key."""
        return next((rule.outcome.plans for rule in self.rules if rule.key == rule_key), ())

    def naming(self, pack: str) -> tuple[Rule, ...]:
        """Give the rules that name a pack of offers, in their order."""
        both = zip(self.rules, self.document["rules"], strict=True)
        return tuple(rule for rule, row in both if row["then"].get("offer") == pack)


def assemble(
    *,
    name: str,
    market: str,
    rules: tuple[Rule, ...],
    defaults: Defaults,
    currencies: frozenset[str],
    document: Mapping[str, Any],
    limits: tuple[Limit, ...] = (),
    budgets: tuple[Budget, ...] = (),
    packs: Mapping[str, tuple[OfferPlan, ...]] | None = None,
) -> Policy:
    """Put a policy together, with its distinct conditions and what they find numbered once."""
    distinct: dict[tuple[str, str], Condition] = {}
    readers: dict[str, Callable[[Facts], str]] = {}
    for condition in (condition for rule in rules for condition in rule.conditions):
        distinct.setdefault((condition.name, condition.wanted), condition)
        readers.setdefault(condition.source, condition.found)
    numbers = {identity: number for number, identity in enumerate(distinct)}
    sources = {source: number for number, source in enumerate(readers)}
    trace = tuple((rule.key, tuple(numbers[one.name, one.wanted] for one in rule.conditions)) for rule in rules)
    return Policy(
        name=name,
        market=market,
        rules=rules,
        defaults=defaults,
        currencies=currencies,
        document=document,
        tests=tuple(condition.test for condition in distinct.values()),
        asked=tuple(Asked(one.name, one.wanted, sources[one.source]) for one in distinct.values()),
        readers=tuple(readers.values()),
        trace=trace,
        masks=tuple(sum(1 << position for position in positions) for _, positions in trace),
        limits=limits,
        budgets=budgets,
        packs=packs or {},
    )
