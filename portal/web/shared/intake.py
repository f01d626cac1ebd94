"""What may come in with a request: its size, its encoding, and no field that nobody could have typed."""

import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, cast
from urllib.parse import unquote_to_bytes

from flask import Flask, Request, abort, current_app, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnprocessableEntity, UnsupportedMediaType

from portal.web.shared.at_hand import the_request
from portal.web.shared.forms import LONGEST_WORDS

View = TypeVar("View", bound=Callable[..., Any])
_MEGABYTE = 1024 * 1024
MOST_BYTES = _MEGABYTE
MOST_BYTES_WITH_PHOTOS = 10 * 10 * _MEGABYTE + _MEGABYTE
MOST_BYTES_OF_A_TEXT = 5 * _MEGABYTE
MOST_FIELDS = 1000
_LONGEST_TARGET = 4000
# Everything below the blank but TAB, LF and CR, and DELETE: no keyboard types them, and PostgreSQL refuses the first.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def takes_photos(view: View) -> View:
    """Mark a view whose request may carry ten photos; every other takes up to a megabyte."""
    cast("Any", view).most_bytes = MOST_BYTES_WITH_PHOTOS
    return view


def takes_a_long_text(view: View) -> View:
    """Mark a view whose form may hold a whole document, sent as it is, which is five megabytes at most."""
    cast("Any", view).most_bytes = MOST_BYTES_OF_A_TEXT
    cast("Any", view).most_in_memory = MOST_BYTES_OF_A_TEXT
    return view


def takes_repeated(*names: str) -> Callable[[View], View]:
    """Mark a view whose form may send these fields more than once; any other field that comes twice is refused."""

    def mark(view: View) -> View:
        cast("Any", view).repeated = frozenset(names)
        return view

    return mark


def add_limits(app: Flask) -> None:
    """Set the sizes that hold for every view, and tell the templates how many words a box takes."""
    app.config.update(
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=MOST_FIELDS,
    )
    app.jinja_env.globals["longest_words"] = LONGEST_WORDS
    app.teardown_request(_close_files)


def _close_files(_error: BaseException | None) -> None:
    """Close what was uploaded; large files lie on the disk until then."""
    sent = the_request()
    if sent.method == "POST":
        sent.close()


def check_intake() -> None:
    """Refuse a request that is too large, or whose address nobody types; called before anything is read."""
    sent = the_request()
    view = current_app.view_functions.get(sent.endpoint or "")
    sent.max_content_length = getattr(view, "most_bytes", MOST_BYTES)
    sent.max_form_memory_size = getattr(view, "most_in_memory", MOST_BYTES)
    if sent.content_length is not None and sent.content_length > sent.max_content_length:
        raise RequestEntityTooLarge
    if CONTROL.search(sent.path) or "\ufffd" in sent.path:
        abort(404)
    _check_query(sent)


def check_form() -> None:
    """Read a form, and refuse what nobody types in it; called once it is known who sends it."""
    sent = the_request()
    if sent.method not in {"POST", "PUT", "PATCH", "DELETE"} or is_for_machines():
        return
    view = current_app.view_functions.get(sent.endpoint or "")
    if view is not None:
        _check_fields(sent, getattr(view, "repeated", frozenset()))


def is_for_machines() -> bool:
    """Tell whether a program speaks to us: then errors are JSON, and bodies are read by the view."""
    return request.path.startswith(("/api/", "/hooks/"))


def _check_query(sent: Request) -> None:
    query = sent.query_string
    if len(query) > _LONGEST_TARGET:
        raise BadRequest("the address is too long")
    if not query:
        return
    _check_encoding(query)
    _check_pairs(sent.args.items(multi=True), frozenset())


def _check_fields(sent: Request, repeated: frozenset[str]) -> None:
    if sent.content_length == 0:
        return
    if sent.mimetype not in _FORMS:
        raise UnsupportedMediaType("this is not a form")
    if sent.mimetype_params.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
        raise BadRequest("the form is not UTF-8")
    if sent.mimetype == _FORMS[0]:
        _check_body(sent)
    _check_pairs(sent.form.items(multi=True), repeated)
    for name, value in sent.form.items():
        if name in sent.args and sent.args[name] != value:
            raise BadRequest("address and form disagree")


def _check_body(sent: Request) -> None:
    body = sent.get_data(cache=True, parse_form_data=False)
    # Who left half way sent only some of their fields, and perhaps half of an amount.
    if sent.content_length is not None and len(body) != sent.content_length:
        raise BadRequest("the form did not come whole")
    if body.count(b"&") >= MOST_FIELDS:
        raise RequestEntityTooLarge
    _check_encoding(body)


def _check_encoding(raw: bytes) -> None:
    try:
        unquote_to_bytes(raw.replace(b"+", b" ")).decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest("the text is not UTF-8") from error


def _check_pairs(pairs: Iterable[tuple[str, str]], repeated: frozenset[str]) -> None:
    seen = set()
    for name, value in pairs:
        if CONTROL.search(name) or CONTROL.search(value):
            raise UnprocessableEntity("control characters")
        if name in seen and name not in repeated:
            raise BadRequest("a field came twice")
        seen.add(name)
