"""The orders worth trying first, for the person who has just started the demonstration."""

from dataclasses import dataclass

from portal.sandbox.sample.situations import SITUATIONS


@dataclass(frozen=True, slots=True)
class Demonstration:
    """An order to sign in with, and what it shows."""

    order_number: str
    mailbox: str
    shows: str


# `make run` prints the first eight: those that differ most come first.
_SHOWS = {
    "AURORA-1001": "lost in the post",
    "AURORA-1005": "says delivered: a neighbour signed for it",
    "AURORA-1007": "delivered, hand-blown glass that can be broken, and the glasses are sold out",
    "AURORA-1011": "three vendors, three parcels, one of them lost",
    "AURORA-1014": "paid by card and two vouchers",
    "AURORA-1004": "on its way, in time",
    "AURORA-1022": "a dining table: a person decides",
    "AURORA-1029": "lost, in English and pounds",
    "AURORA-1002": "came eight days late",
    "AURORA-1006": "says delivered: left behind the gate",
    "AURORA-1008": "never shipped",
    "AURORA-1009": "cancelled, and the card was charged",
    "AURORA-1012": "six plates, four sets of napkins, two of glasses",
    "AURORA-1016": "nine payments",
    "AURORA-1017": "lost, and paid by bank slip",
    "AURORA-1019": "paid a cent more than the lines add up to",
    "AURORA-1023": "charged twice",
    "AURORA-1026": "lost, and the street is missing",
    "AURORA-1027": "in yen, which have no cents",
}
_MAILBOXES = {draft.number: draft.person.mailbox for draft in SITUATIONS}
DEMONSTRATIONS = tuple(Demonstration(number, _MAILBOXES[number], shows) for number, shows in _SHOWS.items())
