"""Publishing: what a check and a start must be like before a text becomes a version. Nothing here knows who asks."""

from datetime import datetime, timedelta

from portal.domain.errors import BadPolicy
from portal.domain.policy.proof import Proof, Severity

_MOST_AHEAD = timedelta(days=730)


class StopsPublishing(BadPolicy):
    """The check found errors."""

    def __init__(self, proof: Proof) -> None:
        """Keep all that the check found."""
        first = proof.of(Severity.ERROR)
        kinds = ", ".join(sorted({one.kind.value for one in first}))
        super().__init__(f"the check finds {len(first)} that stop publishing ({kinds})")
        self.proof, self.number = proof, len(first)


class NeedsWord(BadPolicy):
    """The check found warnings, and nobody said why it is published despite them."""

    def __init__(self, proof: Proof) -> None:
        """Keep all that the check found."""
        super().__init__(f"the check finds {len(proof.of(Severity.WARNING))} that need a word")
        self.proof = proof


class BadStart(BadPolicy):
    """The start cannot be. planned: the number of the version that it would overtake before that began, or None."""

    def __init__(self, reason: str, planned: int | None = None) -> None:
        """Keep the reason."""
        super().__init__(f"in force from: {reason}")
        self.planned = planned


def check_concerns(proof: Proof, despite: str) -> int:
    """Give how many warnings there are. Raises StopsPublishing for errors, NeedsWord for warnings without a word."""
    if not proof.may_be_published:
        raise StopsPublishing(proof)
    warnings = len(proof.of(Severity.WARNING))
    if warnings and not despite.strip():
        raise NeedsWord(proof)
    return warnings


def start_of(
    asked: datetime | None, *, now: datetime, newest: tuple[int, datetime] | None, overtakes: bool
) -> datetime:
    """Give from when a version is in force: from the moment that was asked for, or from now.

    newest: the number and the start of the newest version. Where that has not begun and would never, because this one
    begins first, it must be overtaken knowingly. Raises BadStart.
    """
    if asked is not None and asked.tzinfo is None:
        raise BadStart("the moment names no time zone")
    start = asked or now
    if start < now:
        raise BadStart(f"{start.isoformat()} is over; a version begins now or later")
    if start > now + _MOST_AHEAD:
        raise BadStart(f"{start.isoformat()} is more than {_MOST_AHEAD.days} days ahead")
    if newest is not None and now < newest[1] and start <= newest[1] and not overtakes:
        number, planned = newest
        raise BadStart(f"version {number} is planned for {planned.isoformat()} and would never begin", number)
    return start
