"""What passes a door, in pieces with the text of each: statements to PostgreSQL, and anything else as it comes."""

import struct
from collections.abc import Iterator
from typing import Protocol

_HEAD = 5


class Reader(Protocol):
    """Cuts what is asked on one connection into pieces, and tells the text of each; empty where it says nothing."""

    def feed(self, chunk: bytes) -> Iterator[tuple[bytes, str]]: ...


class Plain:
    """HTTP and SMTP: what comes at once is one piece."""

    def feed(self, chunk: bytes) -> Iterator[tuple[bytes, str]]:
        yield chunk, chunk.decode("latin-1")


class Statements:
    """What a client of PostgreSQL sends, message by message (PostgreSQL, chapter 55, message formats).

    A prepared statement is sent once and named afterwards, so its text is kept by its name.
    """

    def __init__(self) -> None:
        self._left = b""
        self._began = False
        self._prepared: dict[bytes, str] = {}
        self._said: list[str] = []

    def feed(self, chunk: bytes) -> Iterator[tuple[bytes, str]]:
        self._left += chunk
        quiet = b""
        while (length := self._whole()) is not None:
            message, self._left = self._left[:length], self._left[length:]
            text = self._text(message) if self._began else ""
            self._began = True
            if not text:
                quiet += message
                continue
            if quiet:
                yield quiet, ""
                quiet = b""
            yield message, self._with_what_came_before(text)
        if quiet:
            yield quiet, ""

    def _with_what_came_before(self, text: str) -> str:
        """Tell with a commit what is committed."""
        if text.startswith("BEGIN"):
            self._said.clear()
        self._said.append(text)
        return "COMMIT after " + " ".join(self._said) if text == "COMMIT" else text

    def _whole(self) -> int | None:
        """Tell how long the first message is, where all of it is here. The very first has no letter before it."""
        letter = 1 if self._began else 0
        if len(self._left) < letter + 4:
            return None
        length = letter + int(struct.unpack_from("!i", self._left, letter)[0])
        return length if len(self._left) >= length else None

    def _text(self, message: bytes) -> str:
        kind, body = message[:1], message[_HEAD:]
        if kind == b"Q":
            return body.rstrip(b"\0").decode("utf-8", "replace")
        if kind == b"P":
            name, _, rest = body.partition(b"\0")
            self._prepared[name] = rest.partition(b"\0")[0].decode("utf-8", "replace")
            return self._prepared[name]
        if kind == b"B":
            name, _, values = body.partition(b"\0")[2].partition(b"\0")
            return f"{self._prepared.get(name, '')} -- {values.decode('latin-1')}"
        return ""
