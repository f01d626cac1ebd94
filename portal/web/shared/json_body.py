"""JSON from machines, read strictly: one object, UTF-8, no NaN, no name twice, nothing too deep, no half characters."""

import json
import re
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

_DEEPEST = 20
_MOST_DIGITS = 18
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
_BRACKET = re.compile(rb"[][{}]")


def json_body() -> dict[str, Any]:
    """Read the body of this request; raise UnsupportedMediaType, or BadRequest with what is wrong with it."""
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("send application/json")
    return read_json(request.get_data(cache=True))


def read_json(raw: bytes, *, fractions: bool = False) -> dict[str, Any]:
    """Read one JSON object; raise BadRequest with what is wrong with it. fractions: they are no error."""
    _check_depth(raw)
    try:
        read = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_once_each,
            parse_constant=_refuse_constant,
            parse_float=float if fractions else _refuse_fraction,
            parse_int=_whole_number,
        )
    except UnicodeDecodeError as error:
        raise BadRequest("the body is not UTF-8") from error
    except ValueError as error:
        raise BadRequest(f"the body is not JSON that we take: {error}") from error
    if not isinstance(read, dict):
        raise BadRequest("the body is not a JSON object")
    _check_text(read)
    return read


def _check_depth(raw: bytes) -> None:
    """Refuse deep nesting before the reader descends into it. Brackets inside of texts count too, to no harm."""
    if raw.count(b"{") + raw.count(b"[") > _DEEPEST * 100:
        raise BadRequest("the body has too many parts")
    deep = 0
    for bracket in _BRACKET.findall(raw):
        deep += 1 if bracket in b"{[" else -1
        if deep > _DEEPEST:
            raise BadRequest("the body is nested too deeply")


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("a name comes twice")
    return read


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")


def _refuse_fraction(_text: str) -> NoReturn:
    raise ValueError("amounts are whole minor units; there is no fraction anywhere")


def _whole_number(text: str) -> int:
    if len(text) > _MOST_DIGITS:
        raise ValueError("a number is too large")
    return int(text)


def _check_text(value: object) -> None:
    if isinstance(value, str):
        if _NO_TEXT.search(value):
            raise BadRequest("a text holds NUL or half of a character")
    elif isinstance(value, dict):
        for name, inner in value.items():
            _check_text(name)
            _check_text(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_text(inner)
