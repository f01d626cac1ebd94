"""A replay that staff ask for: done by the worker, told while it runs, kept, and never confused with a later text."""

import json
from dataclasses import replace
from datetime import timedelta
from functools import partial
from importlib.resources import files
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.errors import NotAllowed, NotFound
from portal.domain.problems import Problem
from portal.domain.replays import BadReplay, ReplayState, Span
from portal.records import policy_replays
from portal.records.policy_replays import OfWhat
from portal.records.sessions import Session
from portal.services.ask_replay import ask_replay, stop_replay
from portal.services.chosen_text import OfDraft, OfVersion
from portal.services.draft_policy import DraftPage, save_draft, start_draft
from portal.services.publish_policy import publish_policy
from portal.services.replay_result import ReplayResult, from_document, to_document
from portal.services.run_replay import run_replay
from tests.support.at_once import at_once
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member

_SOURCE = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")
_WHOLE = "refund = { goods = 100, shipping = 100, arrives_in_days = 14 }"
HALF = _SOURCE.replace(_WHOLE, _WHOLE.replace("100", "50")).replace("then.keep = true\n", "")
MINUTES = 6


@pytest.fixture
def owner(shop: Shop) -> int:
    return a_staff_member(shop.toolkit, role=Role.POLICY_OWNER)


@pytest.fixture
def draft(shop: Shop, owner: int) -> str:
    return start_draft(shop.toolkit, staff_id=owner, market="*", title="Half of it", source=HALF)


@pytest.fixture
def claims(shop: Shop) -> list[str]:
    return [shop.report(shop.order(), Problem.DAMAGED) for _ in range(3)]


def days(shop: Shop, *, since: int = -2, until: int = 0, market: str | None = None, every: int = 1) -> Span:
    today = shop.now().date()
    return Span(today + timedelta(days=since), today + timedelta(days=until), market, every)


def found(shop: Shop, ref: str) -> OfWhat:
    with shop.toolkit.reading() as session:
        replay = policy_replays.found(session, ref)
    assert replay is not None
    return replay


def result(shop: Shop, ref: str) -> ReplayResult:
    return from_document(found(shop, ref).replay.result or {})


def test_the_worker_does_it_and_what_came_of_it_is_kept(shop: Shop, owner: int, draft: str, claims: list[str]) -> None:
    ref = ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(draft), span=days(shop), minutes=MINUTES)
    waiting = found(shop, ref).replay.state

    shop.work()

    kept, done = result(shop, ref), found(shop, ref).replay
    assert (waiting, done.state, done.lines_done, done.lines_whole) == ("waiting", "done", 3, 3)
    assert (kept.lines, kept.changed, kept.without_facts) == (3, 3, 0)
    assert {one.ref for one in kept.largest} == set(claims)
    assert kept.rules.keys() == {key for row in kept.flips for key in (row.flip.rule, row.flip.draft_rule)}
    assert sum(row.after - row.before for row in kept.costs) == sum(row.minor for row in kept.flips)
    assert {part for row in kept.flips for part in row.flip.parts} == {"keep"}
    assert from_document(json.loads(json.dumps(to_document(kept)))) == kept
    # Each cost that moved says which rules moved it, by as much as it did.
    moved = [row for row in kept.costs if row.after != row.before]
    assert [sum(minor for _, minor in row.reasons) for row in moved] == [row.after - row.before for row in moved]


def test_a_draft_that_changed_since_is_known_by_its_text(shop: Shop, owner: int, draft: str, claims: list[str]) -> None:
    ref = ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(draft), span=days(shop), minutes=MINUTES)
    save_draft(shop.toolkit, staff_id=owner, page=DraftPage(draft, 1), source=_SOURCE)

    shop.work()

    # What was asked for is judged, and not what the draft says by now.
    of_what = found(shop, ref)
    assert result(shop, ref).changed == len(claims)
    assert of_what.draft is not None
    assert of_what.replay.digest != policy_replays.digest_of(of_what.draft.source)


def test_a_version_is_replayed_too_and_the_one_in_force_changes_nothing(
    shop: Shop, owner: int, claims: list[str]
) -> None:
    ref = ask_replay(shop.toolkit, staff_id=owner, of=OfVersion("*", 1), span=days(shop), minutes=MINUTES)

    shop.work()

    assert (result(shop, ref).lines, result(shop, ref).changed, result(shop, ref).flips) == (len(claims), 0, ())


