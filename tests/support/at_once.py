"""Many do something at the same moment, for tests of what only one may do."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from portal.domain.errors import AmendsError


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run all in parallel, and give what each came to: its value, or how it was refused."""

    def outcome(act: Callable[[], object]) -> object:
        try:
            return act()
        except AmendsError as refused:
            return refused

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(outcome, acts))
