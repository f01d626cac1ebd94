"""What is checked on every page that a test ever sees, so that tests of behaviour audit the site for free."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

_SPOKEN_FOR = {"hidden", "submit", "button", "image", "reset"}
_URL_ATTRIBUTES = {"a": "href", "form": "action", "link": "href", "script": "src", "img": "src"}
_PLACES: WeakKeyDictionary[Flask, dict[tuple[str, str], bool]] = WeakKeyDictionary()
_POINTING = {"for", "aria-describedby", "aria-labelledby", "aria-controls", "aria-errormessage"}


def text_of(element: Element) -> str:
    """Give the text of an element, its spaces made single."""
    return " ".join("".join(element.itertext()).split())


def faults_of(document: Element, app: Flask, path: str) -> list[str]:
    """List everything that is wrong with a page; path is where it was shown, for links relative to it."""
    own = (_headings, _language, _ids, _regions, _labels, _tokens, _inline)
    checks = (*own, lambda page: _links(page, app, path))
    return [fault for check in checks for fault in check(document)]


def _headings(page: Element) -> Iterator[str]:
    headings = [text_of(element) for element in page.iter("h1")]
    title = page.find("head/title")
    if len(headings) != 1 or not headings[0]:
        yield f"a page has one h1 with words in it, not {headings}"
    elif title is None or not _agree(text_of(title), headings[0]):
        yield f"the title {text_of(title) if title is not None else None!r} does not agree with the h1 {headings[0]!r}"


def _agree(title: str, heading: str) -> bool:
    """Tell whether a title says what the heading says, whatever stands around it, such as the shop's name."""
    plain_heading = heading.casefold().rstrip(".!?")
    return any(
        part in plain_heading or plain_heading in part
        for part in (piece.strip().casefold().rstrip(".!?") for piece in title.replace(":", "·").split("·"))
        if part
    )


def _language(page: Element) -> Iterator[str]:
    if not page.get("lang"):
        yield "the html element has no lang attribute"


def _ids(page: Element) -> Iterator[str]:
    ids = Counter(element.get("id") for element in page.iter() if element.get("id") is not None)
    yield from (f"the id {name!r} stands {count} times" for name, count in ids.items() if count > 1 or not name)
    for element in page.iter():
        for attribute in element.attrib.keys() & _POINTING:
            for target in element.attrib[attribute].split():
                if target not in ids:
                    yield f"{attribute}={target!r} points nowhere"


def _regions(page: Element) -> Iterator[str]:
    """Whoever goes from part to part by name must find each once."""
    words = {element.get("id"): text_of(element) for element in page.iter()}
    names = Counter(
        element.get("aria-label") or " ".join(words[one] for one in element.get("aria-labelledby", "").split())
        for element in page.iter()
        if element.get("role") == "region" or (element.tag == "section" and not element.get("role"))
    )
    yield from (f"{count} regions are named {name!r}" for name, count in names.items() if name and count > 1)


def _labels(page: Element) -> Iterator[str]:
    labelled = {label.get("for") for label in page.iter("label")}
    wrapped = {id(child) for label in page.iter("label") for child in label.iter()}
    for element in page.iter():
        named = element.get("aria-label") or element.get("aria-labelledby")
        if element.tag in {"select", "textarea"} or (
            element.tag == "input" and element.get("type", "text") not in _SPOKEN_FOR
        ):
            if not (named or element.get("id") in labelled or id(element) in wrapped):
                yield f"the field {element.get('name')!r} has no label"
        elif element.tag in {"button", "a", "summary"} and not (
            named or text_of(element) or _has_picture_text(element)
        ):
            yield f"a {element.tag} says nothing: {element.attrib}"
        elif element.tag == "img" and element.get("alt") is None:
            yield f"the picture {element.get('src')!r} has no alt attribute"


def _has_picture_text(element: Element) -> bool:
    return any(picture.get("alt") for picture in element.iter("img"))


def _tokens(page: Element) -> Iterator[str]:
    for form in page.iter("form"):
        tokens = [field for field in form.iter("input") if field.get("name") == "csrf_token" and field.get("value")]
        if form.get("method", "get").lower() == "post" and not tokens:
            yield f"the form to {form.get('action')!r} has no CSRF token"


def _inline(page: Element) -> Iterator[str]:
    for element in page.iter():
        if element.get("style") is not None or element.tag == "style":
            yield f"<{element.tag}> carries inline style"
        if any(name.startswith("on") for name in element.attrib):
            yield f"<{element.tag}> carries an event attribute"
        if element.tag == "script" and not element.get("nonce"):
            yield "a script has no nonce"


def _links(page: Element, app: Flask, path: str) -> Iterator[str]:
    ids = {element.get("id") for element in page.iter()}
    for element in page.iter():
        attribute = _URL_ATTRIBUTES.get(element.tag)
        address = element.get(attribute) if attribute else None
        if address is None:
            continue
        parts = urlsplit(address)
        if parts.scheme == "javascript":
            yield f"{address!r} is a script"
        elif parts.scheme or parts.netloc:
            continue
        elif not parts.path:
            if parts.fragment and parts.fragment not in ids | {"top"}:
                yield f"{address!r} points nowhere on this page"
        elif not _resolves(app, _absolute(parts.path, path), _method(element)):
            yield f"{address!r} leads to no page ({_method(element)})"


def _absolute(target: str, path: str) -> str:
    return target if target.startswith("/") else path.rsplit("/", 1)[0] + "/" + target


def _method(element: Element) -> str:
    return element.get("method", "get").upper() if element.tag == "form" else "GET"


def _resolves(app: Flask, path: str, method: str) -> bool:
    # A table of rules leads to the same few hundred places on each page that a test sees.
    known = _PLACES.setdefault(app, {})
    if (path, method) not in known:
        known[path, method] = _leads(app, path, method)
    return known[path, method]


def _leads(app: Flask, path: str, method: str) -> bool:
    try:
        endpoint, values = app.url_map.bind("localhost").match(path, method=method)
    except RequestRedirect:
        return True
    except (MethodNotAllowed, HTTPException):
        return False
    if endpoint == "static" and app.static_folder:
        return (Path(app.static_folder) / values["filename"]).is_file()
    return True
