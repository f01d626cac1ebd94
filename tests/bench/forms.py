"""Reads from a page only what a browser would send back: the fields of one form, with hardly any work for it."""

import html
import re
from urllib.parse import urlencode

_INPUT = re.compile(r"<input\b([^>]*)>")
_NAME, _VALUE, _TYPE = (
    re.compile(r'\bname="([^"]*)"'),
    re.compile(r'\bvalue="([^"]*)"'),
    re.compile(r'\btype="([^"]*)"'),
)


class PageMissesForm(Exception):
    """A page does not hold the form that the journey goes on with; the message says what it holds instead."""


def form_in(page: bytes, mark: str) -> str:
    """Give the part of a page that is the form with this mark in its opening tag; raise PageMissesForm."""
    text = page.decode()
    at = text.find(mark)
    start = text.rfind("<form", 0, at)
    end = text.find("</form>", at)
    if at < 0 or start < 0 or end < 0:
        heading = re.search(r"<h1[^>]*>(.*?)</h1>", text, re.DOTALL)
        raise PageMissesForm(f"no form {mark} on the page “{heading.group(1) if heading else text[:200]}”")
    return text[start:end]


def filled_in(form: str, *, choose: str = "") -> bytes:
    """Fill a form in as hardly as can be: every tick set, of every choice the one that is named, the rest as it is."""
    fields = []
    for tag in _INPUT.findall(form):
        name, value, kind = _NAME.search(tag), _VALUE.search(tag), _TYPE.search(tag)
        if name is None:
            continue
        said = html.unescape(value.group(1)) if value else ""
        if kind and kind.group(1) == "radio" and said != choose:
            continue
        fields.append((name.group(1), said))
    return urlencode(fields).encode()
