"""``make prove``: run the simulation, the crash suite and the verdicts, and print what each proved."""

import argparse
import os
import sys
import time
import uuid
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tests.prove.crash_suite import FOLDER, Crashes, run_crashes
from tests.prove.policy_suite import Verdicts, run_verdicts
from tests.prove.simulation.suite import Summary, run_suite
from tests.support import database

_SEEDS, _EXAMPLES = 1_000, 150
_SHORT_SEEDS, _SHORT_EXAMPLES = 6, 2
_SUITES = frozenset({"simulation", "crash", "verdicts"})
_WIDTH = 54


@dataclass(frozen=True, slots=True)
class Turn:
    """One run of the suites: over which seeds, whether everything held, and its seconds."""

    seeds: Sequence[int]
    held: bool
    seconds: float


def main() -> int:
    """Run what is asked for, as often as is asked for; give 1 where anything does not hold."""
    given = _arguments()
    turns = [_turn(given, number) for number in range(given.times)]
    if given.times > 1:
        print(f"\n{given.times} times in a row\n")
        for turn in turns:
            _line(
                f"  from seed {turn.seeds[0]} to {turn.seeds[-1]}",
                f"{'held' if turn.held else 'FAILED'}, {turn.seconds:.0f} s",
            )
    return int(not all(turn.held for turn in turns))


def _turn(given: argparse.Namespace, number: int) -> Turn:
    began = time.perf_counter()
    seeds = _seeds(given, number)
    wanted = {given.only} if given.only else _SUITES if given.seed is None else {"simulation"}
    # The crash suite mostly waits, and the simulation never does: side by side they take the time of the longer one.
    with ThreadPoolExecutor(1) as beside:
        crashing = beside.submit(_crash, short=given.short) if "crash" in wanted else None
        summary = _simulate(given, seeds) if "simulation" in wanted else None
        verdicts = run_verdicts(short=given.short) if "verdicts" in wanted else None
        crashes = crashing.result() if crashing else None
    print("\nWhat was proved\n")
    failed = False
    if summary is not None:
        _tell_simulation(summary)
        failed |= bool(summary.failures or summary.never_came)
    if crashes is not None:
        _tell_crashes(crashes, short=given.short)
        failed |= crashes.failed
    if verdicts is not None:
        _tell_verdicts(verdicts)
        failed |= bool(verdicts.failure or verdicts.rules_without_claim)
    turn = Turn(seeds, not failed, time.perf_counter() - began)
    print(f"\n{'Everything held.' if turn.held else 'Not everything held.'} {turn.seconds:.0f} s", flush=True)
    return turn


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.prove", description=__doc__)
    parser.add_argument("--short", action="store_true", help="the fixed shorter part that the gate runs")
    parser.add_argument("--seed", type=int, help="one seed of the simulation, with the log of its steps")
    parser.add_argument("--seeds", type=int, help=f"how many seeds; {_SEEDS} unless told")
    parser.add_argument("--begin", type=int, default=1, help="the first seed")
    parser.add_argument("--times", type=int, default=1, help="how often in a row, each time with the seeds that follow")
    parser.add_argument("--steps", type=int, default=200, help="steps of a seed")
    parser.add_argument("--examples", type=int, help=f"histories by Hypothesis; {_EXAMPLES} unless told")
    parser.add_argument("--only", choices=sorted(_SUITES), help="one of the suites")
    return parser.parse_args()


def _simulate(given: argparse.Namespace, seeds: Sequence[int]) -> Summary:
    examples = _examples(given)
    processes = max(1, min(len(seeds), os.cpu_count() or 1))
    print(f"Simulation: {len(seeds)} seeds of {given.steps} steps, {examples} histories by Hypothesis", flush=True)
    with database.throw_away_server(f"prove-{uuid.uuid4().hex[:6]}") as server:
        summary = run_suite(server, seeds, examples=examples, processes=processes, steps=given.steps)
    if given.seed is not None and not summary.failures:
        print("\n".join(summary.last_log))
    return summary


def _seeds(given: argparse.Namespace, turn: int) -> Sequence[int]:
    if given.seed is not None:
        return [given.seed]
    many = given.seeds or (_SHORT_SEEDS if given.short else _SEEDS)
    first = given.begin + turn * many
    return range(first, first + many)


def _examples(given: argparse.Namespace) -> int:
    if given.examples is not None or given.seed is not None:
        return given.examples or 0
    return _SHORT_EXAMPLES if given.short else _EXAMPLES


def _crash(*, short: bool) -> Crashes:
    print(f"\nCrash: real processes, killed{', the shorter part' if short else ''}", flush=True)
    return run_crashes(short=short)


def _tell_simulation(summary: Summary) -> None:
    _line("Simulation", f"{summary.seconds:.0f} s")
    _line("  seeds", summary.seeds)
    _line("  processor time of a seed, PostgreSQL's not counted", f"{summary.spent / max(summary.seeds, 1):.2f} s")
    _line("  histories by Hypothesis, and their ends", summary.examples)
    _line("  steps", summary.steps)
    _line("  checks of an invariant", summary.checked)
    _tell_all("  steps by kind", summary.came)
    _tell_all("  orders by what they hold, histories by what they reach", summary.reached)
    _tell_all("  faults met", summary.faults)
    _tell_all("  deaths of the worker", summary.deaths)
    for name in summary.never_came:
        print(f"\nThis never came: {name}")
    for command, failure in summary.failures:
        print(f"\n{failure}\nReproduce it with: {command}")


def _tell_crashes(crashes: Crashes, *, short: bool) -> None:
    _line("Crash", f"{crashes.seconds:.0f} s")
    for name, outcome, seconds in crashes.cases:
        _line(f"  {name}", f"{outcome}, {seconds:.1f} s")
    if crashes.failed:
        part = " -m short" if short else ""
        print(f"Reproduce it with: .venv/bin/python -m pytest -o python_files='prove_*.py' {FOLDER}{part}")


def _tell_verdicts(verdicts: Verdicts) -> None:
    _line("Verdicts, the same in four ways", f"{verdicts.seconds:.0f} s")
    _line("  claims", verdicts.came.total())
    for key in verdicts.rules_without_claim:
        print(f"\nNo claim reached this rule: {key}")
    if verdicts.failure:
        print(f"\n{verdicts.failure}\nReproduce it with: .venv/bin/python -m tests.prove --only verdicts")


def _tell_all(title: str, counted: Counter[str]) -> None:
    _line(title, counted.total())
    for name, times in sorted(counted.items()):
        _line(f"    {name}", times)


def _line(name: str, value: str | int) -> None:
    shown = f"{value:,}" if isinstance(value, int) else value
    print(f"{name:<{_WIDTH}} {shown:>14}")


if __name__ == "__main__":
    sys.exit(main())
