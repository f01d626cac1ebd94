"""Set aside, take, free and give back store credit: what a checkout does while the rest of the sale is paid."""

from typing import Any

from flask import Response, jsonify

from portal.domain.errors import AmendsError, NotFound
from portal.domain.money import decimal_text
from portal.services.answer_once import Answer
from portal.services.capture_credit import Capture, capture_credit
from portal.services.give_back_credit import GiveBack, give_back_credit
from portal.services.hold_credit import HoldWish, hold_credit
from portal.services.release_credit import release_credit
from portal.services.show_hold import Hold, show_hold
from portal.web.api.faults import Fault, refusal
from portal.web.api.requests import Body, call_of
from portal.web.shared import access
from portal.web.shared.means import toolkit


@access.api
def hold() -> Response:
    """Set credit aside by its code."""
    body = Body("code", "amount", "currency", "purpose")
    call = call_of(body)
    wish = HoldWish(api_key_id=call.api_key_id, code=body.code(), amount=body.money(), purpose=body.line("purpose"))
    return _shown(hold_credit(toolkit(), call, wish, _say_created))


@access.api
def read_hold(hold_ref: str) -> Response:
    """Read a hold again."""
    try:
        found = show_hold(toolkit(), api_key_id=access.api_key_id(), hold_ref=hold_ref)
    except NotFound as error:
        raise Fault(404, "not_found", "There is no such hold.") from error
    return jsonify(_document(found))


@access.api
def capture(hold_ref: str) -> Response:
    """Take what is held, or a part of it."""
    body = Body("amount", may_be_empty=True)
    call = call_of(body)
    amount = body.amount() if "amount" in body.fields else None
    wish = Capture(api_key_id=call.api_key_id, hold_ref=hold_ref, amount=amount)
    return _shown(capture_credit(toolkit(), call, wish, _say))


@access.api
def release(hold_ref: str) -> Response:
    """Free what is held."""
    call = call_of(Body(may_be_empty=True))
    return _shown(release_credit(toolkit(), call, hold_ref, _say))


@access.api
def give_back(hold_ref: str) -> Response:
    """Give back what was taken, or a part of it."""
    body = Body("source", "amount")
    call = call_of(body)
    amount = body.amount() if "amount" in body.fields else None
    wish = GiveBack(api_key_id=call.api_key_id, hold_ref=hold_ref, source=body.line("source"), amount=amount)
    return _shown(give_back_credit(toolkit(), call, wish, _say))


def _say(outcome: Hold | AmendsError) -> Answer:
    return refusal(outcome) if isinstance(outcome, AmendsError) else Answer(200, _document(outcome))


def _say_created(outcome: Hold | AmendsError) -> Answer:
    return refusal(outcome) if isinstance(outcome, AmendsError) else Answer(201, _document(outcome))


def _document(shown: Hold) -> dict[str, Any]:
    return {
        "hold": shown.ref,
        "state": shown.state.value,
        "amount": decimal_text(shown.amount),
        "captured": decimal_text(shown.captured),
        "given_back": decimal_text(shown.given_back),
        "currency": shown.amount.currency,
        "purpose": shown.purpose,
        "created_at": shown.created_at.isoformat(),
        "expires_at": shown.expires_at.isoformat(),
        "settled_at": shown.settled_at.isoformat() if shown.settled_at else None,
    }


def _shown(answer: Answer) -> Response:
    response = jsonify(answer.body)
    response.status_code = answer.status
    if answer.replayed:
        response.headers["Idempotent-Replayed"] = "true"
    return response
