"""What staff see of an outreach: where it stands, what was counted, what became of each parcel, and what it did."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from portal.domain import outreach as rules
from portal.domain.authority import Role
from portal.domain.errors import IllegalMove, NotAllowed
from portal.domain.intervals import Between, difference_interval, share_interval
from portal.domain.money import Money
from portal.domain.outreach import OutreachMove, OutreachState, Skip, TargetState
from portal.domain.outreach_preview import OFFER, PERSON, Preview
from portal.letters.language import LOCALES, language_name
from portal.records.outreach_effect import Arm, Effect
from portal.records.outreaches import OfWhat
from portal.records.tables.incidents import Incident
from portal.records.tables.outreach import Outreach
from portal.services.move_outreach import ASKED_OF_PEOPLE
from portal.web.shared.language import gettext, lazy_gettext
from portal.web.shared.names import REMEDIES, named
from portal.web.staff.figures import digits

STATES: dict[str, Any] = {
    "counting": lazy_gettext("Being counted"),
    "ready": lazy_gettext("Counted, not started"),
    "first_wave": lazy_gettext("Telling the first wave"),
    "awaiting_second": lazy_gettext("Waits for a second person"),
    "telling": lazy_gettext("Telling the rest"),
    "paused": lazy_gettext("Paused"),
    "done": lazy_gettext("Done"),
    "stopped": lazy_gettext("Stopped"),
    "failed": lazy_gettext("Could not be counted"),
}
TONES = {"ready": "wait", "awaiting_second": "wait", "paused": "wait", "done": "good", "failed": "care"}
ENDS: dict[str, Any] = {
    OFFER: lazy_gettext("Get offers to choose from"),
    PERSON: lazy_gettext("Go to a person"),
    TargetState.TOLD.value: lazy_gettext("Told"),
    TargetState.WAITING.value: lazy_gettext("Waiting for their turn"),
    TargetState.KEPT_BACK.value: lazy_gettext("Kept back by lot"),
    Skip.ERASED.value: lazy_gettext("Not told: the customer was erased"),
    Skip.OPTED_OUT.value: lazy_gettext("Not told: they want no such mails"),
    Skip.CLAIMED.value: lazy_gettext("Not told: they told us themselves"),
    Skip.CANCELLED.value: lazy_gettext("Not told: the order was cancelled"),
    Skip.ARRIVED.value: lazy_gettext("Not told: it has arrived since"),
    Skip.GIVEN_BACK.value: lazy_gettext("Not told: all their money went back already"),
    Skip.TOLD_LATELY.value: lazy_gettext("Not told: another outreach told them within two weeks"),
    Skip.ONLY_THEY_KNOW.value: lazy_gettext("Not told: only the customer can see what is wrong"),
    Skip.TOO_EARLY.value: lazy_gettext("Not told: our rules would still wait"),
    Skip.NOTHING_TO_OFFER.value: lazy_gettext("Not told: our rules have nothing to offer"),
    Skip.UNJUDGED.value: lazy_gettext("Not told: this parcel could not be judged"),
    Skip.OUT_OF_DATE.value: lazy_gettext("Not told: more than a month went by since it was begun or approved"),
    Skip.STOPPED.value: lazy_gettext("Not told: the outreach was stopped"),
}
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Row:
    """An outreach in the list."""

    ref: str
    words: str
    state: str
    tone: str
    drawn_at: datetime
    drawn_by: str
    found: int | None


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many, in hundredths with the ends of the interval."""

    part: int
    whole: int
    rate: str
    low: str
    high: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What telling did. difference: kept back less reached in hundredths of parcels; None while one side is empty."""

    until: datetime
    chosen: Rate
    cost: tuple[Money, ...]
    reached: Rate
    kept_back: Rate
    difference: Rate | None


@dataclass(frozen=True, slots=True)
class OutreachPage:
    """Rendered by ``staff/outreach/one.html``. ends: what became of the parcels, which add up to found.

    closed: its incident, where that was closed before the outreach ended.
    """

    row: Row
    outreach: Outreach
    incident: str
    names: dict[str, str]
    moving: bool
    percent: int | None
    preview: Preview
    outlooks: tuple[tuple[str, int], ...]
    costs: tuple[tuple[str, int, Money], ...]
    dearest: tuple[Money, ...]
    letters: tuple[tuple[str, str, str], ...]
    ends: tuple[tuple[str, int], ...]
    measured: Measured | None
    moves: frozenset[OutreachMove]
    waits_for_another: bool
    told_nobody: bool
    closed: Incident | None
    error: str = ""


def row_of(one: OfWhat, names: dict[str, str]) -> Row:
    """Show an outreach as a row."""
    it = one.outreach
    by = names.get(it.drawn_by) or gettext("The standing rule")
    return Row(it.ref, it.words, named(STATES, it.state), TONES.get(it.state, "calm"), it.drawn_at, by, it.found)


def outreach_page(
    one: OfWhat,
    names: dict[str, str],
    ends: Counter[str],
    effect: Effect | None,
    viewer: tuple[str, Role],
    error: str = "",
) -> OutreachPage:
    """Put the page together. viewer: the actor as it is written, and their role."""
    it, preview = one.outreach, Preview.read(one.outreach.preview)
    actor, role = viewer
    moves = frozenset(move for move in ASKED_OF_PEOPLE if _may(it, role, move))
    is_first = actor in {it.drawn_by, it.started_by}
    told_nobody = it.state == OutreachState.AWAITING_SECOND and not ends[TargetState.TOLD.value]
    row = row_of(one, names)
    return OutreachPage(
        row=replace(row, state=gettext("The first wave told nobody")) if told_nobody else row,
        outreach=it,
        incident=one.incident.ref if one.incident else "",
        names=names,
        moving=it.state in {OutreachState.COUNTING, *rules.TELLS},
        percent=round(_HUNDRED * it.counted / it.found) if it.found else None,
        preview=preview,
        outlooks=_in_words(preview.outlooks),
        costs=tuple((named(REMEDIES, kind), parcels, cost) for kind, parcels, cost in preview.costs()),
        dearest=tuple(Money(minor, currency) for currency, minor in sorted(preview.dearest.items())),
        letters=tuple((language_name(name), *preview.letters[name]) for name in LOCALES if name in preview.letters),
        ends=_in_words(ends),
        measured=_measured(effect) if effect else None,
        moves=moves - {OutreachMove.APPROVE} if is_first else moves,
        waits_for_another=it.state == OutreachState.AWAITING_SECOND and is_first,
        told_nobody=told_nobody,
        closed=one.closed,
        error=error,
    )


def version_of_page(it: Outreach) -> str:
    """Name how far an outreach is, so that an open page learns that there is news."""
    return f"{it.version}-{it.found}-{it.counted}-{it.state}"


def _may(it: Outreach, role: Role, move: OutreachMove) -> bool:
    paused_in = OutreachState(it.paused_in) if it.paused_in else None
    try:
        rules.check_role(role, move)
        rules.next_state(OutreachState(it.state), move, paused_in)
    except (NotAllowed, IllegalMove):
        return False
    return True


def _in_words(counted: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple((named(ENDS, name), counted[name]) for name in ENDS if counted[name])


def _measured(effect: Effect) -> Measured:
    reached, kept_back = _interval(effect.reached), _interval(effect.kept_back)
    apart = difference_interval(kept_back, reached) if effect.reached.parcels and effect.kept_back.parcels else None
    return Measured(
        until=effect.until,
        chosen=_rate(effect.chosen, effect.told, _interval(Arm(effect.told, effect.chosen))),
        cost=effect.cost,
        reached=_rate(effect.reached.complained, effect.reached.parcels, reached),
        kept_back=_rate(effect.kept_back.complained, effect.kept_back.parcels, kept_back),
        difference=_rate(0, 0, apart) if apart else None,
    )


def _interval(arm: Arm) -> Between:
    return share_interval(arm.complained / arm.parcels if arm.parcels else 0.0, arm.parcels)


def _rate(part: int, whole: int, between: Between) -> Rate:
    low, value, high = (digits(_HUNDRED * one) for one in (between.low, between.value, between.high))
    return Rate(part, whole, value, low, high)
