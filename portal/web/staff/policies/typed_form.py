"""What every form about policy holds beside what was typed in it: what is wrong with that, and at which input."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedForm:
    """What stands in a form. errors: what is wrong with it, by the input's id."""

    errors: Mapping[str, str] = field(default_factory=dict)

    def with_error(self, place: str, sentence: str) -> Self:
        """Say one more thing that is wrong, at an input by its id."""
        return replace(self, errors={**self.errors, place: sentence})
