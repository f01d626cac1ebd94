"""What has happened, one sentence per claim event, as the customer reads it."""

from collections.abc import Mapping
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.letters.language import msg
from portal.letters.saying import Value, Variants, Voice, told


class Happening(StrEnum):
    """What a customer's timeline can show."""

    REPORTED = "reported"
    REPORTED_FOR_YOU = "reported_for_you"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUND_SENT = "refund_sent"
    REFUND_SETTLED = "refund_settled"
    REFUND_FAILED = "refund_failed"
    REFUND_POSSIBLE_AGAIN = "refund_possible_again"
    REFUND_NEEDS_CUSTOMER = "refund_needs_customer"
    CREDIT_REVERSED = "credit_reversed"
    CREDIT_ISSUED = "credit_issued"
    REPLACEMENT_SENT = "replacement_sent"
    REPLACEMENT_ON_ITS_WAY = "replacement_on_its_way"
    REPLACEMENT_DELIVERED = "replacement_delivered"
    REPLACEMENT_FAILED = "replacement_failed"
    LEFT_AFTER_ALL = "left_after_all"
    TOLD_AGAIN = "told_again"
    ESCALATED = "escalated"
    WAITING = "waiting"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CLOSED_ELSEWHERE = "closed_elsewhere"
    IT_CAME = "it_came"
    MESSAGE_FROM_CUSTOMER = "message_from_customer"
    MESSAGE_FROM_US = "message_from_us"
    QUESTION_FROM_US = "question_from_us"
    PHOTO_ADDED = "photo_added"
    ASKED_FOR_A_PERSON = "asked_for_a_person"
    ASKED_AGAIN = "asked_again"
    APPROVED = "approved"
    MADE_WHOLE = "made_whole"
    RESTORED = "restored"
    NOT_RESTORED = "not_restored"
    SAYS_RIGHT_AFTER_ALL = "says_right_after_all"


_SENTENCES: dict[Happening, Variants] = {
    Happening.REPORTED: told(
        ("thing", msg("You told us what went wrong with %(thing)s.")),
        ("", msg("You told us what went wrong.")),
    ),
    Happening.REPORTED_FOR_YOU: told(
        ("name thing", msg("%(name)s wrote down for you what went wrong with %(thing)s.")),
        ("name", msg("%(name)s wrote down for you what went wrong.")),
        ("", msg("We wrote down for you what went wrong.")),
    ),
    Happening.OFFERED: told(("", msg("We offered ways to put it right."))),
    Happening.ACCEPTED: told(
        ("choice", msg("You chose: %(choice)s.")),
        ("", msg("You chose how we put it right.")),
    ),
    Happening.REFUND_SENT: told(
        ("amount ending", msg("We asked the bank to send %(amount)s back to your card ending %(ending)s.")),
        ("amount", msg("We asked the bank to send %(amount)s back to you.")),
        ("", msg("We asked the bank to send your money back.")),
    ),
    Happening.REFUND_SETTLED: told(
        ("amount ending", msg("%(amount)s left us for your card ending %(ending)s.")),
        ("amount", msg("%(amount)s left us on its way back to you.")),
        ("", msg("Your money left us on its way back to you.")),
    ),
    Happening.REFUND_FAILED: told(
        (
            "amount ending",
            msg("Your card ending %(ending)s did not take %(amount)s back. We owe it to you, and find another way."),
        ),
        ("amount", msg("%(amount)s did not get through to you. We owe it to you, and find another way.")),
        ("", msg("Your money did not get through to you. We owe it to you, and find another way.")),
    ),
    Happening.REFUND_POSSIBLE_AGAIN: told(
        ("amount ending", msg("%(amount)s can go back to your card ending %(ending)s after all.")),
        ("", msg("Your money can go back the way it came after all.")),
    ),
    Happening.REFUND_NEEDS_CUSTOMER: told(
        ("amount", msg("The bank asked for something from you before it takes %(amount)s back.")),
        ("", msg("The bank asked for something from you before it takes the money back.")),
    ),
    Happening.CREDIT_REVERSED: told(
        ("amount", msg("We took back %(amount)s of store credit that we had given you by mistake.")),
        ("", msg("We took back store credit that we had given you by mistake.")),
    ),
    Happening.CREDIT_ISSUED: told(
        ("amount", msg("You have %(amount)s store credit, usable now.")),
        ("", msg("Your store credit is there, usable now.")),
    ),
    Happening.REPLACEMENT_SENT: told(
        ("day", msg("We asked the warehouse to send it again. It arrives by %(day)s.")),
        ("", msg("We asked the warehouse to send it again.")),
    ),
    Happening.REPLACEMENT_ON_ITS_WAY: told(
        ("tracking", msg("Your new parcel is on its way. Its tracking number is %(tracking)s.")),
        ("", msg("Your new parcel is on its way.")),
    ),
    Happening.REPLACEMENT_DELIVERED: told(("", msg("Your new parcel has come."))),
    Happening.REPLACEMENT_FAILED: told(("", msg("We could not send it again after all. You can choose another way."))),
    Happening.LEFT_AFTER_ALL: told(
        ("", msg("The warehouse could send it after all, so there is nothing left to choose."))
    ),
    Happening.TOLD_AGAIN: told(("", msg("You told us that something went wrong with the new parcel too."))),
    Happening.ESCALATED: told(
        ("by", msg("A person took this over and will answer by %(by)s.")),
        ("", msg("A person took this over.")),
    ),
    Happening.WAITING: told(
        ("until", msg("We watch over your parcel and look again on %(until)s.")),
        ("", msg("We watch over your parcel.")),
    ),
    Happening.DECLINED: told(("", msg("We said no to this, with our reason and what we can still do."))),
    Happening.WITHDRAWN: told(("", msg("You took your report back."))),
    Happening.CLOSED_ELSEWHERE: told(("", msg("It was solved in another way."))),
    Happening.IT_CAME: told(("", msg("You told us that it came."))),
    Happening.MESSAGE_FROM_CUSTOMER: told(("", msg("You wrote to us."))),
    Happening.MESSAGE_FROM_US: told(
        ("name", msg("%(name)s wrote to you.")),
        ("", msg("We wrote to you.")),
    ),
    Happening.QUESTION_FROM_US: told(
        ("name", msg("%(name)s asked you something.")),
        ("", msg("We asked you something.")),
    ),
    Happening.PHOTO_ADDED: told(("", msg("You added a photo."))),
    Happening.ASKED_FOR_A_PERSON: told(("", msg("You asked for a person."))),
    Happening.ASKED_AGAIN: told(("", msg("You asked us to look again."))),
    Happening.APPROVED: told(("", msg("A person looked at it and said yes."))),
    Happening.MADE_WHOLE: told(("", msg("All that we promised is done."))),
    Happening.RESTORED: told(("", msg("You told us that we made it right."))),
    Happening.NOT_RESTORED: told(("", msg("You told us that it is not right yet. A person took it over."))),
    Happening.SAYS_RIGHT_AFTER_ALL: told(("", msg("You told us that it is right by now."))),
}


def event_sentence(
    what: Happening | str, locale: str, zone: ZoneInfo | str, details: Mapping[str, Value] | None = None
) -> str:
    """Say one event, in one of LOCALES, as fully as the details allow.

    details: thing, choice (an offer's title), amount (Money), ending (of a card), tracking, name;
    day, until and by are dates.
    Raises ValueError for an unknown event.
    """
    voice = Voice(locale, zone)
    return voice.tell(_SENTENCES[Happening(what)], voice.written(details or {}))
