"""Start the sandbox on free ports in a temporary folder, and speak to its switches.

A room's conftest imports the session-wide fixture `sandbox`; ``running_sandbox`` starts one of
one's own where a test needs other settings or a restart.
"""

import http.client
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

SECRET_KEY = "sk_test_sandbox"
WEBHOOK_SECRET = "whsec_of_tests"
WAREHOUSE_SECRET = "warehouse_of_tests"
_ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 20.0
_PORTS = range(20_000, 32_000)
_PORTS_TRIED = 100
_CHANCE = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Sandbox:
    """A sandbox that runs: where it is, and its switches."""

    host: str
    port: int
    smtp_port: int
    folder: Path

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def smtp_url(self) -> str:
        return f"smtp://{self.host}:{self.smtp_port}"

    def get(self, path: str) -> Any:
        """Read JSON."""
        return json.loads(self.raw("GET", path)[1])

    def post(self, path: str, given: Any) -> Any:
        """Turn a switch; fails the test where the sandbox says no."""
        status, content = self.raw("POST", path, json.dumps(given).encode())
        assert status == 200, content
        return json.loads(content)

    def raw(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Make any request."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=30)
        sent = {"Content-Type": "application/json"} if headers is None else headers
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def payment(self, amount: int = 5000, currency: str = "brl", behaviour: str = "normal", **more: Any) -> str:
        """Take a payment whose refunds behave as told, and give its PaymentIntent."""
        reference = f"test-{time.monotonic_ns()}"
        wanted = {"feed_reference": reference, "amount": amount, "currency": currency, "behaviour": behaviour, **more}
        made: str = self.post("/sandbox/payment_intents", [wanted])["payment_intents"][0]["id"]
        return made

    def fault(self, action: str, **more: Any) -> int:
        """Script what the next that fits will meet (docs/sandbox.md), and give the line's number."""
        added: list[int] = self.post("/stripe/faults", {"action": action, **more})["added"]
        return added[0]

    def faults(self) -> list[dict[str, Any]]:
        """Tell what is left of the script; a line that is used up is gone."""
        found: list[dict[str, Any]] = self.get("/stripe/faults")["faults"]
        return found

    def settle_in(self, currency: str, settled_in: str, rate: float = 1.0) -> None:
        """Keep a currency in another one on the balance; in itself ends that."""
        self.post("/stripe/settlement", {"currency": currency, "settled_in": settled_in, "rate": rate})

    def no_faults(self, number: int | None = None) -> None:
        """Forget one line of the script, or all of it."""
        path = "/stripe/faults" if number is None else f"/stripe/faults/{number}"
        status, content = self.raw("DELETE", path)
        assert status == 200, content

    def no_events(self) -> None:
        """Forget what happened so far: the poller of a test hears of no other's."""
        status, content = self.raw("DELETE", "/stripe/events")
        assert status == 200, content

    def set_clock(self, *, ahead: float = 0.0) -> None:
        """Set the double's clock ahead of the machine's by seconds."""
        self.post("/stripe/clock", {"offset_seconds": ahead})

    def let_pass(self, **time: float) -> None:
        """Set the double's clock further ahead, such as ``days=9``."""
        self.post("/stripe/clock", {"advance_seconds": timedelta(**time).total_seconds()})

    def wait_for_refunds(self, payment_intent: str, count: int) -> None:
        """Wait until a payment has so many refunds; a call that its client gave up may still run."""
        headers = {"Authorization": f"Bearer {SECRET_KEY}"}
        until = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < until:
            found = json.loads(self.raw("GET", f"/v1/refunds?payment_intent={payment_intent}", None, headers)[1])
            if len(found["data"]) == count:
                return
            time.sleep(0.05)
        raise AssertionError(f"{payment_intent} never had {count} refunds")

    def charge_of(self, payment_intent: str) -> str:
        """Name the charge of a payment, under which some shops know it."""
        headers = {"Authorization": f"Bearer {SECRET_KEY}"}
        status, content = self.raw("GET", f"/v1/payment_intents/{payment_intent}", headers=headers)
        assert status == 200, content
        return str(json.loads(content)["latest_charge"])

    def dashboard_refund(self, payment_intent: str, amount: int | None = None) -> str:
        """Refund as the shop's people do in Stripe's dashboard, and give the refund's id."""
        made: str = self.post("/stripe/refunds", {"payment_intent": payment_intent, "amount": amount})["id"]
        return made

    def move_refund(self, provider_ref: str, status: str, **more: Any) -> None:
        """Settle or fail a refund, as a bank would days later."""
        self.post(f"/sandbox/refunds/{provider_ref}", {"status": status, **more})

    def dispute(self, payment_intent: str, **more: Any) -> str:
        """Open a dispute, and give its id."""
        opened: str = self.post("/sandbox/disputes", {"payment_intent": payment_intent, **more})["id"]
        return opened

    def mails(self, recipient: str) -> list[dict[str, Any]]:
        """Read the mails of a recipient, newest first."""
        found: list[dict[str, Any]] = self.get(f"/mailbox.json?to={recipient.replace('+', '%2B')}")["mails"]
        return found

    def books_are_equal(self) -> bool:
        """Tell whether the double's own books add up."""
        return bool(self.get("/sandbox/books")["equal"])


def free_port() -> int:
    """Find a port that nobody listens on, below those that connections are given, so that none takes it meanwhile."""
    for port in _CHANCE.sample(_PORTS, _PORTS_TRIED):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError(f"none of {_PORTS_TRIED} ports is free")


@contextmanager
def running_sandbox(
    folder: Path,
    *,
    portal: str = "http://127.0.0.1:9",
    port: int | None = None,
    smtp_port: int | None = None,
    extra: tuple[str, ...] = ("--refund-seconds", "0.3", "--ship-seconds", "0.2", "--deliver-seconds", "0.5"),
) -> Iterator[Sandbox]:
    """Run a sandbox until the block ends; the default portal is one that nobody answers at."""
    found = Sandbox("127.0.0.1", port or free_port(), smtp_port or free_port(), folder)
    command = [sys.executable, "-m", "portal.sandbox", "--port", str(found.port), "--smtp-port", str(found.smtp_port)]
    command += ["--folder", str(folder), "--portal", portal, *extra]
    command += ["--webhook-secret", WEBHOOK_SECRET, "--warehouse-secret", WAREHOUSE_SECRET]
    environment = {**os.environ, "PORTAL_ENVIRONMENT": "sandbox"}
    process = subprocess.Popen(command, cwd=_ROOT, env=environment)
    try:
        _wait_until_up(found, process)
        yield found
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE_SECONDS)


def _wait_until_up(found: Sandbox, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < until:
        if all(_listens(port) for port in (found.port, found.smtp_port)):
            return
        time.sleep(0.05)
    raise RuntimeError("the sandbox did not start")


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Run one sandbox for the whole test session."""
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as found:
        yield found
