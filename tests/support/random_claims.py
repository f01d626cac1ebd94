"""Random claims by the hundred thousand: every fact of the vocabulary, on and beside the edges of a policy's ranges."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from portal.domain.facts import EarlierRemedy, Facts
from portal.domain.money import Money
from portal.domain.policy import Policy
from portal.domain.policy.regions import AmountSpan, AnyOf, Only, Recent, Span, Words
from portal.domain.policy.vocabulary import VOCABULARY, FactKind, FactType
from tests.support.claim_facts import some_facts

_FIELDS = frozenset(field.name for field in fields(Facts))
_NOW = datetime(2026, 1, 1, 9, tzinfo=UTC)
_MOST_MINOR = 600_000
_MOST_DAYS = 400
_METHODS = ("card", "boleto", "voucher", "credit")


class Claims:
    """Makes claims whose facts lie where a policy tells them apart."""

    def __init__(self, policy: Policy, chance: Random) -> None:
        """Take the edges of every condition; the same dice make the same claims."""
        self._chance = chance
        self._edges: dict[str, list[int]] = {}
        self._money: dict[str, list[tuple[str, int]]] = {}
        self._words: dict[str, list[str]] = {}
        for condition in (condition for rule in policy.rules for condition in rule.conditions):
            self._note(condition.name, condition.region)

    def any_in(self, currency: str) -> Facts:
        """Make any claim at all; what its facts have to do with each other need not fit."""
        drawn: dict[str, Any] = {
            fact.reads: self._draw(fact, currency) for fact in VOCABULARY.values() if fact.reads in _FIELDS
        }
        goods, shipping = drawn["goods_value"], drawn["shipping_value"]
        worth = goods.minor + shipping.minor
        back = self._chance.choice((0, 0, 0, min(drawn["given_back"].minor, worth), worth))
        told = self._chance.random() < 0.7
        return some_facts(
            currency=currency,
            **drawn
            | {
                "line_value": goods + shipping,
                "given_back": Money(back, currency),
                "shipping_given_back": Money(min(back // 3, shipping.minor), currency) if told else None,
                "earlier_remedies": tuple(self._remedy() for _ in range(self._chance.randrange(3))),
                "now": _NOW + timedelta(days=self._chance.randrange(_MOST_DAYS)),
            },
        )

    def _remedy(self) -> EarlierRemedy:
        worth = self._number([], _MOST_MINOR)
        return EarlierRemedy(self._chance.randrange(_MOST_DAYS), worth, self._chance.randrange(worth + 1))

    def _note(self, name: str, region: object) -> None:
        match region:
            case Span(low, high) | Recent(_, low, high):
                self._edges.setdefault(name, []).extend(end for end in (low, high) if end is not None)
            case AmountSpan(low_by, high_by):
                ends = [*(low_by or {}).items(), *(high_by or {}).items()]
                self._money.setdefault(name, []).extend(ends)
            case Words(words) | AnyOf(words) | Only(words):
                self._words.setdefault(name, []).extend(sorted(words))

    def _draw(self, fact: FactType, currency: str) -> object:
        if fact.unknown and self._chance.random() < 0.15:
            return None
        match fact.kind:
            case FactKind.YES_NO:
                return self._chance.random() < 0.1
            case FactKind.WORD | FactKind.WORDS:
                return self._draw_words(fact)
            case FactKind.RECENT:
                return tuple(self._chance.randrange(_MOST_DAYS) for _ in range(self._chance.randrange(5)))
            case _:
                return self._draw_number(fact, currency)

    def _draw_number(self, fact: FactType, currency: str) -> object:
        if fact.kind is FactKind.MONEY:
            ends = [minor for code, minor in self._money.get(fact.name, ()) if code == currency]
            return Money(max(self._number(ends, _MOST_MINOR), 0), currency)
        if fact.kind is FactKind.TIMES and self._chance.random() < 0.7:
            return 0
        return max(self._number(self._edges.get(fact.name, []), _MOST_DAYS), -30 if fact.unknown else 0)

    def _draw_words(self, fact: FactType) -> object:
        asked = self._words.get(fact.name, [])
        if fact.kind is FactKind.WORDS:
            return frozenset(self._chance.sample([*_METHODS, *asked], self._chance.randrange(3)))
        return self._chance.choice(sorted(fact.choices) if fact.choices else [*asked, "another"])

    def _number(self, edges: list[int], most: int) -> int:
        """Draw a number: nothing, one on or beside an edge, or any, small ones as often as large ones."""
        kind = self._chance.random()
        if kind < 0.3:
            return 0
        if kind < 0.6 and edges:
            return self._chance.choice(edges) + self._chance.randrange(-1, 2)
        return int(most ** self._chance.random())
