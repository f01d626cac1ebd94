"""When the worker last began a sweep, and how much is due: by the clock of the database, which the queue goes by."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from portal.domain.pulse import PULSE, Pulse

# Nobody needs to know whether more than so many jobs are due.
_MOST = 10_000
# A sweep that waits in the queue lets no other one in, so the moment is an old one too where the worker is far behind.
_ASKED = text("""
  SELECT (
    SELECT extract(epoch FROM now()) - max(defer_timestamp) FROM jobs.procrastinate_periodic_defers
    WHERE task_name = :pulse
  ), (
    SELECT count(*) FROM (
      SELECT FROM jobs.procrastinate_jobs WHERE status = 'todo' AND coalesce(scheduled_at, now()) <= now() LIMIT :most
    ) AS due
  )
""")


def read_pulse(session: Session) -> Pulse:
    """Read how the worker does."""
    seconds, due = session.execute(_ASKED, {"pulse": PULSE, "most": _MOST}).one()
    return Pulse(None if seconds is None else float(seconds), due)
