"""An honest no: its reason in plain words, what we can still do, and how to ask again. It never lacks one of them."""

from dataclasses import dataclass
from datetime import date

from portal.domain.money import Money
from portal.domain.reasons import Alternative, DeclineReason
from portal.letters.apology import ApologySubject
from portal.letters.language import day, msg, msgs
from portal.letters.saying import Variants, Voice, told

_REASONS: dict[DeclineReason, Variants] = {
    DeclineReason.REPORTED_LONG_AFTER: told(
        (
            "delivered",
            msgs(
                "%(thing)s came to you on %(delivered)s. That is so long ago that we can no longer send it again or"
                " give the money back.",
                "%(thing)s came to you on %(delivered)s. That is so long ago that we can no longer send them again or"
                " give the money back.",
            ),
        ),
        (
            "",
            msgs(
                "%(thing)s came to you so long ago that we can no longer send it again or give the money back.",
                "%(thing)s came to you so long ago that we can no longer send them again or give the money back.",
            ),
        ),
    ),
    DeclineReason.ALREADY_MADE_WHOLE: told(
        ("", msg("We have already put %(thing)s right for you, so we can’t do the same a second time by ourselves.")),
    ),
    DeclineReason.NOT_CHARGED: told(
        (
            "",
            msg(
                "Order %(order)s is cancelled, and we never took a payment for it. There is no money of yours with us"
                " to give back. A charge that shows as pending goes away by itself within a few days."
            ),
        )
    ),
    DeclineReason.ALREADY_REFUNDED: told(
        (
            "",
            msg(
                "All that you paid for %(thing)s has already gone back to you, so there is nothing left of it that we"
                " could send."
            ),
        )
    ),
    DeclineReason.CHARGE_AGREES: told(
        (
            "",
            msg(
                "We added up order %(order)s line by line, and what you paid is exactly its total. You can see the sums"
                " on the page of your report."
            ),
        )
    ),
    DeclineReason.CAME_IN_TIME: told(
        (
            "promised delivered",
            msg(
                "We promised your parcel by %(promised)s, and our records say that it came on %(delivered)s. So we do"
                " not give money back for the wait."
            ),
        ),
        (
            "",
            msg(
                "Our records say that your parcel came by the day we promised. So we do not give money back for"
                " the wait."
            ),
        ),
    ),
}
# Where the no stands on the page of the report itself, what a mail points to is right below it.
_REASONS_ON_PAGE: dict[DeclineReason, Variants] = {
    DeclineReason.CHARGE_AGREES: told(
        (
            "",
            msg(
                "We added up order %(order)s line by line, and what you paid is exactly its total. Here are the sums:"
                " what the order costs, and what you paid."
            ),
        )
    ),
}
_ALTERNATIVES: dict[Alternative, Variants] = {
    Alternative.TALK_TO_A_PERSON: told(
        ("", msg("What we can still do: a person on our team listens to you, and looks for a way with you.")),
    ),
    Alternative.PHOTO_AND_LOOK_AGAIN: told(
        ("", msg("What we can still do: add a photo to your report, and a person looks at it again.")),
    ),
    Alternative.PARTIAL_GOODWILL_CREDIT: told(
        ("amount", msg("What we can still do: %(amount)s store credit from us, for anything in the shop.")),
        ("", msg("What we can still do: a person on our team can give you store credit for part of it.")),
    ),
    Alternative.REPAIR_ADVICE: told(
        (
            "",
            msgs(
                "What we can still do: help you with a repair. The maker’s guarantee often lasts longer than ours, and"
                " we help you to use it.",
                "What we can still do: help you with repairs. A maker’s guarantee often lasts longer than ours, and we"
                " help you to use it.",
            ),
        )
    ),
    Alternative.WAIT_AND_WATCH: told(
        ("", msg("What we can still do: keep watching your parcel, and write to you as soon as anything changes.")),
    ),
}
_ASK_AGAIN = msg(
    "Do you see it differently? Ask again on the page of your report, in your own words. Somebody else then looks at it"
    " with fresh eyes."
)


@dataclass(frozen=True, slots=True)
class Decline:
    """The words of a no, finished."""

    reason: str
    alternative: str
    how_to_ask_again: str


def decline(
    reason_code: DeclineReason | str,
    alternative_code: Alternative | str,
    subject: ApologySubject,
    locale: str,
    *,
    amount: Money | None = None,
    on_page: bool = False,
) -> Decline:
    """Word a no, in one of LOCALES, for a mail or (on_page) for the page of the report itself.

    amount: what goodwill credit gives. Raises ValueError for an unknown code.
    """
    voice = Voice(locale, subject.zone)
    count = 2 if subject.several else 1
    values = voice.written(
        {
            "thing": subject.thing,
            "order": subject.order_number,
            "promised": _with_year(subject.promised_on, subject, locale),
            "delivered": _with_year(subject.delivered_on, subject, locale),
            "amount": amount,
        }
    )
    code = DeclineReason(reason_code)
    reasons = _REASONS | _REASONS_ON_PAGE if on_page else _REASONS
    return Decline(
        reason=voice.tell(reasons[code], values, count),
        alternative=alternative(alternative_code, locale, several=subject.several, amount=amount),
        how_to_ask_again=voice.say(_ASK_AGAIN, values),
    )


def _with_year(when: date | None, subject: ApologySubject, locale: str) -> str | None:
    # A no is often about days long past, where the day of the week alone says too little.
    return day(when, locale, subject.zone, year=True) if when else None


def alternative(code: Alternative | str, locale: str, *, several: bool = False, amount: Money | None = None) -> str:
    """Say what we can still do, where it stands beside something else. Raises ValueError for an unknown code."""
    voice = Voice(locale, "UTC")
    return voice.tell(_ALTERNATIVES[Alternative(code)], voice.written({"amount": amount}), 2 if several else 1)
