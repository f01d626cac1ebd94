"""The simulation in the gate: one seed holds, the same seed goes the same way, and what is broken is found."""

from collections.abc import Iterator

import pytest

from portal.launch.postgres import Server
from tests.prove.simulation.broken import (
    CallsSilenceNo,
    ForgetsFailures,
    SendsAgainUnderAnotherKey,
    SendsTheCentsTwice,
)
from tests.prove.simulation.history import Twist, run_seed
from tests.prove.simulation.machine import run_machine
from tests.prove.simulation.stage import Stage, open_stage
from tests.support import database
from tests.support.running import worker_name

_SEEDS = (11,)
_FOUND_WITHIN = range(1, 13)


@pytest.fixture(scope="module")
def stage(database_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    template = database.migrated_template(database_server)
    name = f"simulation_{worker_name()}"
    folder = tmp_path_factory.mktemp("simulation")
    with database.fresh_database(database_server, name, template=template) as url, open_stage(url, folder) as opened:
        yield opened


@pytest.mark.proves("M1", "M3", "M15", "L3", "L13", "F1", "F6", "F7")
@pytest.mark.parametrize("seed", _SEEDS)
def test_everything_holds_after_the_history_of_a_seed(stage: Stage, seed: int):
    told = run_seed(stage, seed)

    assert told.failure == ""
    assert told.steps == 200
    assert told.faults.total() > 0


def test_the_same_seed_goes_the_same_way_again(stage: Stage):
    first = run_seed(stage, 13, steps=120)

    again = run_seed(stage, 13, steps=120)

    assert again.log == first.log
    assert again.faults == first.faults


@pytest.mark.parametrize(
    ("twist", "says"),
    [
        (SendsAgainUnderAnotherKey, ("under a name that no row of ours has",)),
        (CallsSilenceNo, ("M3 ", "X4 ")),
        (ForgetsFailures, ("M3 ", "X4 ")),
    ],
)
def test_a_broken_world_is_found_and_told_with_its_steps(stage: Stage, twist: Twist, says: tuple[str, ...]):
    failures = (run_seed(stage, seed, steps=120, twist=twist).failure for seed in _FOUND_WITHIN)

    found = next(failure for failure in failures if failure)

    assert any(words in found for words in says)
    assert "accept: claim" in found


def test_hypothesis_finds_a_broken_world(stage: Stage):
    with pytest.raises(AssertionError) as found:
        run_machine(stage, 12, twist=SendsTheCentsTwice, shrink=False)

    assert "M3" in str(found.value)