def test_asking_twice_or_two_people_at_once_start_one(shop: Shop, owner: int, draft: str, claims: list[str]) -> None:
    colleague = a_staff_member(shop.toolkit, role=Role.APPROVER)

    def ask(staff_id: int = owner) -> str:
        return ask_replay(shop.toolkit, staff_id=staff_id, of=OfDraft(draft), span=days(shop), minutes=MINUTES)

    refs = {*at_once(ask, partial(ask, colleague)), ask()}

    assert len(refs) == 1
    assert shop.rows("SELECT count(*) FROM jobs.procrastinate_jobs WHERE task_name = 'policy.replay'") == [(1,)]
    shop.work()
    assert ask() not in refs


def test_one_that_was_stopped_is_not_done_and_stays_so(shop: Shop, owner: int, draft: str, claims: list[str]) -> None:
    ref = ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(draft), span=days(shop), minutes=MINUTES)

    stop_replay(shop.toolkit, staff_id=owner, ref=ref)
    shop.work()
    stop_replay(shop.toolkit, staff_id=owner, ref=ref)

    assert (found(shop, ref).replay.state, found(shop, ref).replay.result) == ("stopped", None)


def test_one_that_is_stopped_while_it_runs_keeps_nothing(shop: Shop, owner: int, draft: str, claims: list[str]) -> None:
    ref = ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(draft), span=days(shop), minutes=MINUTES)
    taken = iter([shop.toolkit.sessions])

    def stopped_meanwhile() -> Session:
        # The first session reads the replay; whatever comes after it finds that somebody has stopped it.
        opened = next(taken, None)
        if opened is None:
            stop_replay(shop.toolkit, staff_id=owner, ref=ref)
        return shop.toolkit.sessions()

    run_replay(replace(shop.toolkit, sessions=stopped_meanwhile), ref)

    assert found(shop, ref).replay.state == ReplayState.STOPPED
    shop.work()


def test_a_market_of_its_own_is_replayed_over_its_own_claims_alone(shop: Shop, owner: int, claims: list[str]) -> None:
    (market,) = {row[0] for row in shop.rows("SELECT market FROM orders")}
    for_market = start_draft(
        shop.toolkit,
        staff_id=owner,
        market=market,
        title="Here",
        source=HALF.replace('market = "*"', f'market = "{market}"'),
    )

    mine = ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(for_market), span=days(shop), minutes=MINUTES)

    shop.work()
    assert found(shop, mine).replay.market == market
    assert result(shop, mine).lines == len(claims)
    with pytest.raises(BadReplay, match="another"):
        ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(for_market), span=days(shop, market="XX"), minutes=MINUTES)


def test_claims_of_a_market_with_a_policy_of_its_own_are_left_out_of_the_default(
    shop: Shop, owner: int, draft: str, claims: list[str]
) -> None:
    (market,) = {row[0] for row in shop.rows("SELECT market FROM orders")}
    own = _SOURCE.replace('market = "*"', f'market = "{market}"')
    publish_policy(shop.toolkit, source=own, actor=Actor.system("policy load"), despite="It is known.")

    ref = ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(draft), span=days(shop), minutes=MINUTES)
    shop.work()

    assert result(shop, ref).lines == 0


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"since": 0, "until": -1}, "until"),
        ({"since": 1, "until": 2}, "since"),
        ({"since": -2000}, "since"),
        ({"every": 0}, "every"),
        ({"every": 10_001}, "every"),
        ({"market": "NOWHERE"}, "market"),
    ],
)
def test_what_makes_no_sense_is_refused_and_writes_nothing(
    shop: Shop, owner: int, draft: str, claims: list[str], changes: dict[str, Any], part: str
) -> None:
    with pytest.raises(BadReplay) as refused:
        ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(draft), span=days(shop, **changes), minutes=MINUTES)

    assert refused.value.part == part
    assert shop.rows("SELECT count(*) FROM policy_replays") == [(0,)]


