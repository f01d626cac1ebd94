"""What breaks the invariants of money that went back beside what others moved: promised or sent after it was known."""

from string import Template

_DISPUTED = Template("""
    INSERT INTO disputes (ref, payment_id, provider_ref, state, amount_minor, currency, opened_at, read_at, known_at,
      closed_at)
    SELECT 'DSP-1', id, 'dp_X', '$state', $minor, 'BRL', '2020-01-01Z', '2020-01-01Z', '$known', $closed FROM payments
    WHERE provider_ref = '$payment';
""")
_ADOPTED = Template("""
    INSERT INTO external_refunds (ref, payment_id, provider_ref, amount_minor, currency, state, adopted_at)
    SELECT 'XRF-1', id, 're_X', 1, 'BRL', 'succeeded', '$at' FROM payments WHERE provider_ref = '$payment';
""")
# B4 waits in these for its first call; B5 was promised before, and left when its dispute was known.
_WAITS = "UPDATE refunds SET state = 'requested', provider_ref = NULL WHERE ref = 'RFD-B4';"
_SENT_LATER = "UPDATE refunds SET created_at = '2019-01-01Z', first_sent_at = '2020-01-02Z' WHERE ref = 'RFD-B5'"
_JUST_THEN = (
    "UPDATE refunds SET created_at = '2019-01-01Z', first_sent_at = '2020-01-01 00:00:05Z' WHERE ref = 'RFD-B5'"
)
_SENT_LAST = "UPDATE refunds SET first_sent_at = '2090-01-02Z' WHERE ref = 'RFD-B5'"
_CAME_BACK = "UPDATE external_refunds SET state = 'failed'"
_BLOCKED = "UPDATE refunds SET state = 'blocked_by_dispute' WHERE ref = 'RFD-B4'"
_READ_LATER = "UPDATE disputes SET read_at = '2090-01-01Z';"
_LONG_AGO, _SINCE = "2020-01-01Z", "2090-01-01Z"


def _disputed(state: str, payment: str, minor: int = 10_000, closed: str = "NULL", known: str = _LONG_AGO) -> str:
    """Let a dispute of a payment be known since a moment. closed: SQL of when it was over."""
    return _DISPUTED.substitute(state=state, payment=payment, minor=minor, closed=closed, known=known)


def _adopted(payment: str, at: str = _LONG_AGO) -> str:
    """Let the smallest part of a payment have gone back at the provider itself, known since a moment."""
    return _ADOPTED.substitute(payment=payment, at=at)


_LOST = "'2020-01-01Z'"
ELSEWHERE = (
    ("M1", _adopted("pi_B4") + _WAITS),
    # Credit, which no payment gives back.
    ("M9", _adopted("pi_B2")),
    ("M9", _disputed("lost", "pi_B2", 1, _LOST)),
    ("M2", _disputed("lost", "pi_B5", 1, _LOST)),
    ("M2", _disputed("lost", "pi_B4", 1, _LOST) + _WAITS),
    ("M13", _disputed("lost", "pi_B5", 1, _LOST)),
    ("M13", _disputed("needs_response", "pi_B5")),
    ("M13", _disputed("under_review", "pi_B4") + _WAITS),
    # Promised before, and sent all the same once it was known.
    ("M13", _disputed("needs_response", "pi_B5") + _SENT_LATER),
    # Read again since, or lost in the end: it was known when this left.
    ("M13", _disputed("under_review", "pi_B5") + _READ_LATER),
    ("M13", _disputed("lost", "pi_B5", closed="'2090-01-01Z'")),
)
# What others did after we had promised, or what takes nothing, breaks none of them: faults 16 to 19.
HARMLESS = (
    _adopted("pi_B4", _SINCE) + _WAITS,
    _adopted("pi_B2", _SINCE),
    _adopted("pi_B3"),
    _adopted("pi_B1") + _CAME_BACK,
    # Promised before it was known, and taken by Stripe since: so it must have come back there.
    _adopted("pi_B5", _SINCE) + _SENT_LAST,
    _disputed("lost", "pi_B3", 1, _LOST),
    _disputed("won", "pi_B5", closed=_LOST),
    _disputed("warning_needs_response", "pi_B5"),
    _disputed("lost", "pi_B5", closed="'2090-01-01Z'", known=_SINCE) + _READ_LATER,
    _disputed("needs_response", "pi_B4", known=_SINCE) + _WAITS + _READ_LATER,
    _disputed("needs_response", "pi_B5") + _JUST_THEN,
    _disputed("needs_response", "pi_B4") + _BLOCKED,
)
