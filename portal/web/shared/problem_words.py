"""What can be wrong, as customers say it: the same problem sounds otherwise while its parcel is still on the way."""

from portal.domain.problems import SENSIBLE, ParcelState, Problem
from portal.web.shared.language import lazy_gettext as _

_WORDS = {
    Problem.MISSING_PACKAGE: _("It says delivered, but I don’t have it"),
    Problem.MISSING_LINE: _("The parcel came without it"),
    Problem.DAMAGED: _("It came damaged"),
    Problem.WRONG: _("Something different came"),
    Problem.FAULTY: _("It does not work as it should"),
    Problem.NOT_AS_DESCRIBED: _("It is not as the shop described it"),
    Problem.LATE: _("It came too late"),
    Problem.CHARGED_WRONGLY: _("I was charged the wrong amount"),
    Problem.OTHER: _("Something else"),
}
_BY_STATE = {
    (ParcelState.NOT_SHIPPED, Problem.LATE): _("It still has not been sent"),
    (ParcelState.ON_THE_WAY, Problem.MISSING_PACKAGE): _("It has not come yet"),
    (ParcelState.LATE, Problem.MISSING_PACKAGE): _("It never came"),
    (ParcelState.LATE, Problem.LATE): _("It is late, and I still want it"),
    (ParcelState.CANCELLED, Problem.CHARGED_WRONGLY): _("It was cancelled, but I paid for it"),
}


def problem_words(problem: Problem, state: ParcelState) -> str:
    """Say a problem in the words of somebody whose parcel is in this state."""
    return str(_BY_STATE.get((state, problem), _WORDS[problem]))


def problem_choices(state: ParcelState) -> list[tuple[str, str]]:
    """List the problems that make sense for a parcel, as (value, words)."""
    return [(problem.value, problem_words(problem, state)) for problem in SENSIBLE[state]]
