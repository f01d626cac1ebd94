"""All that can happen in one step, and how often: one table for the dice of a seed and for Hypothesis alike."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.domain.errors import AmendsError
from tests.prove.simulation import checkouts, customers, providers, staff
from tests.prove.simulation.worker import SWEEPS
from tests.prove.simulation.world import NOTHING, World

_HOUR, _DAY = 3600, 86_400
_JUMPS = (60, 600, _HOUR, 6 * _HOUR, _DAY, 3 * _DAY, 8 * _DAY)
# Stripe lists an event for 30 days; a shop whose worker stood still for longer is no history of ours.
_POLLS_WITHIN = 20 * _DAY


@dataclass(frozen=True, slots=True)
class Step:
    """Something that can happen. weight: how often beside the others."""

    name: str
    act: Callable[[World], str]
    weight: int


def job(world: World) -> str:
    """Take any job that may run; at times the worker dies before its n-th look at the database, or at the very end."""
    waiting = world.stage.worker.jobs()
    if not waiting:
        return NOTHING
    chosen = world.pick(waiting)
    if world.seldom(8):
        world.stage.mortality.dies_after(world.chance.below(12))
    return f"{chosen.task_name}: {world.stage.worker.run(chosen)}"


def sweep(world: World) -> str:
    """Run one of the worker's sweeps."""
    name = world.pick(SWEEPS)
    if world.seldom(15):
        world.stage.mortality.dies_after(world.chance.below(4))
    return f"{name}: {world.stage.worker.sweep(name)}"


def time_passes(world: World) -> str:
    """Let minutes or days pass, and what was due by then happen outside."""
    seconds = world.pick(_JUMPS)
    asked = "SELECT extract(epoch FROM max(polled_at)) FROM event_polls"
    polled = world.ask(asked)[0][0]
    if polled is not None and world.stage.clock.seconds() + seconds - float(polled) > _POLLS_WITHIN:
        world.all_goes_well()
        world.stage.worker.sweep("events")
    while seconds >= _HOUR and world.stage.refunds.late:
        # No request travels for an hour.
        world.stage.refunds.arrive()
    world.stage.clock.pass_(seconds=seconds)
    world.stage.outside.turn()
    return f"{seconds} seconds"


STEPS = (
    Step("order", World.order, 6),
    Step("report", customers.report, 20),
    Step("report again", customers.report_again, 1),
    Step("accept", customers.accept, 30),
    Step("withdraw", customers.withdraw, 2),
    Step("correct", customers.correct, 2),
    Step("ask for a person", customers.ask_person, 2),
    Step("write", customers.write, 2),
    Step("say whether it is right", customers.say_whether_right, 8),
    Step("add a photo", customers.photo, 5),
    Step("decide", staff.decide, 5),
    Step("look a second time", staff.confirm, 4),
    Step("answer", staff.answer, 1),
    Step("close a trouble", staff.close, 1),
    Step("end a doubt", staff.end_doubt, 3),
    Step("hold credit", checkouts.set_aside, 5),
    Step("capture credit", checkouts.capture, 3),
    Step("release credit", checkouts.release, 1),
    Step("give credit back", checkouts.give_back, 2),
    Step("take credit back", checkouts.reverse, 1),
    Step("fault at Stripe", providers.fault, 12),
    Step("fault of a port", providers.port_fault, 6),
    Step("late request", providers.late_request, 3),
    Step("key rolled", providers.key_rolled, 1),
    Step("key given back", providers.key_given_back, 3),
    Step("dashboard refund", providers.dashboard_refund, 2),
    Step("dispute", providers.dispute, 2),
    Step("dispute moves", providers.dispute_moves, 4),
    Step("bank", providers.bank, 4),
    Step("stock", providers.stock, 2),
    Step("post", providers.deliver, 14),
    Step("post again", providers.deliver_again, 2),
    Step("post lost", providers.lose_post, 2),
    Step("job", job, 46),
    Step("sweep", sweep, 12),
    Step("time passes", time_passes, 12),
)
BY_NAME = {step.name: step for step in STEPS}
# How often a step may find nothing to do before another one is no longer sought.
_CHOICES = 2
TICKETS = tuple(step for step in STEPS for _ in range(step.weight))


def take(world: World, step: Step) -> str:
    """Take a step and write it down; what a service refuses on purpose is an answer like any other."""
    number = len(world.log) + 1
    world.log.append(f"{number:4} {step.name}: …")
    try:
        came = step.act(world)
    except AmendsError as refusal:
        came = f"refused: {type(refusal).__name__}"
    moment = world.stage.clock.moment.strftime("%m-%d %H:%M")
    world.log[-1] = f"{number:4} {moment} {step.name}: {came}"
    world.came[NOTHING if came == NOTHING else "refused" if came.startswith("refused") else step.name] += 1
    return came


def take_any(world: World) -> None:
    """Take a step by choice; where there was nothing to do, another one in its place, within reason."""
    for _ in range(_CHOICES):
        if take(world, world.pick(TICKETS)) != NOTHING:
            return
        world.log.pop()
