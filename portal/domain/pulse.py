"""Whether work is being done: a worker begins a sweep every quarter of a minute, so none for minutes is an alarm."""

from dataclasses import dataclass

# The sweep that tells of a living worker, by the name of its job.
PULSE = "sweeps.stalled_jobs"
_LATE_AFTER_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Pulse:
    """seconds: since the last sweep was begun or could be queued, none where no worker has ever run; due: jobs."""

    seconds: float | None
    due: int

    @property
    def is_late(self) -> bool:
        """Tell whether there was a worker, and it is gone or so far behind that its sweeps wait in the queue."""
        return self.seconds is not None and self.seconds > _LATE_AFTER_SECONDS

    @property
    def minutes(self) -> int:
        """Give the whole minutes since then."""
        return int((self.seconds or 0.0) // 60)
