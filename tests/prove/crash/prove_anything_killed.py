"""The product as `make run` starts it: anybody may kill or stop any of its processes at any time, and the books agree.

The launch itself is left alone, because it is who starts the others again. Which process is hit, how and when follows
from one seed; what the machine makes of it does not, so a failure comes again by chance only.
"""

import http.client
import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import psutil
import psycopg
import pytest

from config import Config
from portal.domain.offers import RemedyKind
from portal.domain.problems import Problem
from portal.gateways.sandbox_books import SandboxBooks
from portal.launch.settings import LOOPBACK, Ports
from portal.services.check_invariants import Beside
from portal.services.toolkit import Toolkit
from portal.wiring import WEB_ROLE, make_toolkit
from tests.bench.forms import filled_in, form_in
from tests.bench.journey import Shopper, sign_in_shoppers
from tests.prove.crash.customers import DROPPED, OK, TO_ANOTHER_PAGE
from tests.prove.crash.processes import Process
from tests.prove.crash.rest import LEFT
from tests.prove.crash.world import eventually
from tests.support.engines import engine_of
from tests.support.invariants import assert_all_hold
from tests.support.sandbox_server import free_port

_SEED = 20
_SECONDS = 60.0
_SHOPPERS, _AT_ONCE = 90, 6
_GONE = 409
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Of every four hits two kill, one asks to end, one puts to sleep for a while.
_HITS = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP)
_LONGEST_SLEEP = 20.0
_REPAIRED_SECONDS = 120.0
_GIVEN = ("PORTAL_DATABASE_URL", "STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "SMTP_URL", "WAREHOUSE_URL")


@dataclass
class Product:
    """What `make run` has started: its launch, its settings and its shop."""

    launch: Process
    environment: dict[str, str]
    port: int
    toolkit: Toolkit

    @property
    def database_url(self) -> str:
        return self.environment["PORTAL_DATABASE_URL"]

    def processes(self) -> list[psutil.Process]:
        """Find what may be hit: the parts, whatever they started, and the database's own."""
        parts = psutil.Process(self.launch.pid).children(recursive=True)
        home = self.database_url.rpartition("host=")[2]
        servers = [one for one in psutil.process_iter(["name", "cwd"]) if one.info["name"] == "postgres"]
        return [*parts, *(one for one in servers if (one.info["cwd"] or "").startswith(home) and one not in parts)]

    def waits(self) -> list[str]:
        """List what is not done yet."""
        try:
            with psycopg.connect(self.database_url, connect_timeout=5) as connection:
                return [str(row[0]) for row in connection.execute(LEFT.replace("%%", "%").encode())]
        except psycopg.OperationalError as error:
            return [str(error)]


@pytest.fixture
def product(tmp_path: Path) -> Iterator[Product]:
    """Start everything by the launch's own command in an empty folder, and stop it again."""
    ports = Ports(free_port(), free_port(), free_port())
    told = ("--port", ports.web, "--sandbox-port", ports.sandbox, "--mail-port", ports.mail)
    command = (sys.executable, "-m", "portal.launch", "run", "--instance", tmp_path / "instance", *told)
    bare = {name: value for name, value in os.environ.items() if name not in _GIVEN}
    launch = Process("launch", [str(one) for one in command], bare, tmp_path / "launch.log")
    try:
        launch.until(lambda: "Amends is ready" in launch.told(), seconds=120)
        told_to_parts = json.loads((tmp_path / "instance" / "launch.json").read_text())
        toolkit = make_toolkit(Config.from_environment(told_to_parts, instance=tmp_path / "instance"), WEB_ROLE)
        yield Product(launch, told_to_parts, ports.web, toolkit)
        engine_of(toolkit).dispose()
    finally:
        launch.stop(seconds=150)


class Came(NamedTuple):
    """One answer."""

    status: int
    page: bytes
    location: str


@dataclass
class Walkers:
    """Customers who report, choose, and try again for as long as nobody answers."""

    product: Product
    shoppers: list[Shopper]
    until: float
    came: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def start(self) -> list[threading.Thread]:
        mine = [self.shoppers[number::_AT_ONCE] for number in range(_AT_ONCE)]
        threads = [threading.Thread(target=self._walk_all, args=(number, some)) for number, some in enumerate(mine)]
        for thread in threads:
            thread.start()
        return threads

    def _walk_all(self, number: int, shoppers: list[Shopper]) -> None:
        chance = random.Random(number)
        for shopper in shoppers:
            if time.monotonic() < self.until:
                self._walk(shopper, chance)
                time.sleep(chance.random() * 2 * _SECONDS * _AT_ONCE / _SHOPPERS)

    def _walk(self, shopper: Shopper, chance: random.Random) -> None:
        page = self._asked("GET", f"/orders/{shopper.order_number}/report", shopper, OK).page
        report = filled_in(form_in(page, 'id="lines"'), choose=Problem.MISSING_PACKAGE)
        path = self._asked("POST", f"/orders/{shopper.order_number}/report", shopper, TO_ANOTHER_PAGE, report).location
        self.came["reports"] += 1
        for _ in RemedyKind:
            offered = self._offered(path, shopper)
            if not offered:
                break
            choice = chance.choice(sorted(offered))
            if self._asked("POST", f"{path}/accept", shopper, TO_ANOTHER_PAGE, offered[choice], gone=_GONE).location:
                self.came["choices"] += 1
                break
            # The last piece went to somebody else meanwhile: the page has what is left, or a person.
            self.came["pieces that were gone"] += choice == RemedyKind.REPLACEMENT
            self.wrong += [f"{path}: {choice} was gone"] * (choice != RemedyKind.REPLACEMENT)

    def _offered(self, path: str, shopper: Shopper) -> dict[str, bytes]:
        page = self._asked("GET", path, shopper, OK).page
        taking = {kind.value: f'id="take-{kind}"' for kind in RemedyKind}
        return {kind: filled_in(form_in(page, mark)) for kind, mark in taking.items() if mark.encode() in page}

    def _asked(
        self, method: str, path: str, shopper: Shopper, wanted: int, body: bytes | None = None, *, gone: int = 0
    ) -> Came:
        """Ask until the wanted answer comes, or the one that says that it is gone."""
        until = time.monotonic() + _REPAIRED_SECONDS
        while time.monotonic() < until:
            with suppress(*DROPPED):
                came = self._send(method, path, shopper, body)
                if came.status in {wanted, gone}:
                    return came
                if came.status < http.client.INTERNAL_SERVER_ERROR:
                    self.wrong.append(f"{method} {path}: {came.status}")
            self.came["tries that failed"] += 1
            time.sleep(0.3)
        raise AssertionError(f"nobody answered {method} {path} within {_REPAIRED_SECONDS:.0f} seconds")

    def _send(self, method: str, path: str, shopper: Shopper, body: bytes | None) -> Came:
        connection = http.client.HTTPConnection(LOOPBACK, self.product.port, timeout=20)
        try:
            connection.request(method, path, body, {"Cookie": shopper.cookie, **_FORM})
            answer = connection.getresponse()
            return Came(answer.status, answer.read(), (answer.getheader("Location") or "").partition("#")[0])
        finally:
            connection.close()


def hit_anything(product: Product, until: float) -> Counter[str]:
    """Kill and stop processes until then, and wake who was stopped; give how often each signal was sent."""
    chance, hits, asleep = random.Random(_SEED), Counter[str](), dict[psutil.Process, float]()
    while time.monotonic() < until:
        time.sleep(chance.uniform(0.5, 3.0))
        for sleeper, wakes in list(asleep.items()):
            if time.monotonic() > wakes:
                _send_signal(sleeper, signal.SIGCONT)
                del asleep[sleeper]
        hit, number = chance.choice(product.processes()), chance.choice(_HITS)
        if _send_signal(hit, number):
            hits[number.name] += 1
            if number == signal.SIGSTOP:
                asleep[hit] = time.monotonic() + chance.uniform(1, _LONGEST_SLEEP)
    for sleeper in asleep:
        _send_signal(sleeper, signal.SIGCONT)
    return hits


def _send_signal(process: psutil.Process, number: signal.Signals) -> bool:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return False
    return True


@pytest.mark.proves("fault 41", "fault 58")
def test_whatever_of_it_is_killed_or_stopped_customers_go_on_and_the_books_agree(product: Product):
    until = time.monotonic() + _SECONDS
    shoppers = sign_in_shoppers(product.toolkit, product.database_url, _SHOPPERS)
    walkers = Walkers(product, shoppers, until)
    threads = walkers.start()
    hits = hit_anything(product, until)
    for thread in threads:
        thread.join()

    assert product.launch.runs(), product.launch.told()[-2000:]
    assert walkers.wrong == []
    assert {name for name, times in hits.items() if times} == {number.name for number in _HITS}
    assert walkers.came["tries that failed"], "nobody ever met a process that was gone"
    assert walkers.came["reports"] > _SHOPPERS // 2
    eventually(lambda: product.waits() == [], "rest", seconds=_REPAIRED_SECONDS)
    books = SandboxBooks(product.environment["STRIPE_SECRET_KEY"], product.environment["STRIPE_API_BASE"])
    assert_all_hold(product.toolkit, Beside(books, at_rest=True))
    with psycopg.connect(product.database_url) as connection:
        reports = connection.execute("SELECT count(*) FROM claims").fetchone()
        choices = connection.execute(
            "SELECT count(DISTINCT claim_id) FROM remedies WHERE offer_id IS NOT NULL"
        ).fetchone()
    assert reports is not None
    assert choices is not None
    assert reports[0] >= walkers.came["reports"]
    assert choices[0] >= walkers.came["choices"]
