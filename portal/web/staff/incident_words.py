"""The words of incidents that staff read: what one is about, what it needs, its steps, its proof, its history."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.domain.incidents import ABOUT, NotProven, Verdict
from portal.letters.language import day
from portal.web.shared.language import current_locale
from portal.web.shared.language import lazy_gettext as _
from portal.web.shared.means import toolkit
from portal.web.shared.names import PROBLEMS, STAGES, named

MEASURES: dict[str, Any] = {
    "late": _("Parcels that are late"),
    "silent": _("Parcels without a scan"),
    "elsewhere": _("Parcels left with others"),
    "missing": _("Parcels reported missing"),
    "damaged": _("Lines reported damaged"),
    "wrong": _("Lines reported wrong or lacking"),
    "faulty": _("Lines reported faulty"),
    "not_as_described": _("Lines reported not as described"),
}
STEPS: dict[str, Any] = {
    "call_ahead": _("Call ahead"),
    "hold_shipments": _("Hold shipments"),
    "switch_carrier": _("Switch the carrier"),
    "stop_selling": _("Stop selling"),
}
NEEDS: dict[str, Any] = {
    "owner": _("Nobody answers for it"),
    "cause": _("Its cause is not confirmed"),
    "fix": _("No fix has a day"),
    "proof": _("Its fix is due: look at the proof"),
    "came_back": _("It came back"),
    "did_not_fall": _("It did not fall"),
}
OUTCOMES: dict[str, Any] = {
    "fell": _("Closed, proven to have fallen"),
    "not_proven": _("Closed, not proven"),
    "merged": _("Closed with another"),
}
HISTORY: dict[str, Any] = {
    "incident_opened": _("Opened"),
    "incident_cause_guessed": _("Guessed its cause"),
    "incident_cause_confirmed": _("Confirmed its cause"),
    "incident_owner": _("Named who answers for it"),
    "incident_step": _("Took a step"),
    "incident_step_ended": _("Ended a step"),
    "incident_fix": _("Planned its fix"),
    "incident_count_asked": _("Had it counted anew"),
    "incident_telling": _("Wrote a letter to its customers"),
    "incident_telling_sent": _("Sent the letter"),
    "incident_telling_dropped": _("Let go of the letter"),
    "incident_closed": _("Closed it with proof"),
    "incident_closed_unproven": _("Closed it without proof"),
    "incident_merged": _("Made it a part of another"),
    "incident_took_in": _("Took in another"),
    "incident_came_back": _("It came back"),
    "incident_did_not_fall": _("It did not fall"),
    "incident_fell": _("It has fallen by now"),
    "recovery_recorded": _("Wrote down what was paid of it"),
    "recovery_doubted": _("Wrote down that a payment was an error"),
    "recovery_booked": _("Booked what was paid of it"),
    "recovery_taken_back": _("Took a payment back that was an error"),
    "recovery_dropped": _("Let go of a payment that was written down"),
    "recovery_upheld": _("Let go of taking a payment back: it stands"),
}
VERDICTS: dict[str, Any] = {
    "no_fix": _("Name the fix and its day first, and let it be counted."),
    "nothing": _("Nothing was counted before the fix that it could be held against."),
    "never": _("Before the fix it was so near to what is usual that no count can prove that it fell."),
    "too_little": _("There is too little after the fix to tell yet."),
    "not_fallen": _("It has not fallen since the fix, beyond what everybody saw."),
    "fell": _("It fell after the fix, beyond what everybody saw."),
}
WRONG: dict[str, Any] = {
    "cause": _("Please say why it happens, in your own words."),
    "stage": _("Please choose who answers for it."),
    "kind": _("Please choose a step."),
    "step_words": _("Please say it more briefly."),
    "from_on": _("Please give a day within three years."),
    "until_on": _("Please give a day from today on, and not before it begins."),
    "fix": _("Please say what ends it, in your own words."),
    "fix_on": _("Please give a day after it began, and at most a year ahead."),
    "since_on": _("Please give the day on which it began, today at the latest."),
    "measure": _("Please choose what must fall."),
    "proof": _("Please name the fix and its day first."),
    "words_en": _("Please write the letter in English too."),
    "words_pt_BR": _("Please write the letter in Portuguese too."),
    "reason": _("Please say why it is closed without proof."),
    "into": _("Please name another incident that is open."),
}
DONE = _("Done, and kept with your name.")
NOTICES: dict[str, Any] = {
    "prove": _("It is being counted. Look again in a minute."),
    "send": _("The letter is on its way to each of them, once."),
}
LACKING = _("It takes %(lacking)s more after the fix to tell.")
_FACTS: dict[str, Any] = {
    "carrier": _("Carrier %(word)s"),
    "service": _("Service %(word)s"),
    "vendor": _("Vendor %(word)s"),
    "vendor_region": _("Sent from %(word)s"),
    "category": _("Category %(word)s"),
    "sku": _("Product %(word)s"),
    "ship_to_country": _("Country %(word)s"),
    "ship_to_region": _("Region %(word)s"),
}


def about_words(about: Mapping[str, str]) -> str:
    """Say what an incident is about."""
    parts = (
        str(named(PROBLEMS, about[name])) if name == "problem" else str(_FACTS[name]) % {"word": about[name]}
        for name in ABOUT
        if name in about
    )
    return " · ".join(parts)


def why_not(error: NotProven) -> str:
    """Say why an incident may not be closed as proven, with how much is lacking."""
    if error.verdict is Verdict.TOO_LITTLE and error.lacking:
        return str(LACKING) % {"lacking": error.lacking}
    return str(named(VERDICTS, error.verdict.value))


def _day(written: str | None) -> str:
    return day(date.fromisoformat(written), current_locale(), toolkit().zone, year=True) if written else ""


def detail_words(kind: str, detail: Mapping[str, Any]) -> str:
    """Say what a line of the history is about."""
    parts = [
        str(named(STEPS, detail["step"])) if detail.get("step") else "",
        str(named(STAGES, detail["stage"])) if kind == "incident_owner" else "",
        str(detail.get("words") or ""),
        _day(detail.get("fix_on") or detail.get("from_on")),
        str(detail.get("incident") or detail.get("recovery") or ""),
    ]
    return " · ".join(part for part in parts if part)
