"""Words that we never say to a customer, by language, and where we speak to customers.

From what the product believes: no conditional sorry, no "unfortunately", no "inconvenience", no passive dodge, no
policy talk, no blame. "if" is banned with them, because a promise is not conditional.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.pofile import read_po

from tests.house.sources import ROOT, name_of, python_files, tree_of

ENGLISH = re.compile(
    r"\b(if|unfortunately|inconveniences?|polic(?:y|ies)|as per|regret|we apologi[sz]e for any|any trouble"
    r"|mistakes? (?:was|were) made|has been decided|your (?:own )?fault|you (?:failed|claim(?:ed)? that)"
    r"|you should have (?:known|told|read|checked|said)"
    r"|terms and conditions|not our (?:fault|responsibility)|valued customer|rejected)\b",
    re.IGNORECASE,
)
PORTUGUESE = re.compile(
    r"\b(infelizmente|inconvenientes?|inconveniências?|transtornos?|polític[ao]s?|conforme|lamentavelmente"
    r"|lamentamos qualquer|caso (?:você|tenha|haja)|se (?:você|houve|houver|algo)|sua culpa|culpa sua|você deveria ter"
    r"|termos e condições|foi decidido|rejeitad[oa]s?|prezad[oa]s?)\b",
    re.IGNORECASE,
)
_TRANSLATED = {"_", "gettext", "ngettext", "msg", "msgs", "lazy", "lazy_gettext", "pgettext"}
_CODE_AND_TAGS = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", re.DOTALL)
_TRANSLATED_IN_TEMPLATE = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
# What only staff, finance or machines read.
_INSIDE = (
    "templates/staff",
    "templates/finance",
    "templates/sandbox",
    "portal/web/staff",
    "portal/web/finance",
    "portal/domain",
)

Saying = tuple[str, str]


def sayings() -> Iterator[Saying]:
    """Give every text that a customer may read, in English, with the file that holds it."""
    for path in sorted([*(ROOT / "templates").rglob("*.html"), *(ROOT / "portal/letters").rglob("*.*")]):
        if path.suffix in {".html", ".txt"} and not name_of(path).startswith(_INSIDE):
            yield from _of_template(path)
    for path in python_files("portal/letters", "portal/web/customer", "portal/web/shared"):
        yield from _of_code(path)


def portuguese_sayings() -> Iterator[Saying]:
    """Give the Portuguese of every message that a customer may read."""
    catalogue = ROOT / "portal/letters/translations/pt_BR/LC_MESSAGES/messages.po"
    if not catalogue.exists():
        return
    with catalogue.open("rb") as file:
        for message in read_po(file, locale="pt_BR"):
            places = [place for place, _ in message.locations]
            if message.id and not (places and all(place.startswith(_INSIDE) for place in places)):
                texts = message.string if isinstance(message.string, tuple | list) else [message.string]
                yield from ((f"messages.po:{message.lineno}", text) for text in texts if text)


def _of_template(path: Path) -> Iterator[Saying]:
    source = path.read_text(encoding="utf-8")
    yield name_of(path), " ".join(_CODE_AND_TAGS.sub(" ", source).split())
    for match in _TRANSLATED_IN_TEMPLATE.finditer(source):
        yield name_of(path), match.group(1)


def _of_code(path: Path) -> Iterator[Saying]:
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _TRANSLATED:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield f"{name_of(path)}:{argument.lineno}", argument.value
