"""Concerns: what a proof found, each with its rules, the reason, and a claim that shows it."""

from dataclasses import dataclass
from enum import StrEnum

from portal.domain.facts import Facts


class Severity(StrEnum):
    """What a concern means for publishing."""

    ERROR = "error"
    """Stops publishing."""
    WARNING = "warning"
    """Needs a word from whoever publishes."""
    NOTE = "note"
    """Is good to know."""


class ConcernKind(StrEnum):
    """What can be wrong with a table."""

    CONTRADICTS_ITSELF = "contradicts_itself"
    """No claim there could be passes all conditions of the rule."""
    NEVER_REACHED = "never_reached"
    """Earlier rules take every claim that the rule would match."""
    ALWAYS_TRUE = "always_true"
    """A condition holds wherever the rule's other conditions do."""
    NOT_COVERED = "not_covered"
    """No rule matches these facts; a person answers."""
    LATER_IS_KINDER = "later_is_kinder"
    """Two rules overlap, and the one that loses would have given the customer more."""
    OVERLAPS = "overlaps"
    """Two rules overlap, and the earlier wins."""
    CAP_NEVER_REACHED = "cap_never_reached"
    """A cap lies above anything that the rule could give."""
    FIXED_IS_ALL = "fixed_is_all"
    """A fixed amount is never below what the line is worth, so that it always gives all of the goods."""
    GIVES_NOTHING = "gives_nothing"
    """A cap or a rounding leaves nothing of a remedy."""
    WINDOW_TOO_WIDE = "window_too_wide"
    """A condition asks about more days of history than are looked at."""
    BONUS_CAP_WITHOUT_BONUS = "bonus_cap_without_bonus"
    LIMIT_NEVER_REACHED = "limit_never_reached"
    """Whoever is over the limit is over a stricter one as well."""
    BUDGET_NEVER_REACHED = "budget_never_reached"
    """A budget of a longer time and no more is used up no later."""
    BUDGET_NEVER_DRAWN = "budget_never_drawn"
    """No rule gives anything of the budget's class."""
    BUDGET_COVERS_NOTHING = "budget_covers_nothing"
    """The budget is nothing, so that a person answers whatever it is for."""
    UNHEARD = "unheard"
    """A condition names a word that none of the newest orders holds."""
    UNDECIDED = "undecided"
    """It could not be decided in time."""


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing that a proof found. rules: their keys, the one that it is about first. example: a claim that shows it.

    place: the condition or the outcome that it is about, empty for the whole rule. by: keys of the rules that take
    every claim of one that is never reached. more: how many pairs of rules come after one that was not decided in time.
    word: the one that a condition names and no order holds; like: those that are most like it.
    """

    kind: ConcernKind
    severity: Severity
    rules: tuple[str, ...]
    place: str = ""
    example: Facts | None = None
    by: tuple[str, ...] = ()
    more: int = 0
    word: str = ""
    like: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """All that was found, errors first."""

    concerns: tuple[Concern, ...]

    def of(self, severity: Severity) -> tuple[Concern, ...]:
        """List the concerns of one severity."""
        return tuple(one for one in self.concerns if one.severity is severity)

    @property
    def may_be_published(self) -> bool:
        """Tell whether nothing stops publishing."""
        return not self.of(Severity.ERROR)
