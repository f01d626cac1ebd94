"""Answer one call: key, version, faults, parameters, idempotency, one transaction, expansion."""

import json
import re
import secrets
import time
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Any

from portal.sandbox.store import Store
from portal.sandbox.stripe_double import API_VERSION, faults, shelf
from portal.sandbox.stripe_double.call_log import CallLog
from portal.sandbox.stripe_double.calls import Answer, Call, Endpoint, Lives
from portal.sandbox.stripe_double.errors import StripeFault, bad_key, bad_request, broken
from portal.sandbox.stripe_double.faults import Fault
from portal.sandbox.stripe_double.idempotency import RunningKeys, Ticket, save_answer, saved_answer, ticket
from portal.sandbox.stripe_double.journal import Cause
from portal.sandbox.stripe_double.parameters import checked, read_form
from portal.sandbox.stripe_double.script import FaultScript

OK = 200
_GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"
_KEY = re.compile(r"(?:sk|rk)_test_[A-Za-z0-9_]{1,200}")


class Dropped(Exception):
    """The connection is to be dropped without an answer: reset before anything ran, closed after it did."""

    def __init__(self, *, reset: bool) -> None:
        """Know how."""
        super().__init__()
        self.reset = reset


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came in: form is the query of a GET and the body of a POST."""

    method: str
    path: str
    object_id: str
    form: str
    headers: Mapping[str, str]
    request_id: str = field(default_factory=lambda: f"req_{secrets.token_hex(7)}")


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes out; cut where the connection is to break in the middle of it."""

    status: int
    body: str
    headers: dict[str, str]
    cut: bool = False


class Desk:
    """Serves the endpoints of the double."""

    def __init__(self, store: Store, lives: Lives, script: FaultScript) -> None:
        """Know the books, what moves them, and the faults that wait."""
        self._store = store
        self._lives = lives
        self._script = script
        self._running = RunningKeys()
        self.calls = CallLog()

    def serve(self, endpoint: Endpoint, asked: Asked) -> Reply:
        """Answer a call; raise Dropped where a scripted fault wants the connection cut."""
        self.calls.note(asked.method, asked.path, asked.headers)
        headers = {"Request-Id": asked.request_id, "Stripe-Version": API_VERSION, "Content-Type": "application/json"}
        fault = self._script.meet_call(asked.method, asked.path)
        if fault is not None and fault.action == faults.BAD_GATEWAY:
            return Reply(502, _GATEWAY_PAGE, {"Content-Type": "text/html"})
        try:
            account = _admit(asked)
            _before(fault)
            status, body, replayed = self._answer(endpoint, asked, account, fault)
        except StripeFault as refusal:
            status, body, replayed = refusal.status, json.dumps(refusal.body()), False
        _echo(asked, headers)
        if replayed:
            headers["Idempotent-Replayed"] = "true"
        return _after(fault, Reply(status, body, headers))

    def _answer(self, endpoint: Endpoint, asked: Asked, account: str, fault: Fault | None) -> tuple[int, str, bool]:
        form = read_form(asked.form)
        params = checked(form, endpoint.spec, endpoint.required)
        if asked.method == "GET":
            _pause(fault)
            found = self._run(endpoint, asked, account, params, fault)
            return found.status, json.dumps(found.shape), False
        key = asked.headers.get("Idempotency-Key", "")
        of = ticket(account, key, asked.path, form) if key else None
        with self._running.hold(of) if of else nullcontext():
            _pause(fault)
            return self._once(endpoint, asked, account, params, of, fault)

    def _once(
        self,
        endpoint: Endpoint,
        asked: Asked,
        account: str,
        params: dict[str, Any],
        of: Ticket | None,
        fault: Fault | None,
    ) -> tuple[int, str, bool]:
        with self._store.write() as db:
            now = self._lives.clock.seconds()
            kept = saved_answer(db, of, now) if of else None
            if kept is not None:
                return (*kept, True)
            try:
                answer = self._run(endpoint, asked, account, params, fault)
            except StripeFault as refusal:
                if not refusal.kept:
                    raise
                answer = Answer(refusal.body(), refusal.status)
            body = json.dumps(answer.shape, separators=(",", ":"))
            if of is not None:
                save_answer(db, of, answer.status, body, now)
        return answer.status, body, False

    def _run(
        self,
        endpoint: Endpoint,
        asked: Asked,
        account: str,
        params: dict[str, Any],
        fault: Fault | None,
    ) -> Answer:
        action = fault.action if fault is not None else None
        if action == faults.SAVED_500_NOT_EXECUTED:
            raise broken()
        if fault is not None and action == faults.REFUSED:
            raise fault.refusal()
        db = self._store.read()
        cause = Cause(asked.request_id, asked.headers.get("Idempotency-Key"))
        call = Call(db, account, params, asked.object_id, asked.path, cause, self._lives)
        answer = endpoint.handler(call)
        if action == faults.SAVED_500:
            return Answer(broken().body(), 500)
        if answer.status == OK:
            shelf.expand(db, account, answer.shape, params.get("expand", []))
        return answer


def _admit(asked: Asked) -> str:
    kind, _, key = asked.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not _KEY.fullmatch(key):
        raise bad_key()
    version = asked.headers.get("Stripe-Version", API_VERSION)
    if version != API_VERSION:
        raise bad_request(f"Invalid Stripe API version: {version}; the sandbox speaks {API_VERSION}.")
    return asked.headers.get("Stripe-Account", "")


def _echo(asked: Asked, headers: dict[str, str]) -> None:
    for name in ("Idempotency-Key", "Stripe-Account"):
        if asked.headers.get(name):
            headers[name] = asked.headers[name]


def _before(fault: Fault | None) -> None:
    if fault is None:
        return
    if fault.action in faults.INSTEAD:
        make = faults.INSTEAD[fault.action]
        raise make()
    if fault.action == faults.BEFORE:
        time.sleep(fault.seconds)
        raise Dropped(reset=True)


def _pause(fault: Fault | None) -> None:
    if fault is not None and fault.action == faults.SLOW:
        time.sleep(fault.seconds)


def _after(fault: Fault | None, reply: Reply) -> Reply:
    if fault is None:
        return reply
    if fault.action == faults.AFTER:
        time.sleep(fault.seconds)
        raise Dropped(reset=False)
    if fault.action == faults.HALF_ANSWER:
        return replace(reply, body=reply.body[: len(reply.body) // 2])
    return replace(reply, cut=fault.action == faults.CUT_BODY)
