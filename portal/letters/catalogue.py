"""The catalogue's keeper: takes every sentence from the code and the templates into the translations, and checks them.

``python -m portal.letters.catalogue update`` and ``python -m portal.letters.catalogue check [folder]``.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from portal.letters.language import FOLDER, LOCALES

ROOT = Path(__file__).parents[2]
_SOURCES = ("portal", "templates")
_METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2")]
_OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}, "**.txt": {"trimmed": "true", "silent": "false"}}
# ``msg`` and ``msgs`` are how letters mark sentences in tables; the lazy ones are how forms do.
_KEYWORDS = {**DEFAULT_KEYWORDS, "msg": None, "msgs": (1, 2), "lazy_gettext": None, "lazy_ngettext": (1, 2)}
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sd%]")
_MOST_SHOWN = 70


@dataclass(frozen=True, slots=True)
class Gap:
    """What is wrong with one sentence of one catalogue."""

    locale: str
    sentence: str
    what: str
    where: str


def extract(root: Path = ROOT) -> Catalog:
    """Collect every sentence that the sources under a root mark for translation."""
    found = Catalog(charset="utf-8")
    for source in _SOURCES:
        if not (root / source).exists():
            continue
        extracted = extract_from_dir(
            root / source, _METHODS, _OPTIONS, _KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
        )
        for file, line, text, comments, context in extracted:
            found.add(text, None, [(f"{source}/{file}", line)], auto_comments=comments, context=context)
    return found


def update(root: Path = ROOT) -> dict[str, int]:
    """Bring every catalogue up to the sources, keeping what is translated. Returns how many sentences each has."""
    template = extract(root)
    counts = {}
    for locale in LOCALES[1:]:
        catalogue = _read(locale)
        catalogue.update(template, no_fuzzy_matching=True, update_creation_date=False)
        path = _path(locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as target:
            write_po(target, catalogue, width=0, include_lineno=False, sort_output=True, omit_header=False)
        counts[locale] = len(catalogue)
    return counts


def gaps(under: str = "", root: Path = ROOT) -> list[Gap]:
    """List what is untranslated, fuzzy or has other placeholders; under limits it to sources whose path starts so."""
    return [
        Gap(locale, _sentence(message), what, message.locations[0][0])
        for locale in LOCALES[1:]
        for message, what in _compare(extract(root), _read(locale))
        if any(file.startswith(under) for file, _ in message.locations)
    ]


def _compare(template: Catalog, catalogue: Catalog) -> Iterator[tuple[Message, str]]:
    for message in template:
        if not message.id:
            continue
        translated = catalogue.get(message.id, message.context)
        what = "untranslated" if translated is None else _fault(message, translated)
        if what:
            yield message, what


def _fault(message: Message, translated: Message) -> str:
    texts = _texts(translated.string)
    if translated.fuzzy:
        return "fuzzy"
    if not texts or not all(texts):
        return "untranslated"
    # A singular may leave its number out ("one day"), so what a text must hold is what all of the originals hold.
    originals = [set(_PLACEHOLDER.findall(text)) for text in _texts(message.id)]
    must, may = set.intersection(*originals), set.union(*originals)
    if any(not must <= set(_PLACEHOLDER.findall(text)) <= may for text in texts):
        return "other placeholders"
    return ""


def _texts(text: str | Sequence[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def _sentence(message: Message) -> str:
    return _texts(message.id)[0]


def _path(locale: str) -> Path:
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


def _read(locale: str) -> Catalog:
    if not _path(locale).exists():
        return Catalog(locale=locale, project="Amends", charset="utf-8", fuzzy=False)
    with _path(locale).open("rb") as source:
        return read_po(source, locale=locale, abort_invalid=True)


def main(arguments: Sequence[str], out: TextIO) -> int:
    """Run one command; returns what the shell gets: 0, 1 where check found gaps, 2 for a command that is not one."""
    if list(arguments) == ["update"]:
        for locale, count in update().items():
            out.write(f"{locale}: {count} sentences\n")
        return 0
    if arguments and arguments[0] == "check" and len(arguments) < 3:
        found = gaps(*arguments[1:])
        for gap in found:
            out.write(f"{gap.locale}: {gap.what}: {gap.sentence[:_MOST_SHOWN]!r} in {gap.where}\n")
        out.write(f"{len(found)} sentences to mend\n")
        return 1 if found else 0
    out.write("usage: python -m portal.letters.catalogue update | check [folder]\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout))
