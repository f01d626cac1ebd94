"""The launch keeps what is given, makes up the rest once, watches what it starts, and leaves nothing behind."""

import csv
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from portal.launch import demonstration, readiness, settings
from portal.launch.children import Children
from portal.launch.demonstration import Feed, orders_to_try, prepare, steps
from portal.launch.errors import CannotStart
from portal.launch.interruption import Interruption
from portal.launch.plan import Part, inside, outside
from portal.launch.run import hold_database
from portal.launch.settings import Ports
from tests.house.sources import ROOT

MENDED_WITHIN_SECONDS = 50
SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")


@pytest.fixture
def interruption() -> Iterator[Interruption]:
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield Interruption()
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.fixture
def children(tmp_path: Path, interruption: Interruption) -> Iterator[Children]:
    started = Children(tmp_path, interruption)
    yield started
    started.stop()


def test_secrets_are_made_up_once_and_readable_by_us_alone(tmp_path):
    first = settings.gather({}, tmp_path, Ports())

    second = settings.gather({}, tmp_path, Ports())

    assert first.variables == second.variables
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_what_the_environment_gives_is_never_made_up(tmp_path):
    given = {"STRIPE_SECRET_KEY": "sk_test_mine", "STRIPE_WEBHOOK_SECRET": "whsec_mine"}

    gathered = settings.gather(given, tmp_path, Ports())

    assert not {"STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "STRIPE_API_BASE"} & set(gathered.variables)
    assert gathered.needs_sandbox


def test_the_sandbox_stays_away_when_every_real_part_is_given(tmp_path):
    given = {"STRIPE_SECRET_KEY": "sk_test_mine", "SMTP_URL": "smtp://mail", "WAREHOUSE_URL": "http://warehouse"}

    gathered = settings.gather(given, tmp_path, Ports())

    assert list(outside(gathered)) == []


def test_production_makes_nothing_up(tmp_path):
    gathered = settings.gather({"PORTAL_ENVIRONMENT": "production"}, tmp_path, Ports())

    assert dict(gathered.variables) == {}
    assert not gathered.needs_sandbox


def test_web_and_worker_are_planned(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql://db.example/amends")

    names = [part.name for part in inside(settings.gather({}, tmp_path, Ports()))]

    assert names == ["web", "worker"]


def test_the_policy_is_published_before_orders_come(tmp_path):
    feed = Feed(ROOT / "requirements.in", ROOT / "requirements-dev.in")

    commands = [step.command[:2] for step in steps(feed)]

    assert commands[:2] == [("policy", "load"), ("orders", "import")]


def test_a_start_without_a_feed_brings_nothing_of_the_sample_into_the_shop_of_another(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql://db.example/amends")
    typed: list[tuple[str, ...]] = []
    monkeypatch.setattr(demonstration, "_process", noting(typed))
    gathered = settings.gather({}, tmp_path, Ports())
    prepare(gathered, Feed(ROOT / "requirements.in", ROOT / "requirements-dev.in"), print)
    at_first = len(typed)

    prepare(gathered, None, print)

    assert at_first == 4
    assert typed[at_first:] == []


def test_the_first_start_without_a_feed_brings_the_sample_with_its_stock(tmp_path, monkeypatch):
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql://db.example/amends")
    typed: list[tuple[str, ...]] = []
    monkeypatch.setattr(demonstration, "_process", noting(typed))

    prepare(settings.gather({}, tmp_path, Ports()), None, print)

    assert [command[:2] for command in typed[1:3]] == [("orders", "import"), ("stock", "import")]


def test_orders_to_try_are_orders_of_the_sample_under_their_own_mailbox():
    with Feed().orders.open(newline="", encoding="utf-8") as file:
        sample = {(line["order_number"], line["email"]) for line in csv.DictReader(file)}

    shown = [tuple(line.split()[:2]) for line in orders_to_try().splitlines()[1:]]

    assert len(shown) == 8
    assert set(shown) <= sample


def test_a_part_that_ends_by_itself_is_named_with_the_end_of_its_log(children):
    children.start(a_part((sys.executable, "-c", "print('no such table'); raise SystemExit(3)")), os.environ)

    with pytest.raises(CannotStart, match=r"(?s)sleeper ended with exit code 3.*no such table"):
        children.wait_until_ready()


def test_a_part_that_is_killed_however_often_is_started_again_without_what_it_had_started(children, tmp_path):
    children.start(a_part(parent_of_a_stubborn_child(tmp_path)), os.environ)
    said = "The sleeper was killed by signal 9, and is started again"
    told: list[str] = []
    stubborn = []

    for killed in range(1, 8):
        stubborn.append(psutil.Process(wait_for_pid(tmp_path)))
        (tmp_path / "pid").unlink()
        os.kill(stubborn[-1].ppid(), signal.SIGKILL)
        until = time.monotonic() + MENDED_WITHIN_SECONDS
        while len(told) < killed:
            children.mend(told.append)
            assert time.monotonic() < until, told

    assert told == [said] * 7
    assert all(has_ended(one) for one in stubborn)
    assert psutil.Process(wait_for_pid(tmp_path)).is_running()


def test_a_part_that_is_asked_to_end_however_often_and_ends_in_order_is_started_again(children, tmp_path):
    written = tmp_path / "pid"
    program = f"""
import os, pathlib, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
pathlib.Path({str(written)!r} + "new").write_text(str(os.getpid()))
os.rename({str(written)!r} + "new", {str(written)!r})
time.sleep(600)
"""
    children.start(a_part((sys.executable, "-c", program)), os.environ)
    told: list[str] = []

    for asked in range(1, 8):
        os.kill(wait_for_pid(tmp_path), signal.SIGTERM)
        written.unlink()
        until = time.monotonic() + MENDED_WITHIN_SECONDS
        while len(told) < asked:
            children.mend(told.append)
            assert time.monotonic() < until, told

    assert told == ["The sleeper ended with exit code 0, and is started again"] * 7


def test_a_part_that_ends_over_and_over_ends_the_launch(children):
    children.start(a_part((sys.executable, "-c", "print('no such table'); raise SystemExit(3)")), os.environ)
    told: list[str] = []

    def mend_for_long() -> None:
        until = time.monotonic() + MENDED_WITHIN_SECONDS
        while time.monotonic() < until:
            children.mend(told.append)
            time.sleep(0.05)

    with pytest.raises(CannotStart, match=r"(?s)sleeper ended with exit code 3, 5 times in a minute.*no such table"):
        mend_for_long()

    assert len(told) == 4


def test_a_stopped_part_leaves_no_process_behind(children, tmp_path):
    children.start(a_part(parent_of_a_stubborn_child(tmp_path)), os.environ)
    stubborn = psutil.Process(wait_for_pid(tmp_path))

    children.stop()

    assert has_ended(stubborn)


def test_what_a_killed_launch_left_running_is_stopped_by_the_next(children, interruption, tmp_path):
    children.start(a_part(SLEEPER), os.environ)
    left = next(one for one in psutil.Process().children() if one.cmdline() == [*SLEEPER])

    Children(tmp_path, interruption).stop_leftovers()

    assert has_ended(left)


def test_a_signal_waits_while_it_is_held_back(interruption):
    reached = []

    def be_told_to_stop() -> None:
        with interruption.held_back():
            os.kill(os.getpid(), signal.SIGTERM)
            reached.append("the end of the block")

    with pytest.raises(KeyboardInterrupt):
        be_told_to_stop()

    assert reached == ["the end of the block"]


def test_a_busy_port_is_named(tmp_path):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = str(busy.getsockname()[1])
        command = (sys.executable, "-m", "portal.launch", "run", "--instance", str(tmp_path), "--port", port)

        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=100)

    assert done.returncode == 1
    assert f"Port {port}, which the web needs, is in use by another program." in done.stderr


def test_a_database_of_ones_own_is_not_started_alone(interruption, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql://elsewhere/amends")

    code = hold_database(tmp_path, Ports())

    assert code == 1
    assert "there is none to start" in capsys.readouterr().err


def test_nothing_that_listens_is_not_ready():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

    assert not readiness.answers(port, "/")()


def noting(typed: list[tuple[str, ...]]) -> Callable[[settings.Settings], object]:
    """Stand in for the process of all commands: note what is typed into it, and say nothing."""

    @contextmanager
    def process(_settings: settings.Settings) -> Iterator[Callable[[tuple[str, ...]], str]]:
        def note(command: tuple[str, ...]) -> str:
            typed.append(command)
            return ""

        yield note

    return process


def a_part(command: tuple[str, ...]) -> Part:
    return Part("sleeper", command, lambda: False)


def parent_of_a_stubborn_child(folder: Path) -> tuple[str, ...]:
    stubborn = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
    script = (
        "import pathlib, subprocess, sys, time; "
        f"child = subprocess.Popen([sys.executable, '-c', {stubborn!r}]); "
        f"pathlib.Path({str(folder / 'pid')!r}).write_text(str(child.pid)); time.sleep(600)"
    )
    return (sys.executable, "-c", script)


def wait_for_pid(folder: Path) -> int:
    for _ in range(200):
        if (folder / "pid").exists() and (folder / "pid").read_text():
            return int((folder / "pid").read_text())
        time.sleep(0.05)
    raise AssertionError("the part never started its child")


def has_ended(process: psutil.Process) -> bool:
    """Tell whether a process ends soon; one that ended and that nobody has asked about yet is called a zombie."""
    for _ in range(100):
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False
