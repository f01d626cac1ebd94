"""Pages as a visitor sees them, through Flask's test client. Every HTML answer is audited; see audit.py.

visitor = Visitor(app)
page = visitor.get("/")
page = page.submit("Send me a code", mailbox="ana@example.org")
assert page.heading == "Type the code"
"""

from collections.abc import Iterator, Mapping
from typing import Self
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.test import TestResponse

from tests.support.audit import faults_of, text_of
from tests.support.html_tree import parse

_REDIRECTS = {301, 302, 303, 307, 308}
_MOST_REDIRECTS = 5
_UNSENT = {"submit", "button", "image", "reset", "file"}


class Visitor:
    """One browser: its cookies, and the pages that it visits."""

    def __init__(self, app: Flask, **headers: str) -> None:
        self.app = app
        self.client = app.test_client()
        self.headers = headers

    def get(self, path: str, *, status: int = 200) -> "Page":
        """Open a page, following redirects, and audit it."""
        return self._arrive(self.client.get(path, headers=self.headers), path, status)

    def post(self, path: str, data: Mapping[str, object], *, status: int = 200) -> "Page":
        """Send a form's fields, following redirects, and audit where it lands."""
        answer = self.client.post(path, data=dict(data), headers=self.headers)
        return self._arrive(answer, path, status)

    def _arrive(self, answer: TestResponse, path: str, status: int) -> "Page":
        for _ in range(_MOST_REDIRECTS):
            if answer.status_code not in _REDIRECTS:
                break
            path = urljoin(path, answer.location)
            answer = self.client.get(path, headers=self.headers)
        assert answer.status_code == status, f"{path} answered {answer.status}: {answer.text[:2000]}"
        page = Page(self, answer, urlsplit(path).path)
        page.audit()
        return page


class Page:
    """One answer. `heading`, `title` and `text` are what a reader reads."""

    def __init__(self, visitor: Visitor, answer: TestResponse, path: str) -> None:
        self.visitor = visitor
        self.answer = answer
        self.path = path
        self.is_html = answer.mimetype == "text/html"
        source = answer.text if self.is_html else ""
        self.document = parse(source)

    def audit(self) -> Self:
        """Fail with everything that is wrong with this page."""
        if self.is_html:
            faults = faults_of(self.document, self.visitor.app, self.path)
            assert not faults, f"{self.path}:\n" + "\n".join(faults)
            assert self.answer.headers.get("Content-Security-Policy"), f"{self.path} has no content security policy"
        return self

    @property
    def heading(self) -> str:
        """The words of the h1."""
        return next(text_of(element) for element in self.document.iter("h1"))

    @property
    def title(self) -> str:
        """The words of the title."""
        return next(text_of(element) for element in self.document.iter("title"))

    @property
    def text(self) -> str:
        """All words of the main part, or of the body where there is none."""
        main = self.document.find("body//main")
        return text_of(main if main is not None else self.document)

    def links(self) -> dict[str, str]:
        """Give where each link leads, by its words."""
        return {text_of(link): link.get("href", "") for link in self.document.iter("a")}

    def follow(self, words: str, *, status: int = 200) -> "Page":
        """Open the link with these words."""
        return self.visitor.get(urljoin(self.path, self.links()[words]), status=status)

    def forms(self) -> Iterator[Element]:
        """Give every form."""
        return self.document.iter("form")

    def submit(
        self, button: str, typed: Mapping[str, object] | None = None, /, *, status: int = 200, **fields: object
    ) -> "Page":
        """Press the button with these words, the form's other fields left as the page shows them.

        typed: fields whose names are no names of Python.
        """
        form, pressed = self._button(button)
        values = self.filled(form) | dict(typed or {}) | fields
        if pressed.get("name"):
            values[str(pressed.get("name"))] = pressed.get("value", "")
        action = urljoin(self.path, pressed.get("formaction") or form.get("action") or self.path)
        return self.visitor.post(action, values, status=status)

    def filled(self, form: Element) -> dict[str, object]:
        """Read what a form would send untouched, its hidden fields included; repeated names become a list."""
        values: dict[str, list[str]] = {}
        for name, value in _values(form):
            values.setdefault(name, []).append(value)
        return {name: found[0] if len(found) == 1 else found for name, found in values.items()}

    def _button(self, words: str) -> tuple[Element, Element]:
        by_id = {form.get("id"): form for form in self.forms() if form.get("id")}
        for form in self.forms():
            outside = [one for one in self.document.iter("button") if by_id.get(one.get("form")) is form]
            for button in [*form.iter("button"), *outside]:
                if words in {text_of(button), button.get("aria-label"), button.get("value")}:
                    return form, button
        offered = [text_of(button) for button in self.document.iter("button")]
        raise AssertionError(f"no button says {words!r}; there are {offered}")


def _values(form: Element) -> Iterator[tuple[str, str]]:
    for field in form.iter():
        name = field.get("name")
        if not name or field.get("disabled") is not None:
            continue
        kind = field.get("type", "text")
        if field.tag == "input" and kind in {"checkbox", "radio"}:
            if field.get("checked") is not None:
                yield name, field.get("value", "on")
        elif field.tag == "input" and kind not in _UNSENT:
            yield name, field.get("value", "")
        elif field.tag == "textarea":
            yield name, "".join(field.itertext())
        elif field.tag == "select":
            options = list(field.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            yield from ((name, option.get("value", text_of(option))) for option in chosen)
