"""Run the history of one seed: some orders, steps by its dice, checks on the way, and the end."""

import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from structlog.testing import capture_logs

from portal.domain.ports import RefundProvider
from tests.prove.simulation import ending
from tests.prove.simulation.chance import Chance, Dice
from tests.prove.simulation.reached import reached
from tests.prove.simulation.stage import Stage
from tests.prove.simulation.steps import take_any
from tests.prove.simulation.world import World

STEPS_A_SEED = 200
_ORDERS = 5
_LOOKS_EVERY, _CHECKS_EVERY = 10, 100
_BROKE = "a step broke and is tried again later"
Twist = Callable[[RefundProvider], RefundProvider]


@dataclass
class Told:
    """What one seed came to. failure: why and after what, where something did not hold.

    seconds: by the wall; spent: of this process on a processor, which says more on a busy machine.
    """

    seed: int
    steps: int = 0
    seconds: float = 0.0
    spent: float = 0.0
    checked: int = 0
    came: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)
    failure: str = ""


def run_seed(stage: Stage, seed: int, *, steps: int = STEPS_A_SEED, twist: Twist | None = None) -> Told:
    """Run a seed; the same one goes the same way on every machine."""
    told, began, spent = Told(seed), time.perf_counter(), time.process_time()
    world = begin(stage, Dice(seed), twist)
    try:
        with capture_logs() as lines:
            for _ in range(steps):
                step_on(world, told)
            end(world, told, lines)
    except Exception:
        told.failure = "\n".join([*world.log, "", *ending.describe(world), "", traceback.format_exc()])
    told.seconds, told.spent = time.perf_counter() - began, time.process_time() - spent
    return close(world, told)


def begin(stage: Stage, chance: Chance, twist: Twist | None = None) -> World:
    """Begin a history: a few orders, and a worker that has asked Stripe once."""
    stage.begin_anew(twist)
    world = World(stage, chance)
    stage.worker.sweep("events")
    for _ in range(_ORDERS):
        world.log.append(world.order())
    return world


def step_on(world: World, told: Told) -> None:
    """Take one step, and look from time to time whether all still holds."""
    take_any(world)
    told.steps += 1
    look(world, told)


def look(world: World, told: Told) -> None:
    """Check a little often, and more of it seldom."""
    if told.steps % _LOOKS_EVERY == 0:
        told.checked += ending.check_on_the_way(world)
    if told.steps % _CHECKS_EVERY == 0:
        told.checked += ending.check_our_own(world)


def end(world: World, told: Told, lines: list[Any]) -> None:
    """Let it run out and check everything. lines: what was logged."""
    world.log.append("     all goes well from here, and everything runs out")
    world.met_so_far()
    ending.let_run_out(world)
    nothing_broke(lines)
    told.checked += ending.check_the_end(world)


def nothing_broke(lines: list[Any]) -> None:
    """Fail where a job met an error that its retry hid."""
    broken = [f"{line['kind']}: {line['exc_info']!r}" for line in lines if line["event"] == _BROKE]
    assert not broken, f"a step broke: {sorted(set(broken))}"


def close(world: World, told: Told) -> Told:
    """Count what was met."""
    told.came, told.log = world.came, world.log
    told.reached = world.carts + Counter(reached(world))
    told.faults = world.faults + world.stage.fates.met
    told.deaths = Counter(world.stage.mortality.points)
    return told
