"""During a deploy the code before runs beside this one on the database that is migrated already."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.launch.settings import ROOT
from tests.prove.crash.customers import TO_ANOTHER_PAGE, Visitor
from tests.prove.crash.rest import be_idle, check, come_to_rest
from tests.prove.crash.world import World
from tests.support.sandbox_server import free_port

# How far back the code before lies, or a commit by name.
_BEFORE = os.environ.get("PROVE_PREVIOUS", "HEAD~10")


def git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@contextmanager
def code_before(folder: Path) -> Iterator[Path]:
    """Check the code before out into a folder of its own; it fails where there is no git, or no history."""
    made = git("worktree", "add", "--detach", str(folder), _BEFORE)
    assert made.returncode == 0, f"there is no history here to take {_BEFORE} from: {made.stderr.strip()}"
    try:
        assert git("rev-parse", _BEFORE).stdout != git("rev-parse", "HEAD").stdout
        yield folder
    finally:
        git("worktree", "remove", "--force", str(folder))


@pytest.mark.proves("fault 58", "fault 59")
def test_web_and_worker_of_the_code_before_share_the_database_and_the_jobs_with_ours(world: World, tmp_path: Path):
    with code_before(tmp_path / "before") as before:
        port = free_port()
        ours, theirs = world.web(), world.web(root=before, port=port)
        be_idle(world)
        their_worker = world.worker(root=before)
        visitors = [Visitor.of(world, port=number) for number in (world.web_port, port) * 5]
        paths = [visitor.report(visitor.report_form()).location for visitor in visitors]
        come_to_rest(world)
        # What one of them showed is sent to the other, as behind a proxy that spreads visitors over both.
        for visitor, path in zip(visitors, paths, strict=True):
            form = visitor.accept_form(path)
            visitor.port = port if visitor.port == world.web_port else world.web_port
            assert visitor.accept(path, form).status == TO_ANOTHER_PAGE

        come_to_rest(world)

        check(world)
        # Rolled back: the code before does alone what ours has promised.
        stay_alone(world)
        last = Visitor.of(world, port=port)
        path = last.report(last.report_form()).location
        assert last.accept(path, last.accept_form(path)).status == TO_ANOTHER_PAGE
        come_to_rest(world)
        check(world)
        for process in (ours, theirs, their_worker):
            process.stop()


def stay_alone(world: World) -> None:
    """Stop our worker."""
    if world.at_work is not None:
        world.at_work.stop()
        world.at_work = None
