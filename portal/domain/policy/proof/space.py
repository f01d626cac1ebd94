"""The space of all claims that there could be: every fact, and what facts have to do with each other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal.domain.policy.proof import dimensions
from portal.domain.policy.proof.clauses import Box, clauses
from portal.domain.policy.proof.dimensions import Dimension
from portal.domain.policy.regions import Recent, Region, Words
from portal.domain.policy.table import Policy, Rule
from portal.domain.policy.vocabulary import VOCABULARY, FactKind, FactType
from portal.domain.problems import NEVER_LEFT

Masks = list[int]
# Where a number must be cut for what facts have to do with others: the first value of its second part.
_CUTS: Mapping[str, int] = {
    "days_since_delivered": 0,
    "days_since_handed_over": 0,
    "days_since_promised": 1,
    "sent_again": 1,
    "order_value": 1,
    "claimed_share": 10_000,
}
# The first is never more than the second; each pair stands after those that raise its first.
_ORDERS = (
    ("goods_value", "line_value"),
    ("shipping_value", "line_value"),
    ("given_back", "line_value"),
    ("line_value", "claimed_value"),
)


@dataclass(frozen=True, slots=True)
class Space:
    """All dimensions, and three kinds of relation between them by their numbers.

    - ``clauses``: masks that never hold all at once.
    - ``orders``: of two numbers the first is never above the second.
    - ``lateness``: days since promised, since delivered and late. Where all are known, the third is the first less the
      second, or one less, because each is rounded down.

    ``windows``: the counts of what was recent, each with its days, the narrowest first.
    """

    dimensions: tuple[Dimension, ...]
    numbers: Mapping[str, int]
    clauses: tuple[Box, ...]
    orders: tuple[tuple[int, int], ...]
    lateness: tuple[int, int, int]
    windows: tuple[tuple[str, int], ...]
    currency: str

    @property
    def whole(self) -> Masks:
        """Give the masks of everything there could be."""
        return [dimension.whole for dimension in self.dimensions]

    def box(self, rule: Rule) -> Box:
        """Give what a rule lets through."""
        masks: dict[int, int] = {}
        for condition in rule.conditions:
            at = self.numbers[condition.source]
            mask = self.dimensions[at].mask(condition.region)
            masks[at] = masks.get(at, mask) & mask
        return tuple(masks.items())


def space_of(policy: Policy, currency: str) -> Space:
    """Lay out the space of a policy for claims in one currency; raise BadPolicy where a fact cannot be cut."""
    regions: dict[str, list[Region]] = {}
    windows: dict[str, int] = {}
    for condition in (condition for rule in policy.rules for condition in rule.conditions):
        regions.setdefault(condition.source, []).append(condition.region)
        if isinstance(condition.region, Recent):
            windows[condition.source] = condition.region.window
    made = [_dimension(fact, regions.get(fact.name, []), currency) for fact in _asked_singly()]
    made += [dimensions.numbers(source, regions[source], least=0) for source in windows]
    numbers = {dimension.name: at for at, dimension in enumerate(made)}
    narrow_first = sorted(windows, key=lambda source: windows[source])
    orders = [*_ORDERS, *pairwise(narrow_first)]
    return Space(
        tuple(made),
        numbers,
        tuple(clauses(made, numbers)),
        tuple((numbers[less], numbers[more]) for less, more in orders),
        (numbers["days_since_promised"], numbers["days_since_delivered"], numbers["days_late"]),
        tuple((source, windows[source]) for source in narrow_first),
        currency,
    )


def _asked_singly() -> list[FactType]:
    return [fact for fact in VOCABULARY.values() if fact.kind is not FactKind.RECENT]


def _dimension(fact: FactType, regions: Sequence[Region], currency: str) -> Dimension:
    cuts = [_CUTS[fact.name]] if fact.name in _CUTS else []
    match fact.kind:
        case FactKind.DAYS:
            return dimensions.numbers(fact.name, regions, least=None, unknown=fact.unknown, also=cuts)
        case FactKind.TIMES | FactKind.SHARE:
            return dimensions.numbers(fact.name, regions, least=0, also=cuts)
        case FactKind.MONEY:
            return dimensions.amounts(fact.name, regions, currency, cuts)
        case FactKind.WORD:
            also = [Words(NEVER_LEFT)] if fact.name == "order_status" else []
            return dimensions.words(fact.name, [*regions, *also], choices=fact.choices, unknown=fact.unknown)
        case FactKind.WORDS:
            return dimensions.sets_of_words(fact.name, regions)
        case _:
            return dimensions.answers(fact.name)
