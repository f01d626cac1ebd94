"""What is done once for a new database: policy, a demonstration shop, people who may sign in."""

import csv
import hashlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, cast

from portal.launch.errors import CannotStart
from portal.launch.settings import ROOT, Settings

SAMPLE = ROOT / "portal" / "sandbox" / "sample"
_ORDERS = "orders-"
_STOCK = "stock"
_CHECKOUT = ("Sandbox checkout", "--from-environment", "PORTAL_API_KEY", "--replace")
_MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Step:
    """One command of ours. `said` keeps what it prints, to be shown at every later start too."""

    name: str
    told_as: str
    command: tuple[str, ...]
    said: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """The order feed to import: the project's own sample, unless another is named."""

    orders: Path = SAMPLE / "orders.csv"
    payments: Path = SAMPLE / "payments.csv"

    def digest(self) -> str:
        """Tell one content of a feed from another."""
        parts = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (self.orders, self.payments)]
        return hashlib.sha256("".join(parts).encode()).hexdigest()[:16]


def steps(feed: Feed) -> tuple[Step, ...]:
    """List the steps, in their order; each is safe to run twice."""
    import_orders = ("orders", "import", str(feed.orders), "--payments", str(feed.payments), "--rebase-dates")
    # Only the project's own sample has counted stock; another feed may be followed by a count of its own.
    stock = (
        (Step(_STOCK, "Counting the stock", ("stock", "import", str(SAMPLE / "stock.csv"))),) if feed == Feed() else ()
    )
    return (
        Step("policy", "Publishing the policy", ("policy", "load")),
        Step(f"{_ORDERS}{feed.digest()}", f"Importing {feed.orders.name}", import_orders),
        *stock,
        Step("checkout", "Giving the sandbox's checkout its key", ("api-keys", "create", *_CHECKOUT)),
        Step("staff with codes", "Making the demonstration's staff", ("staff", "create-demonstration"), said=True),
    )


def prepare(settings: Settings, feed: Feed | None, tell: Callable[[str], None]) -> str:
    """Take every step that this database has not seen, and give what the steps said for people to read.

    Without a feed the project's own sample is imported, its stock too, but never into a shop of another feed's orders.
    """
    done = _Done(settings)
    sample = f"{_ORDERS}{Feed().digest()}"
    is_foreign = feed is None and sample not in done.said and any(name.startswith(_ORDERS) for name in done.said)
    left = [
        step
        for step in steps(feed or Feed())
        if step.name not in done.said and not (is_foreign and step.name.startswith((_ORDERS, _STOCK)))
    ]
    if left:
        with _process(settings) as typed:
            for step in left:
                tell(step.told_as)
                done.add(step, typed(step.command))
    # What an earlier release said at a step that is no step any more is out of date.
    texts = [text for step in steps(feed or Feed()) if (text := done.said.get(step.name))]
    return "\n\n".join([*texts, orders_to_try()] if sample in done.said else texts)


def orders_to_try() -> str:
    """Name orders of the sample with which a visitor may sign in; the code comes to the sandbox's mailbox."""
    with (SAMPLE / "demonstrations.csv").open(newline="", encoding="utf-8") as file:
        rows = [*csv.DictReader(file)][:_MOST_SHOWN]
    lines = [f"  {row['order_number']:<12} {row['mailbox']:<32} {row['shows']}" for row in rows]
    return "\n".join(["Orders to try (the code to sign in comes to the mailbox above)", *lines])


class _Done:
    """Which steps a database has seen, and what they said."""

    def __init__(self, settings: Settings) -> None:
        url = settings.child_environment()["PORTAL_DATABASE_URL"]
        self._path = settings.instance / f"prepared-{hashlib.sha256(url.encode()).hexdigest()[:12]}.json"
        self.said: dict[str, str] = json.loads(self._path.read_text()) if self._path.exists() else {}

    def add(self, step: Step, output: str) -> None:
        self.said[step.name] = output if step.said else ""
        self._path.touch(mode=0o600)
        self._path.write_text(json.dumps(self.said))


@contextmanager
def _process(settings: Settings) -> Iterator[Callable[[tuple[str, ...]], str]]:
    """Start one process for all commands; give what types one into it and says what it printed, or CannotStart."""
    # A file, because errors may be many, and a pipe that nobody reads would hold the process up.
    with TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            (sys.executable, "-m", "flask", "--app", "portal.factory", "several"),
            cwd=ROOT,
            env=settings.child_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )

        def typed(command: tuple[str, ...]) -> str:
            line = _answer(process, command)
            if not line:
                process.wait()
                # What it did not read any more would break the pipe once more when that is closed.
                with suppress(BrokenPipeError):
                    cast("IO[str]", process.stdin).close()
                errors.seek(0)
                raise CannotStart(f"`flask --app portal.factory {' '.join(command)}` failed:\n{errors.read()}")
            return str(json.loads(line))

        with process:
            try:
                yield typed
            except BaseException:
                process.kill()
                raise


def _answer(process: "subprocess.Popen[str]", command: tuple[str, ...]) -> str:
    """Type a command and read its answer; nothing where the process has ended."""
    typed, told = cast("IO[str]", process.stdin), cast("IO[str]", process.stdout)
    with suppress(BrokenPipeError):
        typed.write(f"{json.dumps(command)}\n")
        typed.flush()
    return told.readline()