@pytest.mark.parametrize("minutes", [0, -1, 601])
def test_minutes_that_nobody_works_are_refused(shop: Shop, owner: int, draft: str, minutes: int) -> None:
    with pytest.raises(BadReplay, match="minutes"):
        ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(draft), span=days(shop), minutes=minutes)


def test_only_those_who_see_policies_ask_and_stop(shop: Shop, owner: int, draft: str) -> None:
    agent = a_staff_member(shop.toolkit, role=Role.AGENT)
    ref = ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(draft), span=days(shop), minutes=MINUTES)

    with pytest.raises(NotAllowed):
        ask_replay(shop.toolkit, staff_id=agent, of=OfDraft(draft), span=days(shop), minutes=MINUTES)
    with pytest.raises(NotAllowed):
        stop_replay(shop.toolkit, staff_id=agent, ref=ref)
    shop.work()


@pytest.mark.parametrize("of", [OfDraft("DRF-NOWHERE"), OfVersion("*", 99), OfVersion("XX", 1)])
def test_a_text_that_is_not_there_is_not_found(shop: Shop, owner: int, of: OfDraft | OfVersion) -> None:
    with pytest.raises(NotFound):
        ask_replay(shop.toolkit, staff_id=owner, of=of, span=days(shop), minutes=MINUTES)


def test_nobody_changes_what_came_of_a_replay(shop: Shop, owner: int, draft: str, claims: list[str]) -> None:
    ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(draft), span=days(shop), minutes=MINUTES)
    shop.work()

    for statement in ("UPDATE policy_replays SET result = '{}'", "DELETE FROM policy_replays"):
        with pytest.raises(DBAPIError), shop.toolkit.transaction() as session:
            session.execute(text(statement))


def test_a_worker_that_died_begins_it_anew(shop: Shop, owner: int, draft: str, claims: list[str]) -> None:
    ref = ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(draft), span=days(shop), minutes=MINUTES)
    with shop.toolkit.transaction() as session:
        policy_replays.tell(session, ref, done=2, whole=9)

    shop.work()
    run_replay(shop.toolkit, ref)

    done = found(shop, ref).replay
    assert (done.state, done.lines_done, done.lines_whole) == ("done", 3, 3)


@pytest.mark.parametrize("nothing", [{"since": -40, "until": -30}, {"market": "PT"}])
def test_days_or_a_market_without_claims_end_with_nothing_judged(
    shop: Shop, owner: int, draft: str, claims: list[str], nothing: dict[str, Any]
) -> None:
    shop.order(market="PT")
    ref = ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(draft), span=days(shop, **nothing), minutes=MINUTES)

    shop.work()

    done, kept = found(shop, ref).replay, result(shop, ref)
    assert (done.state, done.lines_done, done.lines_whole) == ("done", 0, 0)
    assert (kept.lines, kept.changed, kept.flips, kept.costs, kept.largest) == (0, 0, (), (), ())


class Broken(RuntimeError):
    """Something that nobody thought of."""


@pytest.mark.parametrize(("last_try", "state"), [(False, "waiting"), (True, "failed")])
def test_an_error_is_tried_again_and_told_when_nobody_tries_any_more(
    shop: Shop, owner: int, draft: str, claims: list[str], state: str, *, last_try: bool
) -> None:
    ref = ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(draft), span=days(shop), minutes=MINUTES)
    opened = iter([None, Broken()])

    def breaks() -> Session:
        # The first session reads what was asked for; the one of the replay itself breaks.
        error = next(opened, None)
        if error is not None:
            raise error
        return shop.toolkit.sessions()

    with pytest.raises(Broken):
        run_replay(replace(shop.toolkit, sessions=breaks), ref, last_try=last_try)

    told = found(shop, ref).replay
    assert (told.state, told.failure, told.result) == (state, "Broken" if last_try else "", None)
    shop.work()


def test_a_text_that_cannot_be_read_any_more_fails_with_the_reason(
    shop: Shop, owner: int, draft: str, claims: list[str]
) -> None:
    ref = ask_replay(shop.toolkit, staff_id=owner, of=OfDraft(draft), span=days(shop), minutes=MINUTES)
    with shop.toolkit.transaction() as session:
        session.execute(text("UPDATE policy_replays SET source = 'rules = 7'"))

    shop.work()

    failed = found(shop, ref).replay
    assert failed.state == "failed"
    assert failed.failure
