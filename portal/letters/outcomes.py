"""Why something waits, who looks at it, and why a photo helps: each with its date, and nobody is accused."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from portal.domain.reasons import EscalateReason, EvidenceReason, WaitReason
from portal.letters.language import msg
from portal.letters.saying import Voice

_WAITS: dict[WaitReason, tuple[str, str]] = {
    WaitReason.STILL_ON_THE_WAY: (
        msg("Your parcel is on its way to you, and the day we promised has not come yet."),
        msg(
            "On %(until)s we look again by ourselves and write to you. Still without it then? We put it right that day."
        ),
    ),
    WaitReason.JUST_PAST_PROMISE: (
        msg("Your parcel has missed its day. Most parcels that do so are there a few days later."),
        msg("We give it until %(until)s, not longer. Still without it then? We put it right that day."),
    ),
    WaitReason.JUST_MARKED_DELIVERED: (
        msg(
            "Your parcel was scanned as delivered only just now. Scans can run ahead of parcels, and many turn up"
            " within a day."
        ),
        msg("We look again on %(until)s by ourselves. Still without it then? We put it right that day."),
    ),
    WaitReason.BEING_PACKED: (
        msg("Your order is being packed, and the day we promised has not come yet."),
        msg(
            "On %(until)s we look again by ourselves and write to you. Still without it then? We put it right that day."
        ),
    ),
}
_ESCALATIONS: dict[EscalateReason, str] = {
    EscalateReason.HIGH_VALUE: msg("This is worth the care of a person, so we don’t leave it to a machine."),
    EscalateReason.REPEATED_REPORTS: msg(
        "Things have gone wrong for you more than once, so a person looks at all of it together."
    ),
    EscalateReason.WORDS_NEED_A_PERSON: msg("You told us in your own words, and a person reads them."),
    EscalateReason.CHARGE_NEEDS_A_LOOK: msg("A person goes through your order and what you paid, line by line."),
    EscalateReason.ADDRESS_CHANGED: msg(
        "The new parcel goes to another address than your order did, so a person makes sure that it finds you."
    ),
    EscalateReason.NO_PAYMENT_TO_REFUND: msg(
        "Your money can’t go back by itself the way it came, so a person arranges it with you."
    ),
    EscalateReason.NO_RULE: msg("What happened to you is not an everyday case, so a person decides what is right."),
    EscalateReason.ASKED_FOR_A_PERSON: msg("You asked for a person, and a person takes it from here."),
    EscalateReason.ORDER_NEVER_LEFT: msg(
        "Your order should have left us long ago, so a person finds out why and puts it right."
    ),
    EscalateReason.SECOND_FAILURE: msg(
        "What we did did not make it right for you, so one person takes it over and stays with it until the end."
    ),
    EscalateReason.OUT_OF_STOCK: msg(
        "There is none left that we could send you again, so a person finds another way with you."
    ),
    EscalateReason.PERSON_DECIDES: msg("A person takes care of this one, and finds what is right for you."),
    EscalateReason.CAP_REACHED: msg(
        "You have been through more than one thing with us lately, so a person looks at what is right for you."
    ),
    EscalateReason.OFFER_CHANGED: msg(
        "What we had offered you has changed since, so a person puts it right together with you."
    ),
    EscalateReason.REFUND_REFUSED: msg(
        "Your money could not go back the way we had planned, so a person finds out why and gets it to you."
    ),
}
_KEEP = msg("Please keep what came; there is nothing to send back.")
_ANSWER_BY = msg("A person is looking at this and will answer by %(by)s.")
_NAMED = msg("It is with %(name)s, who will answer by %(by)s.")
_PHOTOS: dict[EvidenceReason, str] = {
    EvidenceReason.SEE_THE_DAMAGE: msg(
        "A photo of the damage shows our packers what happened, so that it does not happen to the next person."
    ),
    EvidenceReason.SEE_WHAT_CAME: msg(
        "A photo of what came shows us whose parcel you got, so that we can put that right as well."
    ),
    EvidenceReason.SEE_THE_FAULT: msg("A photo of the fault shows the maker what failed, so that it can be mended."),
    EvidenceReason.SEE_THE_DIFFERENCE: msg(
        "A photo shows us where our words and pictures are wrong, so that we can correct them in the shop."
    ),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """Why we wait, and what happens on which day."""

    reason: str
    until: str


@dataclass(frozen=True, slots=True)
class Escalated:
    """Why a person looks, and by when the answer comes."""

    reason: str
    promise: str


def waiting(code: WaitReason | str, until: date | datetime, locale: str, zone: ZoneInfo | str) -> Waiting:
    """Word a wait, in one of LOCALES. Raises ValueError for an unknown code."""
    voice = Voice(locale, zone)
    reason, then = _WAITS[WaitReason(code)]
    values = voice.written({"until": until})
    return Waiting(voice.say(reason, values), voice.say(then, values))


def escalated(
    code: EscalateReason | str,
    answer_by: date | datetime,
    locale: str,
    zone: ZoneInfo | str,
    *,
    name: str | None = None,
) -> Escalated:
    """Word that a person decides, in one of LOCALES. name: of who has it. Raises ValueError for an unknown code."""
    voice = Voice(locale, zone)
    values = voice.written({"by": answer_by, "name": name})
    promise = voice.say(_NAMED if name else _ANSWER_BY, values)
    return Escalated(voice.say(_ESCALATIONS[EscalateReason(code)], values), promise)


def why_we_wait(code: WaitReason | str, locale: str) -> str:
    """Say why something waits, without its date. Raises ValueError for an unknown code."""
    return Voice(locale, "UTC").say(_WAITS[WaitReason(code)][0], {})


def why_a_person(code: EscalateReason | str, locale: str) -> str:
    """Say why a person looks, without by when. Raises ValueError for an unknown code."""
    return Voice(locale, "UTC").say(_ESCALATIONS[EscalateReason(code)], {})


def photo_reason(code: EvidenceReason | str, locale: str) -> str:
    """Say why a photo helps; shown after the apology. Raises ValueError for an unknown code."""
    return Voice(locale, "UTC").say(_PHOTOS[EvidenceReason(code)], {})


def keeping(locale: str) -> str:
    """Say that the customer keeps what came."""
    return Voice(locale, "UTC").say(_KEEP, {})
