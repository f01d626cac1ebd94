"""What an outreach is drawn up with: of which incident or rule, and how carefully; with sentences for bad input."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.domain.outreach import LIMITS, MOST_WORDS, BadOutreach, Plan
from portal.web.shared.forms import unix_lines
from portal.web.shared.language import gettext as _
from portal.web.shared.means import toolkit

RULE = "rule"
NUMBERS = tuple(LIMITS)
_LONGEST_TYPED = 40
_LONGEST_NUMBER = 6
_USUAL = Plan(words="")


@dataclass(frozen=True, slots=True)
class OutreachForm:
    """What was typed, by field, and a sentence for each field that is wrong."""

    values: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def error(self, name: str) -> tuple[str, ...]:
        """Give the sentence of a field, as the components want it."""
        return (self.errors[name],) if name in self.errors else ()


def usual_form(incident_ref: str) -> OutreachForm:
    """Fill in what is usual. incident_ref: chosen already, where staff come from its page; empty for the rule."""
    numbers = {name: str(getattr(_USUAL, name)) for name in NUMBERS} | {"silent_days": str(toolkit().silent_days)}
    return OutreachForm({"cause": incident_ref[:_LONGEST_TYPED] or RULE, "words": "", **numbers})


def typed_form(given: Mapping[str, str]) -> OutreachForm:
    """Keep what was typed."""
    short = {name: given.get(name, "").strip()[:_LONGEST_TYPED] for name in ("cause", *NUMBERS)}
    return OutreachForm({**short, "words": unix_lines(given.get("words"))})


def understood(form: OutreachForm) -> Plan | None:
    """Read a form; None where something cannot be read, which its errors then say."""
    said = form.values
    numbers = {name: _number(said[name]) for name in NUMBERS}
    form.errors.update({name: _range(name) for name, number in numbers.items() if number is None})
    by_rule = said["cause"] == RULE
    if not by_rule:
        # The days of silence say nothing of an incident.
        form.errors.pop("silent_days", None)
    if form.errors:
        return None
    known = {name: number for name, number in numbers.items() if number is not None and name != "silent_days"}
    plan = Plan(
        words=said["words"],
        incident_ref=None if by_rule else said["cause"],
        silent_days=numbers["silent_days"] if by_rule else None,
        **known,
    )
    try:
        plan.check()
    except BadOutreach as error:
        form.errors[error.part] = said_of(error)
        return None
    return plan


def said_of(error: BadOutreach) -> str:
    """Say what is wrong with an outreach that was drawn up, or is to be started."""
    if error.why == "range":
        return _range(error.part)
    return {
        "one": _("Please choose an incident, or the standing rule."),
        "none": _("Please say what it is for, for colleagues.")
        if error.part == "words"
        else _("No incident of this name is open. Please choose one of the list."),
        "text": _("Please write at most %(most)s characters, of those that can be kept.", most=MOST_WORDS),
        "nobody": _("Nobody is there to be told. Nothing was started."),
        "old": _("This was counted more than a week ago. Please draw it up once more."),
        "month": _("This was started more than a month ago. Please draw it up once more."),
        "closed": _("Its incident was closed meanwhile. Nothing was started."),
        "unapproved": _(
            "Another one about the same was started, and no second person approved it. Nothing was started. An"
            " approver looks at that one first; two weeks after it was stopped, another one can be started."
        ),
    }[error.why]


def _range(name: str) -> str:
    return _("Please type a whole number from %(least)s to %(most)s.", least=LIMITS[name][0], most=LIMITS[name][-1])


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER else None
