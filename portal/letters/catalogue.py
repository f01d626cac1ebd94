"""The catalogue's keeper: takes every sentence from the code and the templates into the translations, and checks them.

``python -m portal.letters.catalogue update`` and ``python -m portal.letters.catalogue check [folder ...]``.
"""

import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, TextIO

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

from portal.letters.language import FOLDER, LOCALES

ROOT = Path(__file__).parents[2]
_SOURCES = ("portal", "templates")
_RULES = "portal.letters.catalogue:rules"
_METHODS = [("**.py", "python"), ("**.html", "jinja2"), ("**.txt", "jinja2"), ("**.toml", _RULES)]
_OPTIONS = {"**.html": {"trimmed": "true", "silent": "false"}, "**.txt": {"trimmed": "true", "silent": "false"}}
# ``refuse`` is how the strict reader of policies says why, behind the place that it is about.
_REFUSED = {"refuse": (2,)}
# ``msg`` and ``msgs`` are how letters mark sentences in tables; the lazy ones are how forms and pages do.
_LAZY = {"lazy": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
_KEYWORDS = {**DEFAULT_KEYWORDS, "msg": None, "msgs": (1, 2), **_LAZY, **_REFUSED}
_PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sd%]")
_NOISE = re.compile(
    r'^"(?:Project-Id|Report-|POT-|PO-Revision|Last-Translator|Language-Team|Generated-By)[^\n]*\n', re.MULTILINE
)
_MOST_SHOWN = 70


@dataclass(frozen=True, slots=True)
class Gap:
    """What is wrong with one sentence of one catalogue."""

    locale: str
    sentence: str
    what: str
    where: str


def extract(root: Path = ROOT, under: str = "") -> Catalog:
    """Collect every sentence that the sources, or one folder of them, mark for translation."""
    found = Catalog(charset="utf-8")
    for source in (under.rstrip("/"),) if under else _SOURCES:
        if not (root / source).exists():
            continue
        extracted = extract_from_dir(
            root / source, _METHODS, _OPTIONS, _KEYWORDS, comment_tags=("Translators:",), strip_comment_tags=True
        )
        for file, line, text, comments, context in extracted:
            found.add(text, None, [(f"{source}/{file}", line)], auto_comments=comments, context=context)
    return found


def rules(source: BinaryIO, *_marks: object, **_options: object) -> Iterator[tuple[int, None, str, list[str]]]:
    """Collect what the rules of a policy file say of themselves, the way Babel asks its methods to."""
    for rule in tomllib.load(source).get("rules", []):
        yield 0, None, rule["describe"], []


def update(root: Path = ROOT) -> dict[str, int]:
    """Bring every catalogue up to the sources: what is translated stays, what is no longer said goes.

    Returns how many sentences each has.
    """
    template = extract(root)
    counts = {}
    for locale in LOCALES[1:]:
        catalogue = _read(locale)
        catalogue.update(template, no_fuzzy_matching=True)
        _write(locale, catalogue)
        counts[locale] = len(catalogue)
    return counts


def gaps(under: str = "", root: Path = ROOT) -> list[Gap]:
    """List what is untranslated, fuzzy or has other placeholders; under limits it to one folder of the sources."""
    template = extract(root, under)
    return [
        Gap(locale, _texts(message.id)[0], what, message.locations[0][0])
        for locale in LOCALES[1:]
        for message, what in compare(template, _read(locale))
    ]


def compare(template: Catalog, catalogue: Catalog) -> Iterator[tuple[Message, str]]:
    """Give every sentence of a template that a catalogue does not translate well, and what is wrong."""
    for message in template:
        if not message.id:
            continue
        translated = catalogue.get(message.id, message.context)
        what = "untranslated" if translated is None else fault(message, translated)
        if what:
            yield message, what


def fault(message: Message, translated: Message) -> str:
    """Tell what is wrong with one translation; empty where nothing is."""
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


def _texts(text: str | Sequence[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _path(locale: str) -> Path:
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


def _read(locale: str) -> Catalog:
    if not _path(locale).exists():
        return Catalog(locale=locale, project="Amends", charset="utf-8", fuzzy=False)
    with _path(locale).open("rb") as source:
        return read_po(source, locale=locale, abort_invalid=True)


def _write(locale: str, catalogue: Catalog) -> None:
    # The bare header is all that a reader needs; dates in it would make every update a change.
    catalogue.header_comment = "# The words of Amends. Kept by: python -m portal.letters.catalogue update"
    _path(locale).parent.mkdir(parents=True, exist_ok=True)
    lines = BytesIO()
    # A sentence that the sources no longer say is dropped, so that the file holds what is said and nothing else.
    write_po(lines, catalogue, width=0, include_lineno=False, sort_output=True, ignore_obsolete=True)
    text = _NOISE.sub("", lines.getvalue().decode("utf-8"))
    _path(locale).write_text(text, encoding="utf-8")


def main(arguments: Sequence[str], out: TextIO) -> int:
    """Run one command; returns what the shell gets: 0, 1 where check found gaps, 2 for a command that is not one."""
    match list(arguments):
        case ["update"]:
            out.writelines(f"{locale}: {count} sentences\n" for locale, count in update().items())
            return 0
        case ["check", *folder]:
            found = [gap for under in folder or [""] for gap in gaps(under)]
            out.writelines(
                f"{gap.locale}: {gap.what}: {gap.sentence[:_MOST_SHOWN]!r} in {gap.where}\n" for gap in found
            )
            out.write(f"{len(found)} sentences to mend\n")
            return 1 if found else 0
    out.write("usage: python -m portal.letters.catalogue update | check [folder ...]\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], sys.stdout))
