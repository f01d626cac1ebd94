"""Load: customers in eight threads who report and choose without a pause, each again until it is done."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from tests.prove.crash.customers import DROPPED, OK, TO_ANOTHER_PAGE, UNAVAILABLE, Answer, Refused, Visitor

Done = TypeVar("Done")
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
            form = self._again_until_done(visitor.report_form)
            path = self._sent(partial(visitor.report, form)) if form else None
            if path is None:
                return
            self.reported.append((visitor, path))
            form = self._again_until_done(partial(visitor.accept_form, path))
            if form:
                self._sent(partial(visitor.accept, path, form))
        # Whoever was quicker than the test goes on looking at the last of them.
        while self.reported and not self._over.is_set():
            self._again_until_done(partial(self._looked, *self.reported[-1]))
            time.sleep(_PAUSE_SECONDS)

    def _looked(self, visitor: Visitor, path: str) -> Answer | None:
        answer = visitor.get(path)
        self.answered.append((time.monotonic(), answer))
        return answer if answer.status == OK else None

    def _sent(self, send: Callable[[], Answer]) -> str | None:
        """Send the same form again and again until it leads on; tell where to."""

        def once() -> str | None:
            answer = send()
            self.answered.append((time.monotonic(), answer))
            return answer.location if answer.status == TO_ANOTHER_PAGE else None

        return self._again_until_done(once)

    def _again_until_done(self, step: Callable[[], Done | None]) -> Done | None:
        while not self._over.is_set():
            try:
                done = step()
            except DROPPED:
                self.dropped += 1
            except Refused as refusal:
                self.answered.append((time.monotonic(), refusal.answer))
            else:
                if done is not None:
                    return done
            time.sleep(_PAUSE_SECONDS)
        return None
