"""Every template is used, and none carries what the content security policy would refuse."""

import re

from tests.house.sources import ROOT, name_of, page_files, python_files

LETTERS = ROOT / "portal" / "letters" / "mail"
INLINE = re.compile(r"\sstyle=|\son[a-z]+=|<style|javascript:", re.IGNORECASE)
EXPRESSION = re.compile(r"\{%.*?%\}|\{\{.*?\}\}")


def test_every_template_is_used():
    pages = page_files("templates")
    sources = [path.read_text(encoding="utf-8") for path in [*python_files("portal"), *pages]]

    unused = [name for path in pages if not _mentioned(name := str(path.relative_to(ROOT / "templates")), sources)]

    assert unused == []


def test_every_letter_is_used():
    sources = [path.read_text(encoding="utf-8") for path in python_files("portal")]

    unused = [folder.name for folder in LETTERS.glob("[a-z]*/") if not _mentioned(folder.name, sources)]

    assert unused == []


def test_no_page_holds_inline_style_or_script():
    inline = [
        f"{name_of(path)}:{number}"
        for path in page_files("templates")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if INLINE.search(EXPRESSION.sub("", line)) or ("<script" in line and "nonce=" not in line)
    ]

    assert inline == []


def _mentioned(name: str, sources: list[str]) -> bool:
    # The sandbox is an application of its own, and names its templates from within its folder.
    quoted = re.compile(rf"""["'](?:{re.escape(name)}|{re.escape(name.removeprefix("sandbox/"))})["']""")
    return any(quoted.search(source) for source in sources)
