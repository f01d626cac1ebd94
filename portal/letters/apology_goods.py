"""The wording where the goods were not right, the charge was not, or something else was wrong."""

from portal.letters.apology_wording import Wording
from portal.letters.language import msg, msgs
from portal.letters.saying import told

_OUR_GOODS = msg("What we send you has to be right. Putting it right is our job, not yours.")
_OUR_CHARGE = msg("You trusted us with your money, so making it add up is our job, not yours.")
_OUR_JOB = msg("Putting this right is our job, not yours.")

MISSING_LINE = Wording(
    heading=msg("We are sorry. Something was missing from your parcel."),
    happened=told(
        (
            "",
            msgs(
                "Your parcel came, and %(thing)s was not in it. You paid for it and looked for it, and it was not"
                " there.",
                "Your parcel came, and %(thing)s were not in it. You paid for them and looked for them, and they"
                " were not there.",
            ),
        )
    ),
    sorry=msg("We are sorry that we did not send you everything."),
    own=_OUR_GOODS,
)
DAMAGED = Wording(
    heading=msg("We are sorry that it came to you damaged."),
    happened=told(
        (
            "",
            msgs(
                "%(thing)s came to you damaged. You paid for something whole, and that is not what you got.",
                "%(thing)s came to you damaged. You paid for things that are whole, and that is not what you got.",
            ),
        )
    ),
    sorry=msg("We are sorry that you had to open your parcel and find that."),
    own=_OUR_GOODS,
)
WRONG = Wording(
    heading=msg("We are sorry. You did not get what you ordered."),
    happened=told(("", msg("You ordered %(thing)s, and something else came out of the parcel."))),
    sorry=msg("We are sorry that we sent you the wrong thing."),
    own=_OUR_GOODS,
)
FAULTY = Wording(
    heading=msg("We are sorry that it does not work as it should."),
    happened=told(
        (
            "",
            msgs(
                "%(thing)s does not work as it should. You bought it to use it, and you can’t.",
                "%(thing)s do not work as they should. You bought them to use them, and you can’t.",
            ),
        )
    ),
    sorry=msg("We are sorry that we sent you something that fails you."),
    own=_OUR_GOODS,
)
NOT_AS_DESCRIBED = Wording(
    heading=msg("We are sorry. It is not what we showed you."),
    happened=told(
        ("", msg("You chose %(thing)s by our words and our pictures, and what came is something different."))
    ),
    sorry=msg("We are sorry that we let you expect more."),
    own=_OUR_GOODS,
)
CHARGED_CANCELLED = Wording(
    heading=msg("We are sorry. The order is cancelled, and you see a charge for it."),
    happened=told(
        (
            "",
            msg(
                "Your order with %(thing)s is cancelled, and you still see a charge for it. You should not have to pay"
                " for what never comes."
            ),
        )
    ),
    sorry=msg("We are sorry that we left you with that."),
    own=_OUR_CHARGE,
)
CHARGED = Wording(
    heading=msg("We are sorry. Your charge is not what you expected."),
    happened=told(
        (
            "",
            msg(
                "You see a charge for %(thing)s that is not what you expected. It is your money, and every cent of it"
                " has to be right."
            ),
        )
    ),
    sorry=msg("We are sorry that you had to find this."),
    own=_OUR_CHARGE,
)
OTHER_CANCELLED = Wording(
    heading=msg("We are sorry. You did not get what you ordered."),
    happened=told(("", msg("You were counting on %(thing)s, and the order is cancelled."))),
    sorry=msg("We are sorry that we let you down."),
    own=_OUR_JOB,
)
OTHER_WAITING = Wording(
    heading=msg("We are sorry that something is not right with your order."),
    happened=told(("", msg("You are waiting for %(thing)s, and something about your order is not right."))),
    sorry=msg("We are sorry that you have to deal with this."),
    own=_OUR_JOB,
)
OTHER = Wording(
    heading=msg("We are sorry that something is not right."),
    happened=told(("", msg("Something about %(thing)s is not right for you, and you had to come and tell us."))),
    sorry=msg("We are sorry. We have your words, and they count."),
    own=_OUR_JOB,
)
