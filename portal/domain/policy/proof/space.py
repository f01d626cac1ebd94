"""The space of all claims that there could be: every fact, and what facts have to do with each other."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from portal.domain.policy.proof import dimensions
from portal.domain.policy.proof.clauses import Box, Window, clauses
from portal.domain.policy.proof.dimensions import Dimension
from portal.domain.policy.regions import Recent, RecentSum, Region, Words
from portal.domain.policy.table import Policy, Rule
from portal.domain.policy.vocabulary import COUNTED, VOCABULARY, FactKind, FactType
from portal.domain.problems import NEVER_LEFT

Masks = list[int]
# Where a number must be cut for what facts have to do with others: the first value of its second part.
_CUTS: Mapping[str, int] = {
    "days_since_delivered": 0,
    "days_since_handed_over": 0,
    "days_since_promised": 1,
    "sent_again": 1,
    "order_value": 1,
    "claimed_value": 1,
    "line_value": 1,
    "overpaid": 1,
    "claimed_share": 10_000,
    "given_back_share": 10_000,
}
# The first is never more than the second; each pair stands after those that raise its first.
_ORDERS = (
    ("goods_value", "line_value"),
    ("shipping_value", "line_value"),
    ("given_back", "line_value"),
    ("line_value", "claimed_value"),
    ("days_since_ordered", "days_since_first_order"),
)
# The same of what was recent, where the window of the first is not wider.
_PART, _WHOLE = "goodwill_value", "remedies_value"


@dataclass(frozen=True, slots=True)
class Space:
    """All dimensions, and three kinds of relation between them by their numbers.

    - ``clauses``: masks that never hold all at once.
    - ``orders``: of two numbers the first is never above the second.
    - ``lateness``: days since promised, since delivered and late. Where all are known, the third is the first less the
      second, or one less, because each is rounded down.

    ``windows``: the counts and sums of what was recent, the narrowest of each fact first.
    """

    dimensions: tuple[Dimension, ...]
    numbers: Mapping[str, int]
    clauses: tuple[Box, ...]
    orders: tuple[tuple[int, int], ...]
    lateness: tuple[int, int, int]
    windows: tuple[Window, ...]
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
    windows: set[Window] = set()
    for condition in (condition for rule in policy.rules for condition in rule.conditions):
        regions.setdefault(condition.source, []).append(condition.region)
        if isinstance(condition.region, Recent | RecentSum):
            windows.add(Window(condition.name, condition.region.window, condition.source))
    made = [_dimension(fact, regions.get(fact.name, []), currency) for fact in _asked_singly()]
    made += [_counted(window, regions[window.source], currency) for window in sorted(windows)]
    numbers = {dimension.name: at for at, dimension in enumerate(made)}
    orders = [*_ORDERS, *_of_windows(sorted(windows))]
    return Space(
        tuple(made),
        numbers,
        tuple(clauses(made, numbers, sorted(windows), regions)),
        tuple((numbers[less], numbers[more]) for less, more in orders),
        (numbers["days_since_promised"], numbers["days_since_delivered"], numbers["days_late"]),
        tuple(sorted(windows)),
        currency,
    )


def _counted(window: Window, regions: Sequence[Region], currency: str) -> Dimension:
    if VOCABULARY[window.name].kind is FactKind.RECENT:
        return dimensions.numbers(window.source, regions, least=0, also=[1])
    return dimensions.amounts(window.source, regions, currency, [1])


def _of_windows(windows: Sequence[Window]) -> Iterator[tuple[str, str]]:
    """Give that a wider window holds no less, and that goodwill is a part of what was given."""
    wider = [(one, other) for one, other in pairwise(windows) if one.name == other.name]
    yield from ((one.source, other.source) for one, other in wider if one.name != _WHOLE)
    for one in (window for window in windows if window.name == _PART):
        wholes = (window for window in windows if window.name == _WHOLE)
        yield from ((one.source, other.source) for other in wholes if one.days <= other.days)
    yield from ((one.source, other.source) for one, other in wider if one.name == _WHOLE)


def _asked_singly() -> list[FactType]:
    return [fact for fact in VOCABULARY.values() if fact.kind not in COUNTED]


def _dimension(fact: FactType, regions: Sequence[Region], currency: str) -> Dimension:
    cuts = [_CUTS[fact.name]] if fact.name in _CUTS else []
    match fact.kind:
        case FactKind.DAYS | FactKind.DATE:
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
