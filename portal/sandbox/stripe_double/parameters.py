"""Read Stripe's bracketed forms, and hold them to what an endpoint takes."""

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from portal.sandbox.stripe_double.errors import bad_request

_PART = re.compile(r"\[([^\[\]]*)\]")
_WHOLE = re.compile(r"-?\d{1,15}")
_RANGES = frozenset({"gt", "gte", "lt", "lte"})
_MAX_METADATA_KEYS, _MAX_METADATA_KEY, _MAX_METADATA_VALUE = 50, 40, 500

Spec = Mapping[str, str]
LISTING: dict[str, str] = {
    "limit": "integer",
    "starting_after": "string",
    "ending_before": "string",
    "created": "range",
    "expand": "strings",
}


def read_form(text: str) -> dict[str, Any]:
    """Read ``a=1&b[c]=2&d[]=3&d[1]=4`` into nested dicts; lists become lists."""
    found: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=1000):
        head = name.partition("[")[0]
        _put(found, [head, *_PART.findall(name[len(head) :])], value)
    # Metadata is a map by nature, also where all of its keys are digits.
    return {name: value if name == "metadata" else _lists(value) for name, value in found.items()}


def checked(form: Mapping[str, Any], spec: Spec, required: tuple[str, ...] = ()) -> dict[str, Any]:
    """Give typed parameters, or raise as Stripe does: parameter_unknown, _missing, _invalid_integer and their like."""
    for name in form:
        if name not in spec:
            raise bad_request(f"Received unknown parameter: {name}", code="parameter_unknown", param=name)
    for name in required:
        if form.get(name, "") == "":
            raise bad_request(f"Missing required param: {name}.", code="parameter_missing", param=name)
    return {name: _typed(name, value, spec[name]) for name, value in form.items()}


def canonical(form: Mapping[str, Any]) -> str:
    """Write parameters in one way, so that two requests can be compared."""
    return json.dumps(form, sort_keys=True, separators=(",", ":"))


def _put(target: dict[str, Any], path: list[str], value: str) -> None:
    for part, following in zip(path, [*path[1:], None], strict=True):
        key = str(len(target)) if part == "" else part
        if following is None:
            target[key] = value
            return
        inner = target.setdefault(key, {})
        if not isinstance(inner, dict):
            raise bad_request(f"Invalid {path[0]}", param=path[0])
        target = inner


def _lists(value: object) -> object:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_lists(inner) for inner in value.values()]
    return {key: _lists(inner) for key, inner in value.items()}


def _typed(name: str, value: object, kind: str) -> object:
    reader = _READERS.get(kind)
    return value if reader is None else reader(name, value)


def _integer(name: str, value: object) -> int:
    if not isinstance(value, str) or not _WHOLE.fullmatch(value):
        raise bad_request(f"Invalid integer: {value}", code="parameter_invalid_integer", param=name)
    return int(value)


def _positive(name: str, value: object) -> int:
    number = _integer(name, value)
    if number < 1:
        message = "This value must be greater than or equal to 1."
        raise bad_request(message, code="parameter_invalid_integer", param=name)
    return number


def _string(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise bad_request(f"Invalid string: {name}", param=name)
    if value == "":
        message = f"You passed an empty string for '{name}'."
        raise bad_request(message, code="parameter_invalid_empty", param=name)
    return value


def _boolean(name: str, value: object) -> bool:
    if value not in ("true", "false"):
        raise bad_request(f"Invalid boolean: {value}", param=name)
    return value == "true"


def _strings(name: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise bad_request("Invalid array", param=name)
    return [str(item) for item in value]


def _range(name: str, value: object) -> dict[str, int]:
    if isinstance(value, dict):
        for key in value:
            if key not in _RANGES:
                param = f"{name}[{key}]"
                raise bad_request(f"Received unknown parameter: {param}", code="parameter_unknown", param=param)
        return {key: _integer(f"{name}[{key}]", inner) for key, inner in value.items()}
    return {"eq": _integer(name, value)}


def _metadata(name: str, value: object) -> dict[str, str]:
    if value == "":
        return {}
    if not isinstance(value, dict) or not all(isinstance(inner, str) for inner in value.values()):
        raise bad_request("Invalid object", param=name)
    if len(value) > _MAX_METADATA_KEYS:
        raise bad_request("You can only specify up to 50 keys.", param=name)
    for key, inner in value.items():
        if len(key) > _MAX_METADATA_KEY or len(inner) > _MAX_METADATA_VALUE:
            raise bad_request("Metadata keys hold 40 characters, values 500.", param=f"{name}[{key}]")
    return value


_READERS = {
    "integer": _integer,
    "positive": _positive,
    "string": _string,
    "boolean": _boolean,
    "strings": _strings,
    "range": _range,
    "metadata": _metadata,
}
