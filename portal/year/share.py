"""The processes that live a year: each has a share of the customers, and is asked from one midnight to the next."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from config import Config
from portal.sandbox.year.truth import Truth
from portal.year.colleagues import Colleagues
from portal.year.part import Part


class YearStopped(RuntimeError):
    """A process of a year ended before the year did; its own words are on the screen."""


@dataclass(frozen=True, slots=True)
class Share:
    """What one process is given: what its customers will complain about, who they are, and who works for the shop.

    double: the folder of the books of Stripe's double. empty: what the warehouse has none of, by month and SKU.
    """

    config: Config
    double: Path
    seed: int
    begins_at: datetime
    truths: Sequence[Truth]
    customer_ids: dict[str, int]
    colleagues: Colleagues
    empty: frozenset[tuple[str, str]]


# What a process runs, plugged together: it says once that it is ready, and then follows.
Live = Callable[[Share, Connection], None]


def follow(part: Part, share: Share, told: Connection) -> None:
    """Live a part until each moment that comes through the connection, and tell what happened so far.

    None is the end, and so is that whoever asks has gone.
    """
    part.expect(share.truths, share.customer_ids)
    told.send(Counter())
    while (moment := _asked(told)) is not None:
        part.live_until(moment)
        told.send(part.counts)


def _asked(told: Connection) -> datetime | None:
    try:
        moment: datetime | None = told.recv()
    except EOFError:
        return None
    return moment


@contextmanager
def living(share: Share, live: Live) -> Iterator[Connection]:
    """Start a process, and wait until it is ready; it ends with the block, whatever ended that."""
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=live, args=(share, theirs), daemon=True)
    process.start()
    theirs.close()
    try:
        _heard(ours)
        yield ours
        ours.send(None)
    finally:
        # Where the year stopped before its end, this is how the process learns that nobody will ask it further.
        ours.close()
        process.join(timeout=30)
        if process.is_alive():
            process.terminate()


def all_until(parts: list[Connection], moment: datetime) -> list[Counter[str]]:
    """Let all of them live until a moment, at once; give what happened so far in each."""
    for part in parts:
        part.send(moment)
    return [_heard(part) for part in parts]


def _heard(part: Connection) -> Counter[str]:
    try:
        found: Counter[str] = part.recv()
    except EOFError as error:
        raise YearStopped("a process of the year ended before the year did") from error
    return found
