"""The simulation as a suite: its seeds over several processes, each with a database and a double of its own."""

import gc
import multiprocessing
import queue
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from portal.launch.postgres import Server
from tests.prove.simulation.history import STEPS_A_SEED, Told, run_seed
from tests.prove.simulation.machine import run_machine
from tests.prove.simulation.reached import REACHED
from tests.prove.simulation.stage import open_stage
from tests.prove.simulation.steps import BY_NAME
from tests.support import database

_TELL_EVERY = 50
# Every kind of step comes in any twenty seeds or so; the rarest ones about once in five.
_ENOUGH_FOR_ALL = 100
_MACHINE = "hypothesis"
_PATIENCE_SECONDS = 1.0
# How seldom memory is searched for what nobody holds any more.
_SELDOM = (20_000, 20, 20)


@dataclass
class Summary:
    """What all seeds came to, together."""

    seeds: int = 0
    examples: int = 0
    steps: int = 0
    checked: int = 0
    seconds: float = 0.0
    spent: float = 0.0
    came: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)
    last_log: list[str] = field(default_factory=list)
    # Each with the command that reproduces it.
    failures: list[tuple[str, str]] = field(default_factory=list)

    @property
    def never_came(self) -> list[str]:
        """Name what did not come: kinds of steps, carts and gifts; so many seeds ran that each has to have come."""
        if self.seeds < _ENOUGH_FOR_ALL:
            return []
        return [name for name in BY_NAME if not self.came[name]] + [kind for kind in REACHED if not self.reached[kind]]

    def add(self, told: Told) -> None:
        self.steps += told.steps
        self.checked += told.checked
        self.came += told.came
        self.reached += told.reached
        self.faults += told.faults
        self.deaths += told.deaths
        self.last_log = told.log


def run_suite(
    server: Server, seeds: Sequence[int], *, examples: int, processes: int, steps: int = STEPS_A_SEED
) -> Summary:
    """Run every seed and so many examples of Hypothesis; stop at the first failure."""
    summary, began = Summary(), time.perf_counter()
    spawning = multiprocessing.get_context("spawn")
    tasks, answers = spawning.Queue(), spawning.Queue()
    for task in ([(_MACHINE, examples)] if examples else []) + [("seed", seed) for seed in seeds]:
        tasks.put(task)
    with ExitStack() as stack:
        working = [
            stack.enter_context(_process(spawning, server, stack, number, (tasks, answers, steps)))
            for number in range(processes)
        ]
        _gather(summary, answers, len(seeds) + bool(examples), working, began)
    summary.seconds = time.perf_counter() - began
    return summary


def _gather(summary: Summary, answers: Any, wanted: int, working: Sequence[Any], began: float) -> None:
    for number in range(1, wanted + 1):
        kind, task, told = _next(answers, working)
        summary.add(told)
        if kind == _MACHINE:
            summary.examples += task
        else:
            summary.seeds += 1
            summary.spent += told.spent
        if told.failure:
            command = "make prove" if kind == _MACHINE else f".venv/bin/python -m tests.prove --seed {task}"
            summary.failures.append((command, told.failure))
            return
        if number % _TELL_EVERY == 0:
            took = time.perf_counter() - began
            met = f"{summary.steps:,} steps, {summary.faults.total():,} faults, {summary.deaths.total():,} deaths"
            print(f"  {number} of {wanted} after {took:,.0f} s: {met}; nothing broke", flush=True)


def _next(answers: Any, working: Sequence[Any]) -> tuple[str, int, Told]:
    while True:
        try:
            answer: tuple[str, int, Told] = answers.get(timeout=_PATIENCE_SECONDS)
        except queue.Empty:
            dead = [process for process in working if process.exitcode not in (None, 0)]
            if dead:
                told = Told(0, failure=f"a process of the simulation ended with {dead[0].exitcode}")
                return "seed", 0, told
        else:
            return answer


@contextmanager
def _process(spawning: Any, server: Server, stack: ExitStack, number: int, given: tuple[Any, ...]) -> Iterator[Any]:
    template = database.migrated_template(server)
    url = stack.enter_context(database.fresh_database(server, f"simulation_{number}", template=template))
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="amends-simulation-")))
    process = spawning.Process(target=_work, args=(url, folder, *given), daemon=True)
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join()


def _work(url: str, folder: Path, tasks: Any, answers: Any, steps: int) -> None:
    """Take tasks until there is none, in a process of its own."""
    runs: dict[str, Callable[[int], Told]]
    with open_stage(url, folder) as stage:
        # What is loaded by now stays; looking through it again and again takes a tenth of the time.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_SELDOM)
        runs = {
            "seed": lambda seed: run_seed(stage, seed, steps=steps),
            _MACHINE: lambda examples: _safely(lambda: run_machine(stage, examples)),
        }
        while True:
            try:
                kind, task = tasks.get(timeout=_PATIENCE_SECONDS)
            except queue.Empty:
                return
            answers.put((kind, task, runs[kind](task)))


def _safely(run: Callable[[], Told]) -> Told:
    try:
        return run()
    except Exception:
        return Told(0, failure=traceback.format_exc())
