"""The life of a dispute at the provider, and when it keeps money from going back."""

# In this order; a dispute never goes back. Of what is closed nothing more is expected, but that a loss is reversed.
_ORDER = (
    "warning_needs_response",
    "warning_under_review",
    "needs_response",
    "under_review",
    "warning_closed",
    "won",
    "lost",
)
CLOSED = frozenset({"warning_closed", "won", "lost", "prevented"})
LOST, WON = "lost", "won"
# The bank has taken the money, or keeps it: giving it back as well would pay it twice. An inquiry takes nothing.
BLOCKING = ("needs_response", "under_review", "lost")


def next_dispute_state(before: str | None, told: str) -> str:
    """Tell the state after a reading; readings may come in any order, and an older one changes nothing.

    States that the provider adds one day are taken as told, until one of ours is final. A dispute that was lost may be
    won all the same: the bank then gives the money back. Nothing that was won is lost later, so no order matters here.
    """
    if before == LOST and told == WON:
        return told
    if before is None or before not in _ORDER:
        return before if before in CLOSED else told
    if before in CLOSED or (told in _ORDER and _ORDER.index(told) < _ORDER.index(before)):
        return before
    return told
