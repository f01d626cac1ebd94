"""Why these remedies are offered: one plain sentence that says what happened, and never which rule decided."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.domain.problems import ParcelState, Problem
from portal.letters.language import msg, translation

_BY_PERSON = msg("A person on our team looked at what happened, and offers you this.")
_AGAIN = msg("We have tried before, and it still is not right, so the choice is yours at once.")
# What has not reached anybody, by where its parcel is.
_NOT_THERE: Mapping[ParcelState, str] = {
    ParcelState.NOT_SHIPPED: msg("Your order is still with us, and we don’t let you wait for us any longer."),
    ParcelState.ON_THE_WAY: msg("Your parcel has not reached you, and we don’t let you wait for it any longer."),
    ParcelState.LATE: msg("Your parcel is past the day we promised, and we don’t let you wait for it any longer."),
    ParcelState.DELIVERED: msg("The parcel counts as delivered and you don’t have it. Your word is enough for us."),
    ParcelState.CANCELLED: msg("Your order was cancelled, so we put right what is left of it."),
}
_NOT_THERE_PART = msg("You don’t have it, though it counts as delivered for a long time now. This is what we still do.")
_NOT_RIGHT: Mapping[Problem, str] = {
    Problem.MISSING_LINE: msg("It was missing from your parcel, so we owe it to you."),
    Problem.DAMAGED: msg("It came damaged, and you paid for a whole one."),
    Problem.WRONG: msg("Something else came than what you ordered."),
    Problem.FAULTY: msg("It does not work as it should, and you can expect that it does."),
    Problem.NOT_AS_DESCRIBED: msg("It is not what we told you that it would be."),
}
_NOT_RIGHT_PART = msg("What came was not right, and it came a while ago. This is what we still do.")
_CAME_LATE = msg("It came later than we promised, so this is for your wait.")
_SAYS_LATE = msg("You had to wait too long for it, so this is for your wait.")
_OVERCHARGED = msg("More was taken from you than your order costs, so the difference is yours.")
_CANCELLED = msg("Your order was cancelled and your payment was kept, so it goes back to you.")
_OTHER = msg("Thank you for telling us. This is from us to you, and a person is there for all the rest.")


@dataclass(frozen=True, slots=True)
class OfferSubject:
    """What an offer is about. again: it went wrong again; whole: it gives all of what is left; by_person: who made it.

    came_late: the days by which it came late, where both days are known; None otherwise.
    """

    problem: Problem
    parcel_state: ParcelState
    again: bool
    whole: bool
    came_late: int | None
    by_person: bool


def offer_reason(subject: OfferSubject, locale: str) -> str:
    """Say why these remedies are offered, in one of LOCALES."""
    return str(translation(locale).gettext(_sentence(subject)))


def _sentence(subject: OfferSubject) -> str:
    if subject.by_person:
        return _BY_PERSON
    if subject.again:
        return _AGAIN
    if subject.problem is Problem.CHARGED_WRONGLY:
        return _CANCELLED if subject.parcel_state is ParcelState.CANCELLED else _OVERCHARGED
    if subject.problem in _NOT_RIGHT:
        return _NOT_RIGHT[subject.problem] if subject.whole else _NOT_RIGHT_PART
    return _OTHER if subject.problem is Problem.OTHER else _of_the_way(subject)


def _of_the_way(subject: OfferSubject) -> str:
    """Say it of a parcel that is not there, or came late."""
    has_come = subject.parcel_state is ParcelState.DELIVERED
    if has_come and subject.problem is Problem.LATE:
        return _CAME_LATE if (subject.came_late or 0) > 0 else _SAYS_LATE
    if has_come and not subject.whole:
        return _NOT_THERE_PART
    return _NOT_THERE[subject.parcel_state]
