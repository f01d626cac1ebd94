"""Reaching customers first: how an outreach moves, whom it leaves alone, how fast it writes, and never at night."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.errors import IllegalMove, NotAllowed
from portal.domain.money import Money
from portal.domain.outreach import (
    MOVES,
    STANDS_FOR,
    BadOutreach,
    OutreachMove,
    OutreachState,
    Plan,
    Seen,
    Skip,
    allowance,
    check_role,
    check_second,
    is_overdue,
    next_state,
    problem_of,
    spent,
    why_not,
)
from portal.domain.outreach_preview import Preview
from portal.domain.problems import ParcelState, Problem
from portal.domain.quiet_hours import USUAL, QuietHours, may_write_at, zones_of

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
PLAN = Plan(words="Silent ones", silent_days=10)
NOTHING_KNOWN = Seen(
    erased=False,
    opted_out=False,
    claimed=False,
    cancelled=False,
    arrived=False,
    nothing_left=False,
    told_lately=False,
    decided_at=NOW - timedelta(days=1),
)


def test_every_pair_of_state_and_move_is_listed_or_refused() -> None:
    asked = [(state, move) for state in OutreachState for move in OutreachMove]

    for state, move in asked:
        if (state, move) in MOVES:
            assert next_state(state, move) is MOVES[state, move]
        else:
            with pytest.raises(IllegalMove):
                next_state(state, move)


def test_what_was_paused_goes_on_where_it_was() -> None:
    assert next_state(OutreachState.PAUSED, OutreachMove.GO_ON, OutreachState.FIRST_WAVE) is OutreachState.FIRST_WAVE
    assert next_state(OutreachState.PAUSED, OutreachMove.GO_ON, OutreachState.TELLING) is OutreachState.TELLING
    with pytest.raises(IllegalMove):
        next_state(OutreachState.PAUSED, OutreachMove.GO_ON, OutreachState.DONE)


@pytest.mark.parametrize(
    ("move", "allowed"),
    [
        (OutreachMove.DRAW, {Role.POLICY_OWNER}),
        (OutreachMove.START, {Role.POLICY_OWNER}),
        (OutreachMove.APPROVE, {Role.APPROVER}),
        (OutreachMove.PAUSE, {Role.POLICY_OWNER, Role.APPROVER}),
        (OutreachMove.STOP, {Role.POLICY_OWNER, Role.APPROVER}),
    ],
)
def test_owners_start_and_approvers_are_second(move: OutreachMove, allowed: set[Role]) -> None:
    for role in Role:
        if role in allowed:
            check_role(role, move)
        else:
            with pytest.raises(NotAllowed):
                check_role(role, move)


def test_nobody_approves_what_they_drew_up_or_started() -> None:
    check_second(Actor.staff(3), ("staff:1", "staff:2"))
    for first in ("staff:1", "staff:2"):
        with pytest.raises(NotAllowed):
            check_second(Actor.staff(int(first[-1])), ("staff:1", "staff:2"))


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        ({"wave_size": 0}, "wave_size"),
        ({"wave_size": 21}, "wave_size"),
        ({"kept_back_days": 29}, "kept_back_days"),
        ({"per_minute": 0}, "per_minute"),
        ({"kept_back_share": 51}, "kept_back_share"),
        ({"silent_days": 0}, "silent_days"),
        ({"silent_days": None}, "cause"),
        ({"incident_ref": "INC-1"}, "cause"),
        ({"words": "  "}, "words"),
        ({"words": "a\x00b"}, "words"),
        ({"words": "w" * 4_001}, "words"),
    ],
)
def test_a_plan_that_cannot_be_is_refused_with_its_part(wrong: dict[str, Any], part: str) -> None:
    with pytest.raises(BadOutreach) as refused:
        replace(PLAN, **wrong).check()

    assert refused.value.part == part
    PLAN.check()


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ({}, None),
        ({"erased": True, "claimed": True}, Skip.ERASED),
        ({"opted_out": True}, Skip.OPTED_OUT),
        ({"claimed": True, "arrived": True}, Skip.CLAIMED),
        ({"cancelled": True}, Skip.CANCELLED),
        ({"arrived": True}, Skip.ARRIVED),
        ({"nothing_left": True}, Skip.GIVEN_BACK),
        ({"told_lately": True}, Skip.TOLD_LATELY),
        ({"decided_at": None}, None),
        ({"decided_at": NOW - STANDS_FOR}, None),
        ({"decided_at": NOW - STANDS_FOR - timedelta(seconds=1)}, Skip.OUT_OF_DATE),
    ],
)
def test_whoever_is_left_alone_is_so_for_a_reason(known: dict[str, Any], reason: Skip | None) -> None:
    assert why_not(replace(NOTHING_KNOWN, **known), NOW) is reason


@pytest.mark.parametrize(
    ("about", "state", "problem"),
    [
        (None, ParcelState.LATE, Problem.MISSING_PACKAGE),
        ("late", ParcelState.LATE, Problem.LATE),
        (None, ParcelState.NOT_SHIPPED, Problem.LATE),
        ("damaged", ParcelState.ON_THE_WAY, Problem.MISSING_PACKAGE),
        (None, ParcelState.DELIVERED, None),
        (None, ParcelState.CANCELLED, None),
    ],
)
def test_we_tell_of_what_we_can_see_ourselves(about: str | None, state: ParcelState, problem: Problem | None) -> None:
    assert problem_of(about, state) is problem


@pytest.mark.parametrize(
    ("promised", "left", "scanned", "overdue"),
    [
        (1, 5, 5, True),
        (0, 5, 5, False),
        (-3, 40, 40, False),
        (1, None, None, True),
        (None, 10, None, True),
        (None, 40, 9, False),
        (None, None, None, False),
    ],
)
def test_a_parcel_is_overdue_after_its_day_or_where_it_has_none_after_days_of_silence(
    promised: int | None, left: int | None, scanned: int | None, *, overdue: bool
) -> None:
    promised_at, handed_over_at, last_scan_at = (
        None if days is None else NOW - timedelta(days=days) for days in (promised, left, scanned)
    )

    found = is_overdue(
        promised_at=promised_at, handed_over_at=handed_over_at, last_scan_at=last_scan_at, silent_days=10, now=NOW
    )

    assert found is overdue


def test_letters_leave_at_the_rate_that_was_set_however_often_somebody_looks() -> None:
    given, moment, until = 0, NOW, None
    for seconds in (0, 1, 59, 60, 61, 60, 30, 30, 60):
        moment += timedelta(seconds=seconds)
        most, since = allowance(until, 60, moment)
        until = spent(since, most, 60)
        given += most

    elapsed = (moment - NOW).total_seconds()
    assert 60 + elapsed - 60 <= given <= 60 + elapsed


def test_one_letter_a_minute_is_one_in_each_minute_and_a_long_night_is_not_made_up_for() -> None:
    most, since = allowance(None, 1, NOW)
    after_a_night = allowance(spent(since, most, 1), 1, NOW + timedelta(hours=9))

    assert most == 1
    assert after_a_night[0] == 1


SAO_PAULO, BERLIN = ZoneInfo("America/Sao_Paulo"), ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("zones", "now", "then"),
    [
        ((SAO_PAULO,), "2026-11-20T12:00", "2026-11-20T12:00"),
        ((SAO_PAULO,), "2026-11-20T23:59", "2026-11-20T23:59"),
        ((SAO_PAULO,), "2026-11-21T00:00", "2026-11-21T11:00"),
        ((SAO_PAULO,), "2026-11-21T10:59", "2026-11-21T11:00"),
        # The clocks of Berlin were put on at one o'clock UTC that night.
        ((BERLIN,), "2026-03-28T23:00", "2026-03-29T06:00"),
        ((BERLIN, SAO_PAULO), "2026-11-20T08:00", "2026-11-20T11:00"),
    ],
)
def test_nobody_is_written_to_at_night(zones: tuple[ZoneInfo, ...], now: str, then: str) -> None:
    found = may_write_at(USUAL, zones, datetime.fromisoformat(now).replace(tzinfo=UTC))

    assert found == datetime.fromisoformat(then).replace(tzinfo=UTC)


def test_quiet_hours_are_read_as_they_are_written_and_may_be_none() -> None:
    assert QuietHours.read("22:30-07:15") == QuietHours(time(22, 30), time(7, 15))
    assert not QuietHours.read("00:00-00:00").holds(time(3))
    assert QuietHours.read("01:00-05:00").holds(time(3))
    for written in ("", "21-8", "25:00-08:00", "21:00-08:00 "):
        with pytest.raises(ValueError, match="21:00-08:00"):
            QuietHours.read(written)


def test_whoever_may_live_by_several_clocks_is_spared_by_all_of_them() -> None:
    shop = ZoneInfo("UTC")

    assert zones_of("BR", "AM", shop) == (ZoneInfo("America/Manaus"),)
    assert zones_of("BR", "SP", shop) == (SAO_PAULO,)
    assert zones_of("DE", "BE", shop) == (BERLIN,)
    assert len(zones_of("US", "NY", shop)) == 3
    assert zones_of("ZZ", "", shop) == (shop,)


def test_a_preview_adds_up_page_by_page_as_it_does_at_once() -> None:
    whole = Preview()
    for turn in range(4):
        paged = Preview.read(whole.to_document())
        paged.skipped(Skip.ARRIVED)
        paged.offered({"refund": Money(5_000, "BRL"), "store_credit": Money(5_500, "BRL")} if turn else {})
        whole = paged

    assert (whole.telling, whole.outlooks.total()) == (4, 8)
    assert list(whole.costs()) == [
        ("refund", 3, Money(15_000, "BRL")),
        ("store_credit", 3, Money(16_500, "BRL")),
    ]
    assert dict(whole.dearest) == {"BRL": 16_500}
