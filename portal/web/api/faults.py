"""What can be wrong with a call: one code and one sentence each, as ``{"error": {"code", "message"}}``."""

from typing import Any

from flask import Response, jsonify
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from portal.domain.credit import HoldSettled, MoreThanCaptured, ShortOfCredit, WrongCurrency
from portal.domain.errors import AmendsError, BadAmount, NotFound, TooMany
from portal.domain.money import decimal_text
from portal.services.answer_once import Answer, KeyUsedBefore
from portal.services.give_back_credit import SourceUsedBefore


class Fault(Exception):
    """A call that is not well-formed. Nothing was done, and its idempotency key stays free."""

    def __init__(self, status: int, code: str, message: str, **more: str) -> None:
        """Keep what is wrong; more stands beside code and message, such as ``field``."""
        super().__init__(message)
        self.status = status
        self.error = {"code": code, "message": message, **more}


def bad_field(field: str, message: str) -> Fault:
    """Say which field of the body is wrong."""
    return Fault(400, "bad_field", message, field=field)


def refusal(error: AmendsError) -> Answer:
    """Word why a well-formed call was refused; this is kept under its idempotency key."""
    status, told = _worded(error)
    return Answer(status, {"error": told})


def _worded(error: AmendsError) -> tuple[int, dict[str, Any]]:
    match error:
        case ShortOfCredit(available=available):
            told = _told("not_enough_credit", "There is less store credit than what was asked.")
            return 402, told | {"available": decimal_text(available), "currency": available.currency}
        case WrongCurrency(currency=currency):
            told = _told("wrong_currency", "This store credit is in another currency.")
            return 422, told | {"currency": currency}
        case HoldSettled() | MoreThanCaptured() | SourceUsedBefore():
            return 409, _worded_conflict(error)
        case BadAmount():
            return 422, _told(
                "bad_amount", "The amount is above zero, at most what is held, and as fine as its currency."
            )
        case NotFound():
            return 404, _told("not_found", f"{str(error).capitalize()}.")
        case _:
            raise error


def _worded_conflict(error: HoldSettled | MoreThanCaptured | SourceUsedBefore) -> dict[str, Any]:
    match error:
        case HoldSettled(state=state):
            return _told("hold_settled", "The hold stands another way.") | {"state": state.value}
        case MoreThanCaptured(left=left):
            told = _told("more_than_captured", "Less of what was captured can still go back.")
            return told | {"left": decimal_text(left), "currency": left.currency}
        case SourceUsedBefore():
            return _told("source_reused", "This source has given back another amount.")


def _told(code: str, message: str) -> dict[str, Any]:
    return {"code": code, "message": message}


def show_fault(fault: Fault) -> Response:
    """Answer a call that is not well-formed."""
    return _shown(fault.status, fault.error)


def show_key_used(_error: KeyUsedBefore) -> Response:
    """Answer an idempotency key that stands for another request."""
    return _shown(409, _told("idempotency_key_reused", "This Idempotency-Key was used for another request."))


def show_too_many(error: TooMany) -> Response:
    """Answer an API key that sends wrong codes in a row."""
    answer = _shown(429, _told("too_many_wrong_codes", "Too many wrong codes in a minute."))
    answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def show_bad_request(error: BadRequest) -> Response:
    """Answer a body that is not JSON as we take it."""
    return _shown(400, _told("bad_request", f"This is no request that we take: {error.description}."))


def show_wrong_type(_error: UnsupportedMediaType) -> Response:
    """Answer a body of another content type."""
    return _shown(415, _told("unsupported_media_type", "Send the body as application/json."))


def _shown(status: int, error: dict[str, Any]) -> Response:
    answer = jsonify(error=error)
    answer.status_code = status
    return answer
