"""The form of one limit or one budget: what stands in it, and the row of the policy's text that it makes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from portal.domain.budgets import BudgetPeriod
from portal.domain.errors import BadPolicy
from portal.domain.limits import Subject
from portal.domain.offers import PolicyClass
from portal.domain.policy import Policy
from portal.web.shared.language import gettext as _
from portal.web.shared.language import lazy_gettext as lazy
from portal.web.shared.names import CLASSES, named
from portal.web.staff.limits.words import PERIODS
from portal.web.staff.policies import outcome_fields
from portal.web.staff.policies.outcome_fields import Parts, Typed, ordered, read_parts, same, whole
from portal.web.staff.policies.refusals import clash
from portal.web.staff.policies.rule_words import Options, amount_options
from portal.web.staff.policies.typed_form import TypedForm
from portal.web.staff.policies.words import BEYOND_A_BUDGET, LIMITED

FORM = "row-form"
_LONGEST = 100
_REFUSED = re.compile(r"(?:limit|budget) number \d+(?:: (?P<part>[a-z_]+))?")


@dataclass(frozen=True, slots=True)
class RowField:
    """One input. kind: choice, amount or number; empty: what no choice means, None where one is needed.

    read: how what is typed is read.
    """

    part: str
    kind: str
    label: Any
    hint: Any = ""
    options: Callable[[], Options] = tuple
    empty: Any = None
    read: Callable[[str], Any] = same


@dataclass(frozen=True, slots=True)
class RowKind:
    """A list of a policy. needed: what is said of a part that is empty, by the part."""

    table: str
    fields: tuple[RowField, ...]
    needed: Mapping[str, Any]
    another: Any

    @property
    def parts(self) -> Parts:
        """Give how each part is read."""
        return {one.part: one.read for one in self.fields}


@dataclass(frozen=True, slots=True)
class RowTyped(TypedForm):
    """What stands in the form of a row, what is wrong with it by the input's id, and the row that it makes."""

    typed: Typed
    row: Mapping[str, Any] = field(default_factory=dict)


def _named(
    codes: type[Subject] | type[PolicyClass] | type[BudgetPeriod], names: Mapping[str, Any]
) -> Callable[[], Options]:
    return lambda: tuple((code.value, named(dict(names), code.value)) for code in codes)


def _beyond() -> Options:
    return tuple((code, str(words)) for code, words in BEYOND_A_BUDGET.items())


def _is_yes(text: str) -> bool:
    return text == "yes"


_CHOOSE, _NUMBER = lazy("Please choose one of these."), lazy("Please give a whole number, such as 30.")
LIMITS = RowKind(
    "limits",
    (
        RowField("subject", "choice", lazy("Whose remedies are counted together"), options=_named(Subject, LIMITED)),
        RowField(
            "within_days", "number", lazy("Over how many days"), lazy("A year at most, which is 365."), read=whole
        ),
        RowField(
            "remedies",
            "number",
            lazy("How many remedies"),
            lazy("Up to 100. Empty where only their value counts."),
            read=whole,
        ),
        RowField(
            "value",
            "amount",
            lazy("What they may be worth together"),
            lazy("One of the draft's amounts."),
            empty=lazy("Their value does not matter"),
        ),
        RowField(
            "within_hours",
            "number",
            lazy("Within how many hours a person answers beyond it"),
            lazy("Empty for as usual."),
            read=whole,
        ),
    ),
    {"subject": _CHOOSE, "within_days": _NUMBER},
    lazy("Another limit"),
)
BUDGETS = RowKind(
    "budgets",
    (
        RowField("class", "choice", lazy("What it is for"), options=_named(PolicyClass, CLASSES)),
        RowField("period", "choice", lazy("How long it lasts"), options=_named(BudgetPeriod, PERIODS)),
        RowField("amount", "amount", lazy("How much may be promised"), lazy("One of the draft's amounts.")),
        RowField(
            "stops",
            "choice",
            lazy("What happens beyond it"),
            options=_beyond,
            empty=lazy("As usual: what is owed is only counted, anything else waits for a person"),
            read=_is_yes,
        ),
    ),
    {"class": _CHOOSE, "period": _CHOOSE, "amount": _CHOOSE},
    lazy("Another budget"),
)
KINDS: Mapping[str, RowKind] = {kind.table: kind for kind in (LIMITS, BUDGETS)}


def input_id(kind: RowKind, part: str) -> str:
    """Name an input."""
    return outcome_fields.field(kind.table, part)


def typed_of(kind: RowKind, row: Mapping[str, Any]) -> Typed:
    """Say a row in inputs."""
    said = {part: row[part] for part in kind.parts if part in row}
    return {input_id(kind, part): _text(value) for part, value in said.items()}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def read_row(kind: RowKind, form: Mapping[str, str], before: Mapping[str, Any]) -> RowTyped:
    """Read a row from its inputs; its parts keep the order in which they were written before."""
    typed = {name: form.get(name, "").strip()[:_LONGEST] for name in (input_id(kind, part) for part in kind.parts)}
    errors: dict[str, str] = {}
    row = read_parts(typed, (kind.table,), kind.parts, {}, errors)
    for part, sentence in kind.needed.items():
        if part not in row:
            errors.setdefault(input_id(kind, part), str(sentence))
    counted = [input_id(kind, part) for part in ("remedies", "value") if part in kind.parts]
    if counted and not any(typed[name] for name in counted):
        errors[counted[0]] = _("Please give a number of remedies, what they are worth, or both.")
    return RowTyped(typed, ordered(row, before), errors=errors)


def with_refusal(kind: RowKind, made: RowTyped, error: BadPolicy) -> RowTyped:
    """Say in the form what the strict reader refuses, at the input that it names."""
    match = _REFUSED.fullmatch(error.place)
    named_part = match["part"] if match and match["part"] in kind.parts else next(iter(kind.parts))
    return made.with_error(input_id(kind, named_part), clash(error, at_input=bool(match)))


def options_of(one: RowField, policy: Policy) -> Options:
    """Give what can be chosen: (code, words)."""
    if one.kind == "amount":
        return amount_options(policy.document)
    return one.options()
