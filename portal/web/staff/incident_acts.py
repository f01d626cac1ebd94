"""What a person does on an incident's page, by the name of its form: read, and given to the service that does it."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from portal.domain.authority import CLOSES_UNPROVEN, CONFIRMS_PATTERNS, Role
from portal.domain.incidents import BadIncident, StepKind
from portal.domain.patterns import Measure
from portal.domain.problems import Stage
from portal.letters.language import LOCALES
from portal.services.close_incident import close_with_proof, close_without_proof, merge_incident
from portal.services.tell_of_incident import drop_telling, propose_telling
from portal.services.toolkit import Toolkit
from portal.services.work_on_incident import At, Fix, ask_proof, end_step, name_stage, plan_fix, say_cause, take_step
from portal.web.shared.forms import number_in, unix_lines

Kind = TypeVar("Kind", bound=StrEnum)
Typed = Mapping[str, str]


def _cause(toolkit: Toolkit, at: At, typed: Typed) -> None:
    say_cause(toolkit, at, cause=unix_lines(typed.get("cause")), confirmed=typed.get("confirmed") == "1")


def _stage(toolkit: Toolkit, at: At, typed: Typed) -> None:
    name_stage(toolkit, at, stage=_one_of(Stage, typed, "stage"))


def _step(toolkit: Toolkit, at: At, typed: Typed) -> None:
    until_on = _day(typed, "until_on") if typed.get("until_on", "").strip() else None
    kind, from_on = _one_of(StepKind, typed, "kind"), _day(typed, "from_on")
    take_step(toolkit, at, kind, words=unix_lines(typed.get("step_words")), from_on=from_on, until_on=until_on)


def _end(toolkit: Toolkit, at: At, typed: Typed) -> None:
    end_step(toolkit, at, step_id=number_in(typed.get("step", "")))


def _fix(toolkit: Toolkit, at: At, typed: Typed) -> None:
    measure = _one_of(Measure, typed, "measure") if typed.get("measure") else None
    words = unix_lines(typed.get("fix"))
    plan_fix(toolkit, at, Fix(words, _day(typed, "fix_on"), _day(typed, "since_on"), measure))


def _prove(toolkit: Toolkit, at: At, _typed: Typed) -> None:
    ask_proof(toolkit, ref=at.ref, actor=at.actor)


def _propose(toolkit: Toolkit, at: At, typed: Typed) -> None:
    words = {language: unix_lines(typed.get(f"words_{language}")) for language in LOCALES}
    propose_telling(toolkit, at, words=words)


def _drop(toolkit: Toolkit, at: At, _typed: Typed) -> None:
    drop_telling(toolkit, at)


def _close(toolkit: Toolkit, at: At, _typed: Typed) -> None:
    close_with_proof(toolkit, at)


def _close_unproven(toolkit: Toolkit, at: At, typed: Typed) -> None:
    close_without_proof(toolkit, at, reason=unix_lines(typed.get("reason")))


def _merge(toolkit: Toolkit, at: At, typed: Typed) -> None:
    merge_incident(toolkit, at, into=typed.get("into", "").strip().upper())


def _one_of(kind: type[Kind], typed: Typed, field: str) -> Kind:
    found = next((one for one in kind if one.value == typed.get(field)), None)
    if found is None:
        raise BadIncident("none of those", field)
    return found


def _day(typed: Typed, field: str) -> date:
    try:
        return date.fromisoformat(typed.get(field, "").strip())
    except ValueError as error:
        raise BadIncident("no day", field) from error


def who_does(act: str) -> frozenset[Role]:
    """Name the roles that do this to an incident."""
    return CLOSES_UNPROVEN if act == "close_unproven" else CONFIRMS_PATTERNS


# By the name in a form's address. Each raises BadIncident with the field, NotProven, MovedOn, NotFound.
ACTS: Mapping[str, Callable[[Toolkit, At, Typed], None]] = {
    "cause": _cause,
    "stage": _stage,
    "step": _step,
    "end_step": _end,
    "fix": _fix,
    "prove": _prove,
    "propose": _propose,
    "drop": _drop,
    "close": _close,
    "close_unproven": _close_unproven,
    "merge": _merge,
}
