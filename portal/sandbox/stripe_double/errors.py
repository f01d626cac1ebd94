"""Errors as Stripe says them: type, code, param and status. Sentences are for people only."""

from typing import Any


class StripeFault(Exception):
    """An answer other than 2xx. ``kept`` tells whether it stays under the idempotency key (work had begun)."""

    def __init__(
        self,
        status: int,
        kind: str,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        kept: bool = False,
    ) -> None:
        """Keep what Stripe's error object tells."""
        super().__init__(message)
        self.status = status
        self.kept = kept
        self._parts = {"code": code, "message": message, "param": param, "type": kind}

    def body(self) -> dict[str, Any]:
        """Give the JSON answer."""
        return {"error": {name: part for name, part in self._parts.items() if part is not None}}


def bad_request(message: str, *, code: str | None = None, param: str | None = None) -> StripeFault:
    """Refuse parameters before any work began."""
    return StripeFault(400, "invalid_request_error", message, code=code, param=param)


def refused(message: str, *, code: str | None = None, param: str | None = None) -> StripeFault:
    """Refuse after the work began: the answer stays under the idempotency key."""
    return StripeFault(400, "invalid_request_error", message, code=code, param=param, kept=True)


def missing(kind: str, object_id: str, param: str) -> StripeFault:
    """Say that there is no such object, or that it is another account's."""
    message = f"No such {kind}: '{object_id}'"
    return StripeFault(404, "invalid_request_error", message, code="resource_missing", param=param)


def bad_key() -> StripeFault:
    """Refuse a secret key."""
    return StripeFault(401, "invalid_request_error", "Invalid API Key provided.")


def rolled_key() -> StripeFault:
    """Refuse a secret key that was good until somebody rolled it."""
    return StripeFault(401, "invalid_request_error", "Expired API Key provided.", code="api_key_expired")


def small_key() -> StripeFault:
    """Refuse a restricted key that may not do this."""
    return StripeFault(403, "invalid_request_error", "The provided key does not have the required permissions.")


def too_fast(code: str = "rate_limit") -> StripeFault:
    """Ask to slow down; decided before the idempotency layer, so nothing ran."""
    return StripeFault(429, "invalid_request_error", "Too many requests.", code=code)


def broken() -> StripeFault:
    """Break inside."""
    return StripeFault(500, "api_error", "An unknown error occurred.", kept=True)


def key_in_use(key: str) -> StripeFault:
    """Refuse a key whose first request still runs."""
    message = f"There is currently another in-progress request using this Idempotent Key: {key}"
    return StripeFault(409, "idempotency_error", message, code="idempotency_key_in_use")


def key_misused(key: str) -> StripeFault:
    """Refuse a key that was first used with other parameters, or on another endpoint."""
    message = (
        f"Keys for idempotent requests can only be used with the same parameters they were first used with. "
        f"Try using a key other than '{key}' if you meant to execute a different request."
    )
    return StripeFault(400, "idempotency_error", message)
