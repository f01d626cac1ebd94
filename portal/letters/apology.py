"""The apology: the first thing a customer reads after a report. It names what happened to them and asks for nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from portal.domain.policy import Wording as Gravity
from portal.domain.problems import ParcelState, Problem
from portal.letters.apology_wording import Wording
from portal.letters.apology_words import BY_PROBLEM, BY_SITUATION
from portal.letters.language import listed, msg, msgs
from portal.letters.saying import Value, Voice

_Fact = TypeVar("_Fact")
# The gravest first: what leaves a customer with the least comes before what leaves them with something.
_GRAVITY = (
    Problem.MISSING_PACKAGE,
    Problem.CHARGED_WRONGLY,
    Problem.MISSING_LINE,
    Problem.DAMAGED,
    Problem.WRONG,
    Problem.FAULTY,
    Problem.NOT_AS_DESCRIBED,
    Problem.LATE,
    Problem.OTHER,
)


class Follows(StrEnum):
    """What stands below the apology."""

    OFFERS = "offers"
    PERSON = "person"
    WAIT = "wait"
    ANSWER = "answer"
    NOTHING = "nothing"


_NEXT = {
    Follows.OFFERS: msg("What we can do now stands right below, with exact amounts and days. The choice is yours."),
    Follows.PERSON: msg("A person on our team takes this from here. Right below you see by when the answer comes."),
    Follows.WAIT: msg("We watch over it for you from here. Right below you see until when, and what we do then."),
    Follows.ANSWER: msg("What happens next stands right below."),
}
# Said of what policy calls serious, right after the sorry; what it calls light is owned in fewer words.
_SERIOUS = msg("This is more than a small slip, and we take it as seriously as you do.")
_LIGHT = msg("It is ours to put right.")
_WEIGHT = (Gravity.LIGHT, Gravity.STANDARD, Gravity.SERIOUS)
_AGAIN = msg("Something went wrong for you before, and now it has again. You deserve better from us than that.")
_TOO = msgs(
    "And that was not all: something went wrong with %(thing)s too. We are sorry for that as well.",
    "And that was not all: something went wrong with %(thing)s too. We are sorry for each of them.",
)


@dataclass(frozen=True, slots=True)
class ApologySubject:
    """What one apology is about.

    thing is the title of the line, or the titles as one list, and several tells that it names more than one;
    days_late counts whole days after the promised day, to now or to the delivery; repeated tells of an earlier claim;
    gravity is how the rule that decided wants it to sound.
    """

    problem: Problem
    parcel_state: ParcelState
    thing: str
    order_number: str
    promised_on: date | None
    delivered_on: date | None
    days_late: int | None
    repeated: bool
    several: bool
    zone: ZoneInfo | str
    follows: Follows = Follows.ANSWER
    gravity: Gravity = Gravity.STANDARD


@dataclass(frozen=True, slots=True)
class Apology:
    """The words, finished; wording_key names the wording for the record, such as ``missing_package.late``."""

    heading: str
    paragraphs: tuple[str, ...]
    wording_key: str
    gravity: Gravity = Gravity.STANDARD


def apology(subject: ApologySubject, locale: str) -> Apology:
    """Word the apology for one problem, in one of LOCALES."""
    return _compose(subject, (), locale)


def apology_for(subjects: list[ApologySubject], locale: str) -> Apology:
    """Word one apology for a claim: the gravest problem is told, every thing is named, and the gravest sound is taken.

    At least one subject. Lines with the same problem and parcel state are told together. A date is told only where
    they agree on it.
    """
    first = min(subjects, key=lambda subject: _GRAVITY.index(subject.problem))
    alike = [subject for subject in subjects if _situation(subject) == _situation(first)]
    rest = [subject for subject in subjects if _situation(subject) != _situation(first)]
    names = _names(alike)
    told = replace(
        first,
        thing=listed(names, locale),
        several=len(names) > 1 or any(subject.several for subject in alike),
        promised_on=_agreed([subject.promised_on for subject in alike]),
        delivered_on=_agreed([subject.delivered_on for subject in alike]),
        days_late=_agreed([subject.days_late for subject in alike]),
        repeated=any(subject.repeated for subject in subjects),
        gravity=max((subject.gravity for subject in subjects), key=_WEIGHT.index),
    )
    return _compose(told, [name for name in _names(rest) if name not in names], locale)


def _compose(subject: ApologySubject, others: Sequence[str], locale: str) -> Apology:
    wording, key = _wording(subject)
    voice = Voice(locale, subject.zone)
    values = voice.written(_values(subject))
    happened = [voice.tell(wording.happened, values, 2 if subject.several else 1)]
    if wording.counts_days and "days" in values:
        happened.append(voice.say(wording.counts_days, values, int(values["days"])))
    happened.append(voice.say(wording.sorry, values))
    if subject.gravity is Gravity.SERIOUS:
        happened.append(voice.say(_SERIOUS, values))
    paragraphs = [" ".join(happened)]
    if others:
        paragraphs.append(voice.say(_TOO, {"thing": listed(others, locale)}, len(others)))
    if subject.repeated:
        paragraphs.append(voice.say(_AGAIN, values))
    paragraphs.append(voice.say(_LIGHT if subject.gravity is Gravity.LIGHT else wording.own, values))
    if subject.follows in _NEXT:
        paragraphs.append(voice.say(_NEXT[subject.follows], values))
    return Apology(voice.say(wording.heading, values), tuple(paragraphs), key, subject.gravity)


def _wording(subject: ApologySubject) -> tuple[Wording, str]:
    wording = BY_SITUATION.get((subject.problem, subject.parcel_state))
    if wording is None:
        return BY_PROBLEM[subject.problem], str(subject.problem)
    return wording, f"{subject.problem}.{subject.parcel_state}"


def _values(subject: ApologySubject) -> dict[str, Value]:
    late = subject.promised_on and subject.days_late and subject.days_late > 0
    return {
        "thing": subject.thing,
        "order": subject.order_number,
        "promised": subject.promised_on,
        "delivered": subject.delivered_on,
        "days": subject.days_late if late else None,
    }


def _situation(subject: ApologySubject) -> tuple[Problem, ParcelState]:
    return subject.problem, subject.parcel_state


def _names(subjects: list[ApologySubject]) -> list[str]:
    return list(dict.fromkeys(subject.thing for subject in subjects))


def _agreed(values: list[_Fact]) -> _Fact | None:
    return values[0] if all(value == values[0] for value in values) else None
