"""What staff see of the proof that an incident fell: the rates before and after, and the change beyond everybody's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.web.shared.language import gettext as _
from portal.web.shared.names import named
from portal.web.staff.figures import digits, share
from portal.web.staff.incident_words import VERDICTS
from portal.web.staff.pattern_picture import Drawing, draw

# What the scale of the picture is made for where nothing ever happens.
_LEAST = 0.001
_PLACES = 2


@dataclass(frozen=True, slots=True)
class WindowRow:
    """A span of time: how many of how many, the rate with its interval, and what is usual in the same weeks and mix."""

    name: str
    exposure: int
    events: int
    rate: str
    interval: str
    usual: str
    usual_interval: str


@dataclass(frozen=True, slots=True)
class ProofView:
    """A proof. change: times as often beyond what everybody saw, with its interval; needed and lacking: units."""

    verdict: str
    sentence: str
    until_on: date
    counted_at: datetime
    windows: tuple[WindowRow, ...]
    change: str
    came_back: str
    needed: int | None
    lacking: int | None
    drawing: Drawing | None
    usual_rate: str


def proof_view(proof: Mapping[str, Any]) -> ProofView:
    """Show a proof as it is kept on its incident."""
    before, after = proof["before"], proof["after"]
    names = ((_("Before the fix"), before), (_("After the fix"), after), (_("Since it was closed"), proof["recent"]))
    fix_on = date.fromisoformat(proof["fix_on"])
    usual = after["usual"] if after["compared"] else before["usual"]
    return ProofView(
        verdict=proof["verdict"],
        sentence=str(named(VERDICTS, proof["verdict"])),
        until_on=date.fromisoformat(proof["until_on"]),
        counted_at=datetime.fromisoformat(proof["counted_at"]),
        windows=tuple(_window(name, window) for name, window in names if window),
        change=_times(proof["change"]),
        came_back=_times(proof["return"]),
        needed=proof["needed"],
        lacking=proof["lacking"],
        drawing=draw(proof["weeks"], max(usual, _LEAST), fix_on) if proof["weeks"] else None,
        usual_rate=share(usual),
    )


def _window(name: str, window: Mapping[str, Any]) -> WindowRow:
    compared, exposure = window["compared"], window["exposure"]
    return WindowRow(
        name=name,
        exposure=exposure,
        events=window["events"],
        rate=share(window["events"] / exposure) if exposure else "–",
        interval=_between(window["low"], window["high"]) if exposure else "–",
        usual=share(window["usual"]) if compared else "–",
        usual_interval=_between(window["usual_low"], window["usual_high"]) if compared else "–",
    )


def _between(low: float, high: float | None) -> str:
    return f"{share(low)} – {share(high) if high is not None else '∞'}"


def _times(change: Mapping[str, Any] | None) -> str:
    """Say how many times as often, with the interval; empty where nothing can be told."""
    if change is None or change["times"] is None:
        return ""
    times, low, high = (
        digits(change[name], _PLACES) if change[name] is not None else "∞" for name in ("times", "low", "high")
    )
    return _("%(times)s times as often, between %(low)s and %(high)s", times=times, low=low, high=high)
