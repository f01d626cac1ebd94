"""One request under way while the test stops what answers it."""

import threading
from collections.abc import Callable
from typing import Any

from tests.prove.crash.customers import DROPPED, Answer
from tests.prove.crash.doors import Hold, Way
from tests.prove.crash.world import World


class Sent(threading.Thread):
    """Sends one request, and keeps what came back: nothing, where the web died meanwhile."""

    def __init__(self, send: Callable[..., Answer], *arguments: Any) -> None:
        super().__init__(daemon=True)
        self._send, self._arguments = send, arguments
        self.answer: Answer | None = None
        self.start()

    def run(self) -> None:
        try:
            self.answer = self._send(*self._arguments)
        except DROPPED:
            self.answer = None

    def outcome(self) -> Answer | None:
        self.join(40)
        assert not self.is_alive()
        return self.answer


def commit(world: World, way: Way, statement: str) -> Hold:
    """Hold the web's next commit after such a statement, or the answer to it."""
    return world.doors.of_web.hold(way, lambda text: text.startswith("COMMIT after") and statement in text)
