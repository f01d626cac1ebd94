"""The words for withdrawals that only staff read."""

from typing import Any

from portal.web.shared.language import lazy_gettext as _

STATES: dict[str, Any] = {
    "received": _("Just received"),
    "with_person": _("Waits for a person"),
    "awaiting_goods": _("The goods are to come back"),
    "goods_back": _("The goods are back"),
    "refunding": _("The money is being given back"),
    "refunded": _("The money is promised"),
    "answered": _("Answered"),
    "repeated": _("Declared before"),
}
STANDINGS: dict[str, Any] = {
    "in_time": _("In time"),
    "not_delivered": _("In time, not delivered yet"),
    "late": _("After the last day"),
    "undetermined": _("Nobody knows when it came"),
    "no_right": _("The law of this market gives no right"),
    "no_order": _("Number and mailbox name no order together"),
}
MOVES: dict[str, Any] = {
    "declare": _("Declared"),
    "connect": _("Connected with an order"),
    "accept": _("Accepted"),
    "hand_over": _("Handed to a person"),
    "repeat": _("Declared before"),
    "goods_came": _("The goods came back"),
    "refund": _("Giving the money back began"),
    "promise": _("The money was promised"),
    "answer": _("Answered in own words"),
}
MAILS: dict[str, Any] = {
    "withdrawal_received": _("The acknowledgement"),
    "withdrawal_accepted": _("It is accepted"),
    "withdrawal_answered": _("Words of a person"),
}
DONE: dict[str, Any] = {
    "connect": _("Connected. The period is told below."),
    "accept": _("Accepted. The customer gets a mail."),
    "goods": _("Noted. Nothing holds the money any more."),
    "on_its_way": _("All of the money is on its way back."),
    "second_person": _(
        "It is above what you approve alone. An approver confirms it on the claim; then it leaves by itself."
    ),
    "to_decide": _("A claim is open for it. What goes back is decided there."),
    "answer": _("Your answer leaves by mail, and this is closed."),
}
