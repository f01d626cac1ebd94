"""What must be there because our own records say so; when it is not, we stop rather than go on wrong."""

from typing import TypeVar

T = TypeVar("T")


class Contradiction(Exception):
    """Our own records contradict each other."""


def certain(value: T | None, why: str) -> T:
    """Give a value that must be there; raise Contradiction, saying why it must, when it is not."""
    if value is None:
        raise Contradiction(why)
    return value
