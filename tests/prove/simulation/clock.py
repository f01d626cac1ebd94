"""The virtual clock that the portal, its worker and the double share."""

from datetime import UTC, datetime, timedelta

BEGINS = datetime(2026, 3, 2, 9, tzinfo=UTC)
# Each look takes a moment, longer than the longest pause that a worker would sit out: nobody here sleeps for real.
_A_LOOK = timedelta(milliseconds=1100)


class VirtualClock:
    """Moves only when it is looked at or told to."""

    def __init__(self) -> None:
        self._moment = BEGINS

    def __call__(self) -> datetime:
        """Tell the time to the portal."""
        self._moment += _A_LOOK
        return self._moment

    @property
    def moment(self) -> datetime:
        """Give the time without looking at the clock."""
        return self._moment

    def seconds(self) -> float:
        """Tell the time to the double, as Unix seconds."""
        return self._moment.timestamp()

    def begin_anew(self) -> None:
        """Begin the next history."""
        self._moment = BEGINS

    def pass_(self, **spans: float) -> None:
        """Let time pass, such as ``days=3``."""
        self._moment += timedelta(**spans)
