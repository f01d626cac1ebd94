"""Where choices come from: the dice of a seed, or Hypothesis, which then finds the shortest way to a failure."""

from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol, TypeVar

T = TypeVar("T")


class Chance(Protocol):
    """Makes choices."""

    def below(self, most: int) -> int:
        """Choose a whole number from 0 to below ``most``; 0 is the plainest choice."""


class Dice:
    """Throws the same for the same seed on every machine."""

    def __init__(self, seed: int) -> None:
        self._random = Random(f"amends {seed}")

    def below(self, most: int) -> int:
        return self._random.randrange(most)


class Drawn:
    """Asks somebody else, such as Hypothesis, for every number."""

    def __init__(self, draw: Callable[[int], int]) -> None:
        self._draw = draw

    def below(self, most: int) -> int:
        return self._draw(most) if most > 1 else 0


def pick(chance: Chance, options: Sequence[T]) -> T:
    """Choose one; the first is the plainest."""
    return options[chance.below(len(options))]


def one_in(chance: Chance, many: int) -> bool:
    """Choose seldom."""
    return chance.below(many) == many - 1
