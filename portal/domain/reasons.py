"""Why a claim line is declined, waits or goes to a person; letters turn each code into sentences."""

from enum import StrEnum


class DeclineReason(StrEnum):
    """Why we say no. Each is said with its reason, an alternative and a way to ask again."""

    REPORTED_LONG_AFTER = "reported_long_after"
    """It came long ago, and the time in which we put this problem right is over."""
    ALREADY_MADE_WHOLE = "already_made_whole"
    """A remedy for the same units has been carried out."""
    NOT_CHARGED = "not_charged"
    """The order was cancelled and no payment was taken, so nothing is owed back."""
    ALREADY_REFUNDED = "already_refunded"
    """All that was paid has gone back."""
    CHARGE_AGREES = "charge_agrees"
    """What was paid is the order's total, line by line; the page shows the sums."""
    CAME_IN_TIME = "came_in_time"
    """It came on or before the promised date; the page shows both dates."""


class WaitReason(StrEnum):
    """Why a claim line waits until a date before anything is decided."""

    STILL_ON_THE_WAY = "still_on_the_way"
    """The promised date has not been reached."""
    JUST_PAST_PROMISE = "just_past_promise"
    """The promised date is over by less than the days of grace."""
    JUST_MARKED_DELIVERED = "just_marked_delivered"
    """It was scanned as delivered within the last day; scans run ahead of parcels by up to that."""
    BEING_PACKED = "being_packed"
    """It has not left us yet and the promised date is still ahead."""


class EscalateReason(StrEnum):
    """Why a person decides. None of them accuses anybody."""

    HIGH_VALUE = "high_value"
    """The amount is above what policy decides alone."""
    REPEATED_REPORTS = "repeated_reports"
    """The customer reported several times within a window."""
    WORDS_NEED_A_PERSON = "words_need_a_person"
    """The problem is "something else": only a person can read free words."""
    CHARGE_NEEDS_A_LOOK = "charge_needs_a_look"
    """The customer says the charge is wrong; a person compares it with the order."""
    ADDRESS_CHANGED = "address_changed"
    """The replacement would go to another address than the order's."""
    NO_PAYMENT_TO_REFUND = "no_payment_to_refund"
    """No payment of the order can take the money back by itself."""
    NO_RULE = "no_rule"
    """No rule of the policy matched."""
    ASKED_FOR_A_PERSON = "asked_for_a_person"
    """The customer asked for one, also by asking again after a no."""
    ORDER_NEVER_LEFT = "order_never_left"
    """The order is long past its promise and has not been handed over."""
    SECOND_FAILURE = "second_failure"
    """A remedy for the same units did not make it right; a named person takes over."""
    OUT_OF_STOCK = "out_of_stock"
    """There is none left to send again, and policy names no other remedy; a person finds one."""
    CAP_REACHED = "cap_reached"
    """This customer has had all that policy gives one customer alone within a window."""
    PERSON_DECIDES = "person_decides"
    """A limit, a list or a budget leaves it to a person; which one is for staff, and is kept beside the verdict."""
    OFFER_CHANGED = "offer_changed"
    """What was offered is not left any more as it was chosen; a person finds what is, with the customer."""
    REFUND_REFUSED = "refund_refused"
    """The provider turned a refund down for good; a person finds out why and how the customer gets it."""


class Alternative(StrEnum):
    """What we can still do where we say no."""

    TALK_TO_A_PERSON = "talk_to_a_person"
    """A person reads it and answers."""
    PHOTO_AND_LOOK_AGAIN = "photo_and_look_again"
    """A photo lets us look at it again."""
    PARTIAL_GOODWILL_CREDIT = "partial_goodwill_credit"
    """Store credit beyond what is owed."""
    REPAIR_ADVICE = "repair_advice"
    """Help with the maker's guarantee or a repair."""
    WAIT_AND_WATCH = "wait_and_watch"
    """We watch the parcel and write by ourselves."""


class EvidenceReason(StrEnum):
    """Why a photo is wanted, after the apology and before an offer can be accepted."""

    SEE_THE_DAMAGE = "see_the_damage"
    """The photo shows packers and carriers what happened."""
    SEE_WHAT_CAME = "see_what_came"
    """The photo tells which parcel got the right goods."""
    SEE_THE_FAULT = "see_the_fault"
    """The photo shows the maker what failed."""
    SEE_THE_DIFFERENCE = "see_the_difference"
    """The photo helps to mend the description in the shop."""
