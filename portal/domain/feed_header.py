"""Read the first line of a feed file, and say plainly what kind of file it is when it is not ours."""

import codecs
import csv

from portal.domain.errors import AmendsError
from portal.domain.feed import COLUMNS, Column, FeedFile

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_SPREADSHEETS = {
    b"PK\x03\x04": "an XLSX workbook",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"\x1f\x8b": "compressed",
}


class FeedUnreadable(AmendsError):
    """A file of the feed cannot be read at all; the message says why and what to do."""


def read_header(file: FeedFile, line: bytes) -> tuple[Column, ...]:
    """Give the columns in the order in which the file has them; raise FeedUnreadable.

    A byte order mark is taken off; letter case and blanks around a name do not count.
    """
    text = _decoded(file, line)
    known = {column.name: column for column in COLUMNS[file]}
    names = _names(file, text)
    twice = sorted({name for name in names if names.count(name) > 1})
    unknown = sorted(set(names) - set(known))
    missing = [name for name, column in known.items() if column.needed and name not in names]
    problems = [
        f"{word}: {', '.join(found)}"
        for word, found in (("twice in its header", twice), ("unknown columns", unknown), ("missing columns", missing))
        if found
    ]
    if problems:
        raise FeedUnreadable(f"the {file} file has {'; '.join(problems)}")
    return tuple(known[name] for name in names)


def _decoded(file: FeedFile, line: bytes) -> str:
    if not line.strip():
        raise FeedUnreadable(f"the {file} file is empty or its first line is")
    if line.startswith(_WIDE):
        raise FeedUnreadable(f"the {file} file is UTF-16; save it as CSV in UTF-8")
    for start, kind in _SPREADSHEETS.items():
        if line.startswith(start):
            raise FeedUnreadable(f"the {file} file is {kind}; save it as CSV in UTF-8")
    try:
        return line.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        raise FeedUnreadable(f"line 1 of the {file} file is not UTF-8; save it as CSV in UTF-8") from error


def _names(file: FeedFile, text: str) -> list[str]:
    for separator, word in _OTHER_SEPARATORS.items():
        if separator in text and "," not in text:
            raise FeedUnreadable(f"the {file} file is separated by {word}; save it with commas")
    try:
        names = next(csv.reader([text.rstrip("\r\n")], strict=True))
    except csv.Error as error:
        raise FeedUnreadable(f"line 1 of the {file} file is not well-formed CSV: {error}") from error
    return [name.strip().lower() for name in names]
