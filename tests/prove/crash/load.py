"""Load: customers in eight threads who report and choose without a pause, each again until it is done."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial

from tests.prove.crash.customers import DROPPED, TO_ANOTHER_PAGE, UNAVAILABLE, Answer, Refused, Visitor

_THREADS = 8
_PAUSE_SECONDS = 0.1


@dataclass
class Load:
    """What the customers were answered, and when."""

    visitors: list[Visitor]
    answered: list[tuple[float, Answer]] = field(default_factory=list)
    reported: list[tuple[Visitor, str]] = field(default_factory=list)
    dropped: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Run until the block ends; a customer who has begun a step ends it."""
        shares = [self.visitors[first::_THREADS] for first in range(_THREADS)]
        threads = [threading.Thread(target=self._serve, args=(share,), daemon=True) for share in shares]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._over.set()
            for thread in threads:
                thread.join(60)

    def statuses(self) -> Counter[int]:
        return Counter(answer.status for _, answer in self.answered)

    def refused(self) -> list[tuple[float, Answer]]:
        return [(at, answer) for at, answer in self.answered if answer.status == UNAVAILABLE]

    def _serve(self, share: list[Visitor]) -> None:
        for visitor in share:
            path = self._again_until_done(partial(_report, visitor))
            if path is None:
                return
            self.reported.append((visitor, path))
            self._again_until_done(partial(_accept, visitor, path))

    def _again_until_done(self, step: Callable[[], Answer]) -> str | None:
        while not self._over.is_set():
            try:
                answer = step()
            except DROPPED:
                self.dropped += 1
                time.sleep(_PAUSE_SECONDS)
                continue
            except Refused as refusal:
                answer = refusal.answer
            self.answered.append((time.monotonic(), answer))
            if answer.status == TO_ANOTHER_PAGE:
                return answer.location
            time.sleep(_PAUSE_SECONDS)
        return None


def _report(visitor: Visitor) -> Answer:
    return visitor.report(visitor.report_form())


def _accept(visitor: Visitor, path: str) -> Answer:
    return visitor.accept(path, visitor.accept_form(path))
