"""Write the files of closed batches again and compare them with what was sealed when they were closed (X2)."""

import time

from portal.records import batch_file
from portal.records.invariants.asking import Held
from portal.records.sessions import Session

KEY = "X2"
SAYS = "the file of a closed period reads the same for ever"
# As many postings as can be written in some ten seconds; always the newest batch.
MOST_POSTINGS = 500_000
_MOST_BATCHES = 100
_FIRST = 5


def file_again(session: Session) -> Held:
    """Write the files of the newest batches, and name those that differ."""
    began, rows, broken = time.perf_counter(), 0, []
    for batch in batch_file.batches(session, _MOST_BATCHES):
        if rows and rows + batch.postings > MOST_POSTINGS:
            break
        rows += batch.postings
        if batch_file.digest(session, batch.id, batch.layout) != batch.sha256:
            broken.append(batch.ref)
    return Held(KEY, SAYS, rows, len(broken), tuple(broken[:_FIRST]), time.perf_counter() - began)
