"""A replay of a policy, killed on its way, stopped, or running while customers wait: whole or nothing, in nobody's way.

Its past claims are written as a replica writes them, without books; only the replay and the jobs are looked at.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from statistics import median

import pytest

from portal.domain.authority import Role
from portal.domain.replays import Span
from portal.launch import postgres
from portal.services.ask_replay import ask_replay, stop_replay
from portal.services.chosen_text import OfDraft
from portal.services.draft_policy import start_draft
from portal.services.run_replay import run_replay
from tests.prove.crash.doors import Way
from tests.prove.crash.processes import Process
from tests.prove.crash.world import World, a_world, eventually
from tests.support.builders import DEFAULT_POLICY
from tests.support.past_claims import write_past_claims
from tests.support.sandbox_server import Sandbox
from tests.support.staff_made import a_staff_member

_FEW, _MANY = 2_000, 100_000
_WHOLE = Span(date(2026, 1, 1), date(2026, 12, 31), None, 1)
_GIVES = "refund = { goods = 100, shipping = 100, arrives_in_days = 14 }"
_STATE = "SELECT state, lines_done, lines_whole, result FROM policy_replays WHERE ref = %(ref)s"
_TELLS, _ENDS = ("UPDATE policy_replays", "lines_done"), ("UPDATE policy_replays", "ended_at")
_LEFT = "SELECT FROM jobs.procrastinate_jobs WHERE task_name = 'claims.follow' AND args ->> 'claim_ref' = %(ref)s"

_AFTER = "SELECT setval(pg_get_serial_sequence('{table}', 'id'), {claims})"


@dataclass
class Past:
    """A shop with past claims and a stingier draft; its worker has nothing else to do."""

    world: World
    owner: int
    draft: str

    @classmethod
    def of(cls, world: World, claims: int) -> "Past":
        """Write so many past claims, and a draft that gives half."""
        write_past_claims(world.database_url, claims)
        for table in ("orders", "claims", "claim_lines", "remedies", "offers"):
            world.do(_AFTER.format(table=table, claims=claims))
        owner = a_staff_member(world.toolkit, role=Role.POLICY_OWNER)
        source = DEFAULT_POLICY.read_text(encoding="utf-8").replace(_GIVES, _GIVES.replace("100", "50"))
        return cls(world, owner, start_draft(world.toolkit, staff_id=owner, market="*", title="Half", source=source))

    def ask(self, span: Span = _WHOLE, minutes: int = 6) -> str:
        return ask_replay(self.world.toolkit, staff_id=self.owner, of=OfDraft(self.draft), span=span, minutes=minutes)

    def told(self, ref: str) -> tuple[str, int, int | None, object]:
        row = self.world.rows(_STATE, {"ref": ref})[0]
        return row.state, row.lines_done, row.lines_whole, row.result

    def worker(self) -> Process:
        self.world.forget_the_dead()
        return self.world.worker()

    def ended(self, ref: str, seconds: float = 60.0) -> object:
        eventually(lambda: self.told(ref)[0] not in ("waiting", "running"), "the end of the replay", seconds=seconds)
        state, done, whole, result = self.told(ref)
        assert (state, done) == ("done", whole)
        return result


@pytest.fixture(scope="module")
def opened(
    crash_server: postgres.Server, crash_sandbox: Sandbox, web_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Past]:
    with a_world(crash_server, crash_sandbox, web_port, tmp_path_factory.mktemp("past")) as world:
        yield Past.of(world, _FEW)


@pytest.fixture(scope="module")
def expected(opened: Past) -> object:
    """Give what comes of a replay that nobody disturbs."""
    ref = opened.ask(minutes=1)
    run_replay(opened.world.toolkit, ref)
    return opened.ended(ref)


@pytest.fixture
def past(opened: Past) -> Iterator[Past]:
    yield opened
    for process in opened.world.processes:
        process.kill()
    for door in opened.world.doors.all():
        door.clear()
        door.open()


@pytest.mark.parametrize(
    ("way", "words", "state"),
    [
        pytest.param(Way.ASK, _TELLS, "waiting", id="leased"),
        pytest.param(Way.ASK, _ENDS, "running", id="judged"),
        pytest.param(Way.ANSWER, _ENDS, "running", id="written"),
    ],
)
@pytest.mark.proves("bug 47")
def test_a_replay_whose_worker_was_killed_keeps_nothing_half_and_is_taken_up_again(
    past: Past, expected: object, way: Way, words: tuple[str, ...], state: str
):
    worker = past.worker()
    held = past.world.doors.database.hold(way, lambda text: all(word in text for word in words))
    ref = past.ask()
    held.wait("the worker at its point")

    worker.kill()
    held.drop()

    found = past.told(ref)
    assert (found[0], found[3]) == (state, None)
    past.worker()
    assert past.ended(ref) == expected


@pytest.mark.proves("bug 47")
def test_a_replay_that_was_stopped_keeps_nothing_and_the_next_one_begins(past: Past):
    held = past.world.doors.database.hold(Way.ASK, lambda text: all(word in text for word in _ENDS))
    past.worker()
    ref, other = past.ask(), past.ask(minutes=2)
    held.wait("the end of the first")

    stop_replay(past.world.toolkit, staff_id=past.owner, ref=ref)
    held.let_go()

    past.ended(other)
    assert past.told(ref)[0::3] == ("stopped", None)


def test_jobs_that_customers_wait_for_are_not_held_up_by_a_long_replay(
    crash_server: postgres.Server, crash_sandbox: Sandbox, web_port: int, tmp_path_factory: pytest.TempPathFactory
):
    with a_world(crash_server, crash_sandbox, web_port, tmp_path_factory.mktemp("many")) as world:
        past = Past.of(world, _MANY)
        past.worker()
        _follow(world)
        alone, beside = [], []
        for minutes in range(1, 4):
            alone += [_follow(world) for _ in range(8)]
            ref = past.ask(minutes=minutes)
            eventually(lambda ref=ref: past.told(ref)[1] > 0, "the replay at work")
            while past.told(ref)[0] == "running":
                beside.append(_follow(world))
            past.ended(ref)

    for name, seconds in (("without", alone), ("beside", beside)):
        ranked = sorted(seconds)
        print(f"{name} a replay: {len(ranked)} jobs, median {median(ranked):.3f} s, slowest {ranked[-1]:.3f} s")
    assert len(beside) >= 5
    assert max(beside) < 2.0


def _follow(world: World) -> float:
    """Let a customer choose money back; tell the seconds from the choice to the end of its job."""
    order, ref = world.reported()
    eventually(lambda: not world.rows(_LEFT + " AND scheduled_at IS NULL", {"ref": ref}), "the report's own jobs")
    world.shop.accept(order, ref, "refund")
    began = time.monotonic()
    until = began + 30
    while world.rows(_LEFT + " AND scheduled_at IS NULL", {"ref": ref}):
        assert time.monotonic() < until, "the job was not done in half a minute"
        time.sleep(0.005)
    return time.monotonic() - began
