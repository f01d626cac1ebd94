"""The same steps under Hypothesis, which shrinks what fails to the few steps that matter."""

from contextlib import ExitStack
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from structlog.testing import capture_logs

from tests.prove.simulation.chance import Drawn
from tests.prove.simulation.history import Told, Twist, begin, end, look
from tests.prove.simulation.stage import Stage
from tests.prove.simulation.steps import BY_NAME, TICKETS, take
from tests.prove.simulation.world import World

STEPS_AN_EXAMPLE = 40


class Histories(RuleBasedStateMachine):
    """Random histories, step by step; every one of them is let run out and checked."""

    stage: ClassVar[Stage]
    told: ClassVar[Told]
    # One at most: what stands in Stripe's place.
    twists: ClassVar[tuple[Twist, ...]] = ()
    world: World | None = None
    broken = False

    def __init__(self) -> None:
        super().__init__()
        self._open = ExitStack()
        self._lines = self._open.enter_context(capture_logs())

    @initialize(data=st.data())
    def orders(self, data: st.DataObject) -> None:
        """Begin with a few orders, of which something was reported, and an offer taken."""
        self.world = self._kept(lambda: begin(self.stage, _drawn(data), *self.twists))
        for name in ("report", "accept") * 3:
            self._go_on(name, data)

    def teardown(self) -> None:
        """End the history, unless it broke before."""
        with self._open:
            if self.world is not None and not self.broken:
                self.world.chance = Drawn(lambda _: 0)
                end(self.world, self.told, self._lines)
                self.told.faults += self.world.faults

    @rule(name=st.sampled_from([step.name for step in TICKETS]), data=st.data())
    def step(self, name: str, data: st.DataObject) -> None:
        """Take a step, the more usual ones more often."""
        self._go_on(name, data)

    def _go_on(self, name: str, data: st.DataObject) -> None:
        world = self.world
        assert world is not None
        world.chance = _drawn(data)
        self._kept(lambda: take(world, BY_NAME[name]))
        self.told.steps += 1
        self._kept(lambda: look(world, self.told))

    def _kept(self, act: Any) -> Any:
        try:
            return act()
        except BaseException:
            # What broke is what Hypothesis is to tell of, and not how it ended after that.
            self.broken = True
            raise


def _drawn(data: st.DataObject) -> Drawn:
    return Drawn(lambda most: data.draw(st.integers(0, most - 1)))


def run_machine(stage: Stage, examples: int, *, twist: Twist | None = None, shrink: bool = True) -> Told:
    """Run so many histories, the same ones every time; raise what broke, with the fewest steps that break it."""
    told = Told(seed=0)
    ours = {"stage": stage, "told": told, "twists": (twist,) if twist else ()}
    machine = type("Histories", (Histories,), ours)
    wanted = settings(
        max_examples=examples,
        stateful_step_count=STEPS_AN_EXAMPLE,
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=wanted)
    return told
