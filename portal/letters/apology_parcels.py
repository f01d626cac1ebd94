"""The wording where a parcel did not come, or came too late."""

from portal.letters.apology_wording import Wording
from portal.letters.language import msg, msgs
from portal.letters.saying import told

_LONGER = msgs("That is %(days)s day longer than we promised.", "That is %(days)s days longer than we promised.")
_OURS = msg(
    "It is our job that what you order reaches you, and it is our job to put this right. You don’t have to chase"
    " anybody."
)

MISSING_OVERDUE = Wording(
    heading=msg("We are sorry. Your parcel should be with you by now."),
    happened=told(
        (
            "promised",
            msg(
                "Your parcel with %(thing)s should have been with you by %(promised)s. It isn’t, and you have been left"
                " waiting."
            ),
        ),
        (
            "",
            msg("Your parcel with %(thing)s should be with you by now. It isn’t, and you have been left waiting."),
        ),
    ),
    sorry=msg("We are sorry that we let you down."),
    own=_OURS,
    counts_days=_LONGER,
)
MISSING_ON_THE_WAY = Wording(
    heading=msg("We are sorry that you are left waiting for your parcel."),
    happened=told(
        ("", msg("Your parcel with %(thing)s is not with you yet, and you are left wondering where it is.")),
    ),
    sorry=msg("We are sorry: you should not have to ask."),
    own=_OURS,
)
MISSING_DELIVERED = Wording(
    heading=msg("We are sorry. Our records say delivered, and you don’t have it."),
    happened=told(
        (
            "delivered",
            msg(
                "Our records say that your parcel with %(thing)s came on %(delivered)s. You don’t have it, and that is"
                " what counts."
            ),
        ),
        (
            "",
            msg("Our records say that your parcel with %(thing)s came. You don’t have it, and that is what counts."),
        ),
    ),
    sorry=msg("We are sorry that you are left without it."),
    own=_OURS,
)
LATE_NOT_SHIPPED = Wording(
    heading=msg("We are sorry. Your order has not even left us yet."),
    happened=told(
        (
            "promised days",
            msg("We promised you %(thing)s by %(promised)s, and your order has not even left us."),
        ),
        ("", msg("Your order with %(thing)s has not left us yet, and you have been left waiting.")),
    ),
    sorry=msg("We are sorry that we kept you waiting without a word."),
    own=_OURS,
    counts_days=_LONGER,
)
LATE_ON_THE_WAY = Wording(
    heading=msg("We are sorry that we keep you waiting."),
    happened=told(
        ("promised days", msg("We promised you %(thing)s by %(promised)s, and you are still waiting.")),
        ("", msg("You are still waiting for %(thing)s, longer than you should have to.")),
    ),
    sorry=msg("We are sorry that you could not count on us."),
    own=_OURS,
    counts_days=_LONGER,
)
LATE_DELIVERED = Wording(
    heading=msg("We are sorry that it came too late."),
    happened=told(
        (
            "promised delivered days",
            msg(
                "We promised you %(thing)s by %(promised)s, and your parcel came on %(delivered)s. You had to wait and"
                " to do without."
            ),
        ),
        (
            "",
            msgs(
                "%(thing)s came later than you were counting on it. You had to wait and to do without.",
                "%(thing)s came later than you were counting on them. You had to wait and to do without.",
            ),
        ),
    ),
    sorry=msg("We are sorry that you could not count on us."),
    own=_OURS,
    counts_days=_LONGER,
)
