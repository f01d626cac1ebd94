"""Read a feed file in pieces: check every line, give the good ones in one clean form, and tell every bad one.

Nothing here holds the file: a piece is read, checked and given on. What only shows between lines, such as an order
with two mailboxes, is not seen here.
"""

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

from portal.domain.currencies import KNOWN
from portal.domain.feed import BadLine, BadLines, Column, FeedFile
from portal.domain.feed_cells import BadCell, read_cell
from portal.domain.feed_header import FeedUnreadable, read_header
from portal.domain.feed_shape import line_shape
from portal.domain.money import exponent

_PIECE = 1 << 18
_LONGEST_LINE = 1 << 20
_MOST_LINES_OF_A_RECORD = 100
_QUOTED = re.compile(r'[",\r\n]')


class Source(Protocol):
    """A file of bytes, as far as it is needed to read it once from start to end."""

    def read(self, size: int, /) -> bytes:
        """Give at most so many bytes, none at the end."""

    def readline(self, size: int, /) -> bytes:
        """Give the rest of the line, at most so many bytes."""


@dataclass(slots=True)
class FeedReader:
    """Reads one file from its start. `lines` counts the records given, `columns` is known once the header was read."""

    file: FeedFile
    source: Source
    bad: BadLines
    columns: tuple[Column, ...] = ()
    records: int = 0
    _number: int = 0
    _shape: re.Pattern[str] | None = None
    _currency_at: int = -1
    _waiting: deque[tuple[int, str]] = field(default_factory=deque)

    def start(self) -> None:
        """Read the header; raise FeedUnreadable when it is not one of ours."""
        self.columns = read_header(self.file, self.source.readline(_LONGEST_LINE))
        names = [column.name for column in self.columns]
        self._currency_at = names.index("currency") if "currency" in names else -1
        self._number = 1

    def pieces(self) -> Iterator[str]:
        """Give the good lines as CSV, each led by its line number, some thousand lines at a time."""
        for text in self._texts():
            piece = self._checked(text)
            if piece:
                yield piece
        last = "".join(self._forsaken(everything=True))
        if last:
            yield last

    def _texts(self) -> Iterator[str]:
        """Give pieces of whole lines, decoded, with one kind of line break, each line ended."""
        while piece := self.source.read(_PIECE):
            if not piece.endswith(b"\n"):
                rest = self.source.readline(_LONGEST_LINE)
                if len(rest) == _LONGEST_LINE and not rest.endswith(b"\n"):
                    raise FeedUnreadable(f"after line {self._number} there is a line of more than a million characters")
                piece += rest if rest.endswith(b"\n") else rest + b"\n"
            try:
                text = piece.decode()
            except UnicodeDecodeError:
                text = self._decoded_with_care(piece)
            yield text.replace("\r\n", "\n") if "\r" in text else text

    def _decoded_with_care(self, piece: bytes) -> str:
        """Decode line by line. A line that is not UTF-8 becomes one that only holds NUL, which _careful knows."""
        lines = []
        for number, line in enumerate(piece.split(b"\n")[:-1], self._number + 1):
            try:
                lines.append(line.decode())
            except UnicodeDecodeError as error:
                at = f"byte 0x{line[error.start]:02X} at position {error.start + 1}"
                self._refuse(number, f"is not UTF-8 ({at}); save the file as UTF-8, it may be Latin-1 or Windows-1252")
                lines.append("\0")
        return "\n".join(lines) + "\n"

    def _checked(self, text: str) -> str:
        if self._shape is None:
            self._shape = self._guessed_shape(text)
        matches, number = self._shape.match, self._number
        good: list[str] = []
        add = good.append
        for line in text.split("\n")[:-1]:
            number += 1
            if self._waiting or not matches(line + "\n"):
                good.extend(self._careful(number, line))
            else:
                add(f"{number},{line}\n")
        self._number = number
        self.records += len(good)
        return "".join(good)

    def _guessed_shape(self, text: str) -> re.Pattern[str]:
        """Expect the kind of currency that the first line has; lines with another kind are read with care."""
        first = next(csv.reader(text.split("\n", 1)[:1]), [])
        known = 0 <= self._currency_at < len(first) and first[self._currency_at] in KNOWN
        digits = exponent(first[self._currency_at]) if known else 2 if self._currency_at >= 0 else 3
        return line_shape(self.columns, digits)

    def _careful(self, number: int, line: str) -> Iterator[str]:
        """Read a line that is not like the others, or a part of a record that goes on over several lines."""
        self._waiting.append((number, line))
        if sum(part.count('"') for _, part in self._waiting) % 2:
            yield from self._forsaken(everything=False)
            return
        first = self._waiting[0][0]
        record = "\n".join(part for _, part in self._waiting)
        self._waiting.clear()
        yield from self._record(first, record)

    def _forsaken(self, *, everything: bool) -> Iterator[str]:
        """Give up on a quote that never closes: tell its line, and read the lines after it on their own."""
        while self._waiting and (everything or len(self._waiting) > _MOST_LINES_OF_A_RECORD):
            number, _ = self._waiting.popleft()
            self._refuse(number, "opens a quote that never closes")
            later, self._waiting = self._waiting, deque()
            for line_number, line in later:
                yield from self._careful(line_number, line)

    def _record(self, number: int, record: str) -> Iterator[str]:
        if record == "\0":
            return
        if not record.strip(" \t\r\n,"):
            self._refuse(number, "is empty")
            return
        try:
            cells = next(csv.reader([record], strict=True))
        except csv.Error as error:
            self._refuse(number, f"is not well-formed CSV: {error}")
            return
        if len(cells) != len(self.columns):
            self._refuse(number, f"has {len(cells)} cells where the header has {len(self.columns)} columns")
            return
        clean = self._clean_cells(number, cells)
        if clean is not None:
            yield f"{number},{','.join(map(_as_csv, clean))}\n"

    def _clean_cells(self, number: int, cells: list[str]) -> list[str] | None:
        digits = -1
        if self._currency_at >= 0 and cells[self._currency_at].strip() in KNOWN:
            digits = exponent(cells[self._currency_at].strip())
        clean, reasons = [], []
        for column, cell in zip(self.columns, cells, strict=True):
            try:
                clean.append(read_cell(column, cell, digits))
            except BadCell as error:
                reasons.append(f"{column.name} {error}")
        if reasons:
            self._refuse(number, "; ".join(reasons))
            return None
        return clean

    def _refuse(self, number: int, reason: str) -> None:
        self.bad.add(BadLine(self.file, number, reason))


def _as_csv(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell
