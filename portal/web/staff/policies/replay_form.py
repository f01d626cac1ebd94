"""What a replay is asked for with: which text, which days, which market, which sample; with sentences for bad input."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from portal.domain.replays import (
    LONGEST_DAYS,
    MOST_EVERY,
    MOST_MINUTES,
    USUAL_DAYS,
    USUAL_MINUTES,
    BadReplay,
    Span,
)
from portal.services.chosen_text import OfDraft, OfVersion
from portal.web.shared.language import gettext as _

FIELDS = ("policy", "since", "until", "market", "every", "minutes")
_LONGEST_TYPED = 40
_LONGEST_NUMBER = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """A form that can be understood."""

    of: OfDraft | OfVersion
    span: Span
    minutes: int


@dataclass(frozen=True, slots=True)
class ReplayForm:
    """What was typed, by field, and a sentence for each field that is wrong."""

    values: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def error(self, name: str) -> tuple[str, ...]:
        """Give the sentence of a field, as the components want it."""
        return (self.errors[name],) if name in self.errors else ()


def usual_form(today: date, policy: str) -> ReplayForm:
    """Fill in the last quarter, all markets and every claim."""
    values = {
        "policy": policy,
        "since": (today - timedelta(days=USUAL_DAYS)).isoformat(),
        "until": today.isoformat(),
        "market": "",
        "every": "1",
        "minutes": str(USUAL_MINUTES),
    }
    return ReplayForm(values)


def typed_form(given: Mapping[str, str]) -> ReplayForm:
    """Keep what was typed."""
    return ReplayForm({name: given.get(name, "").strip()[:_LONGEST_TYPED] for name in FIELDS})


def understood(form: ReplayForm) -> Asked | None:
    """Read a form; None where something cannot be read, which its errors then say."""
    of = policy_of_choice(form.values["policy"])
    days = {name: _day(form.values[name]) for name in ("since", "until")}
    numbers = {name: _number(form.values[name]) for name in ("every", "minutes")}
    if of is None:
        form.errors["policy"] = said(BadReplay("policy", "none"))
    form.errors.update({name: _("Please type a day such as 2026-01-31.") for name, day in days.items() if day is None})
    form.errors.update({name: said(BadReplay(name, name)) for name, number in numbers.items() if number is None})
    since, until, every, minutes = days["since"], days["until"], numbers["every"], numbers["minutes"]
    if of is None or since is None or until is None or every is None or minutes is None:
        return None
    return Asked(of, Span(since, until, form.values["market"] or None, every), minutes)


def said(error: BadReplay) -> str:
    """Say what is wrong with a replay that was asked for."""
    return {
        "none": _("Please choose a draft or a version."),
        "ends_before": _("The last day comes before the first. Please change one of them."),
        "not_yet": _("These days are still to come. Please choose days that are over."),
        "too_long": _("Please choose at most %(days)s days.", days=LONGEST_DAYS),
        "sample": _("Please type a whole number from 1 to %(most)s.", most=MOST_EVERY),
        "every": _("Please type a whole number from 1 to %(most)s.", most=MOST_EVERY),
        "minutes": _("Please type a whole number from 1 to %(most)s.", most=MOST_MINUTES),
        "unknown": _("No order is of this market. Please choose one of the list."),
        "another": _("This text is for another market. Leave the market empty, or choose another text."),
    }[error.why]


def policy_of_choice(value: str) -> OfDraft | OfVersion | None:
    """Read which text was chosen: the ref of a draft, or ``market/number``."""
    market, slash, number = value.rpartition("/")
    if not slash:
        return OfDraft(value) if value else None
    found = _number(number)
    return OfVersion(market, found) if market and found else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _number(text: str) -> int | None:
    fits = text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
    return int(text) if fits and int(text) > 0 else None
