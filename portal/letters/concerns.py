"""What a proof of a policy found, as sentences for whoever writes and publishes it."""

from collections.abc import Mapping

from portal.domain.policy.proof import Concern, ConcernKind, Severity
from portal.letters.language import msg

SENTENCES: Mapping[ConcernKind, str] = {
    ConcernKind.CONTRADICTS_ITSELF: msg(
        "“%(rule)s” matches no claim there could be: its conditions contradict each other."
    ),
    ConcernKind.NEVER_REACHED: msg("“%(rule)s” is never reached: earlier rules take every claim of it (%(by)s)."),
    ConcernKind.ALWAYS_TRUE: msg("In “%(rule)s” the condition on %(place)s is always true where the others are."),
    ConcernKind.NOT_COVERED: msg("No rule covers this claim (%(place)s), so that a person answers it."),
    ConcernKind.LATER_IS_KINDER: msg("“%(rule)s” wins over “%(loser)s”, which would give the customer more."),
    ConcernKind.OVERLAPS: msg("“%(rule)s” and “%(loser)s” match some of the same claims, and the first of them wins."),
    ConcernKind.CAP_NEVER_REACHED: msg("In “%(rule)s” %(place)s is never reached: nothing that it gives is more."),
    ConcernKind.FIXED_IS_ALL: msg(
        "In “%(rule)s” %(place)s is never below what the line is worth: it always gives all of it."
    ),
    ConcernKind.GIVES_NOTHING: msg("In “%(rule)s” %(place)s always comes to nothing."),
    ConcernKind.WINDOW_TOO_WIDE: msg(
        "In “%(rule)s” the condition on %(place)s asks about more days of history than are looked at."
    ),
    ConcernKind.BONUS_CAP_WITHOUT_BONUS: msg("In “%(rule)s” %(place)s limits a bonus that is not given."),
    ConcernKind.LIMIT_NEVER_REACHED: msg(
        "The limit “%(place)s” changes nothing: whoever is over it is over a stricter one as well."
    ),
    ConcernKind.BUDGET_NEVER_REACHED: msg(
        "The budget “%(place)s” changes nothing: one for a longer time is as small or smaller."
    ),
    ConcernKind.BUDGET_NEVER_DRAWN: msg("No rule gives anything of the budget “%(place)s”."),
    ConcernKind.BUDGET_COVERS_NOTHING: msg(
        "The budget “%(place)s” is nothing, so that a person answers whatever it is for."
    ),
    ConcernKind.UNHEARD: msg(
        "In “%(rule)s” %(place)s names “%(word)s”, which none of the newest orders holds. Most like it: %(like)s."
    ),
    ConcernKind.UNDECIDED: msg("It could not be decided in time what covers every claim (%(place)s)."),
}
# By how many rules could not be decided: one alone, or one beside another.
_UNDECIDED: Mapping[int, str] = {
    1: msg("“%(rule)s” could not be decided in time."),
    2: msg("What “%(rule)s” takes from “%(loser)s” could not be decided in time. Pairs of rules after it: %(more)s."),
}
# Where many words are unheard, only the first few are compared with those that orders hold.
_UNHEARD = msg("In “%(rule)s” %(place)s names “%(word)s”, which none of the newest orders holds.")
SEVERITIES: Mapping[Severity, str] = {
    Severity.ERROR: msg("Stops publishing"),
    Severity.WARNING: msg("Needs a word"),
    Severity.NOTE: msg("Good to know"),
}


def sentence_of(concern: Concern) -> str:
    """Give the sentence of a concern, to be filled with what ``words_of`` names."""
    if concern.kind is ConcernKind.UNDECIDED:
        return _UNDECIDED.get(len(concern.rules), SENTENCES[concern.kind])
    if concern.kind is ConcernKind.UNHEARD and not concern.like:
        return _UNHEARD
    return SENTENCES[concern.kind]


def words_of(concern: Concern) -> dict[str, str]:
    """Give what a sentence names: rules by their keys, the place, the rules in the way, how many more, and words."""
    rule, loser = (*concern.rules, "", "")[:2]
    return {
        "rule": rule,
        "loser": loser,
        "place": concern.place,
        "by": ", ".join(concern.by),
        "more": str(concern.more),
        "word": concern.word,
        "like": ", ".join(concern.like),
    }
