"""Reaching customers first: how an outreach moves, who may move it, and whom it leaves alone, with the reason."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.domain.actors import Actor
from portal.domain.authority import PUBLISHES_POLICY, REVIEWS_POLICY, WRITES_POLICY, Role
from portal.domain.errors import AmendsError, IllegalMove, NotAllowed
from portal.domain.problems import SENSIBLE, ParcelState, Problem

US = Actor.system("outreach")
"""Who makes a claim before its customer tells us anything."""
TOLD_APART = timedelta(days=14)
"""A customer hears from one outreach only in this time."""
STANDS_FOR = timedelta(days=30)
"""What was started longer ago than this is not approved any more, and what was approved longer ago tells nobody."""
COUNT_LASTS = timedelta(days=7)
"""What was counted longer ago than this is counted anew before anybody is told."""
TRIED_AGAIN_AFTER = timedelta(minutes=10)
"""Whoever was handed to a worker and is not told by then is handed over again: that worker may have died."""
SILENT_DAYS = 10
"""So long nothing was scanned of a parcel before the standing rule finds it, unless the installation says otherwise."""
WAVE_SHARE = 10
"""The first wave holds one in so many of the customers found at most, and one at least."""
IN_A_LETTER = 20
"""A letter tells of so many parcels at most; what is left is told by a following one, a letter of its own."""
_MOST_SAVED_UP = timedelta(seconds=90)
"""Letters that were not sent while nobody looked are not made up for beyond this."""


class OutreachState(StrEnum):
    """Where an outreach stands."""

    COUNTING = "counting"
    READY = "ready"
    FIRST_WAVE = "first_wave"
    AWAITING_SECOND = "awaiting_second"
    TELLING = "telling"
    PAUSED = "paused"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


class OutreachMove(StrEnum):
    """What can be done to an outreach."""

    DRAW = "draw"
    COUNTED = "counted"
    FAIL = "fail"
    START = "start"
    WAVE_IS_TOLD = "wave_is_told"
    APPROVE = "approve"
    ALL_ARE_TOLD = "all_are_told"
    PAUSE = "pause"
    GO_ON = "go_on"
    STOP = "stop"


class TargetState(StrEnum):
    """Where one parcel of an outreach stands."""

    WAITING = "waiting"
    KEPT_BACK = "kept_back"
    """Drawn by lot, to be told later than the others, so that what telling does can be seen."""
    TOLD = "told"
    SKIPPED = "skipped"


class Skip(StrEnum):
    """Why somebody is not told."""

    ERASED = "erased"
    OPTED_OUT = "opted_out"
    CLAIMED = "claimed"
    """They told us themselves."""
    CANCELLED = "cancelled"
    ARRIVED = "arrived"
    GIVEN_BACK = "given_back"
    TOLD_LATELY = "told_lately"
    ONLY_THEY_KNOW = "only_they_know"
    """Whether it struck them, nobody but the customer can see."""
    TOO_EARLY = "too_early"
    """Policy would still wait."""
    NOTHING_TO_OFFER = "nothing_to_offer"
    UNJUDGED = "unjudged"
    """Judging the parcel failed, for a reason that nobody foresaw."""
    OUT_OF_DATE = "out_of_date"
    STOPPED = "stopped"


_S, _M = OutreachState, OutreachMove
MOVES: dict[tuple[OutreachState | None, OutreachMove], OutreachState] = {
    (None, _M.DRAW): _S.COUNTING,
    (_S.COUNTING, _M.COUNTED): _S.READY,
    (_S.COUNTING, _M.FAIL): _S.FAILED,
    (_S.READY, _M.START): _S.FIRST_WAVE,
    (_S.FIRST_WAVE, _M.WAVE_IS_TOLD): _S.AWAITING_SECOND,
    # Where nobody was told and nobody is left, there is nothing that a second person could look at.
    (_S.FIRST_WAVE, _M.ALL_ARE_TOLD): _S.DONE,
    (_S.AWAITING_SECOND, _M.APPROVE): _S.TELLING,
    (_S.TELLING, _M.ALL_ARE_TOLD): _S.DONE,
    # What it goes on to is where it was paused; the row keeps that.
    **{(state, _M.PAUSE): _S.PAUSED for state in (_S.FIRST_WAVE, _S.TELLING)},
    **{
        (state, _M.STOP): _S.STOPPED
        for state in (_S.COUNTING, _S.READY, _S.FIRST_WAVE, _S.AWAITING_SECOND, _S.TELLING, _S.PAUSED)
    },
}
TELLS = frozenset({_S.FIRST_WAVE, _S.TELLING})
ENDED = frozenset({_S.DONE, _S.STOPPED, _S.FAILED})
_ROLES = {_M.DRAW: WRITES_POLICY, _M.START: WRITES_POLICY, _M.APPROVE: PUBLISHES_POLICY}


class BadOutreach(AmendsError):
    """An outreach cannot be drawn up, or started, so; part names what is wrong, why says what is wrong with it."""

    def __init__(self, part: str, why: str) -> None:
        """Keep the part (a field's name, or ``outreach``) and the reason."""
        super().__init__(f"{part}: {why}")
        self.part, self.why = part, why


LIMITS: Mapping[str, range] = {
    "silent_days": range(3, 61),
    "wave_size": range(1, 21),
    "per_minute": range(1, 601),
    "kept_back_share": range(51),
    # So that two days are left to tell them in, before what was approved is out of date.
    "kept_back_days": range(1, int(STANDS_FOR / timedelta(days=1)) - 1),
}
"""What each number of a plan may be: customers, letters a minute, one in a hundred, days."""
MOST_WORDS = 4000


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom to tell, and how carefully: of an incident, or of parcels that are past their day and silent for days.

    silent_days: none for an incident. kept_back_share: how many in a hundred are told later, drawn by lot;
    kept_back_days: so many days after the second person's yes. words: what it is for, for colleagues.
    """

    words: str
    incident_ref: str | None = None
    silent_days: int | None = None
    wave_size: int = 20
    per_minute: int = 60
    kept_back_share: int = 5
    kept_back_days: int = 14

    def check(self) -> None:
        """Raise BadOutreach for numbers out of range, no words or too many, and for two causes or none."""
        if (self.incident_ref is None) == (self.silent_days is None):
            raise BadOutreach("cause", "one")
        for name, allowed in LIMITS.items():
            number = getattr(self, name)
            if number is not None and number not in allowed:
                raise BadOutreach(name, "range")
        if not self.words.strip():
            raise BadOutreach("words", "none")
        if len(self.words) > MOST_WORDS or "\x00" in self.words:
            raise BadOutreach("words", "text")


def next_state(
    state: OutreachState | None, move: OutreachMove, paused_in: OutreachState | None = None
) -> OutreachState:
    """Tell where an outreach goes from here; raise IllegalMove where it may not. paused_in: what was paused."""
    if (state, move) == (_S.PAUSED, _M.GO_ON) and paused_in in TELLS:
        return OutreachState(paused_in)
    after = MOVES.get((state, move))
    if after is None:
        raise IllegalMove(
            f"{move.value} is not possible for an outreach that is {state.value if state else 'not there'}"
        )
    return after


def check_role(role: Role, move: OutreachMove) -> None:
    """Raise NotAllowed where a role does not do this to an outreach."""
    if role not in _ROLES.get(move, REVIEWS_POLICY):
        raise NotAllowed(f"an account of role {role.value} cannot {move.value.replace('_', ' ')} an outreach")


def check_second(actor: Actor, first: Collection[str | None]) -> None:
    """Raise NotAllowed where whoever drew it up or started it would approve it. first: actors as they are written."""
    if str(actor) in first:
        raise NotAllowed("nobody approves an outreach that they drew up or started; another approver does")


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of somebody who may be told, at the moment of telling.

    nothing_left: all of it went back. decided_at: when it was approved; before that, when it was started, where it was.
    """

    erased: bool
    opted_out: bool
    claimed: bool
    cancelled: bool
    arrived: bool
    nothing_left: bool
    told_lately: bool
    decided_at: datetime | None


def why_not(seen: Seen, now: datetime) -> Skip | None:
    """Tell why somebody is not to be told, whatever policy says; nothing where they may be."""
    reasons = {
        Skip.ERASED: seen.erased,
        Skip.OPTED_OUT: seen.opted_out,
        Skip.CLAIMED: seen.claimed,
        Skip.CANCELLED: seen.cancelled,
        Skip.ARRIVED: seen.arrived,
        Skip.GIVEN_BACK: seen.nothing_left,
        Skip.TOLD_LATELY: seen.told_lately,
        Skip.OUT_OF_DATE: seen.decided_at is not None and now - seen.decided_at > STANDS_FOR,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


# What went wrong with a parcel that has not come is known to us; the rest only its customer sees.
_WE_KNOW = frozenset({Problem.MISSING_PACKAGE, Problem.LATE})


def is_ours_to_see(problem: str | None) -> bool:
    """Tell whether we can know by ourselves whom a problem struck; of no problem, that the parcel has not come."""
    return problem is None or problem in _WE_KNOW


def problem_of(about: str | None, state: ParcelState) -> Problem | None:
    """Name what we tell of for a parcel in a state; nothing where there is nothing to tell. about: the incident's."""
    if state in {ParcelState.DELIVERED, ParcelState.CANCELLED}:
        return None
    wanted = Problem(about) if about in _WE_KNOW else Problem.MISSING_PACKAGE
    return next((one for one in (wanted, *_WE_KNOW) if one in SENSIBLE[state]), None)


def is_overdue(
    *,
    promised_at: datetime | None,
    handed_over_at: datetime | None,
    last_scan_at: datetime | None,
    silent_days: int,
    now: datetime,
) -> bool:
    """Tell whether a parcel that has not come is past the end of its day.

    Where none was promised, whether it left us and nothing was scanned of it for so many days.
    """
    if promised_at is not None:
        return promised_at + timedelta(days=1) <= now
    heard_at = last_scan_at or handed_over_at
    silent = timedelta(days=silent_days)
    return handed_over_at is not None and heard_at is not None and heard_at + silent <= now


def allowance(given_until: datetime | None, per_minute: int, now: datetime) -> tuple[int, datetime]:
    """Tell how many letters may leave now, and from when on the next ones count.

    given_until: what this gave last, moved on by what each letter takes; see ``spent``.
    """
    since = max(given_until, now - _MOST_SAVED_UP) if given_until else now - timedelta(minutes=1)
    return max(0, int((now - since) / timedelta(minutes=1) * per_minute)), since


def spent(since: datetime, letters: int, per_minute: int) -> datetime:
    """Move the moment on from which letters count, by as many as were given."""
    return since + timedelta(minutes=1) / per_minute * letters
