"""What staff see of the prevention list: the parcels, what was done, and what became of them, with intervals."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from portal.domain.intervals import share_interval
from portal.domain.prevention import Told
from portal.letters.patterns import cell_words
from portal.records.prevention import Listed, Tally, seen
from portal.web.shared.language import current_locale, gettext
from portal.web.shared.language import lazy_gettext as _
from portal.web.shared.names import PARCELS, named
from portal.web.shared.paging import Pager

DONE: dict[str, Any] = {
    "called": _("Called ahead"),
    "held": _("Held back"),
    "rerouted": _("Sent another way"),
    "nothing_possible": _("Nothing was possible"),
}
_BECAME: dict[str, Any] = {
    "in_time": _("Arrived in time"),
    "late": _("Not in time"),
    "cancelled": _("Order cancelled"),
}
_TOLD: dict[str, Any] = {
    "waiting": _("Nobody was told by message"),
    "heard": _("Told by message"),
    "refused": _("The message was refused"),
    "overtaken": _("No message was needed any more"),
}
_NOTHING = _("Nobody saw to it")
# Facts of an incident by the dimension of a pattern under which its words are known.
_DIMENSIONS = {
    "carrier": "carrier",
    "service": "service",
    "vendor": "vendor",
    "vendor_region": "origin",
    "category": "category",
    "sku": "sku",
    "ship_to_region": "region",
}
_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which part of the list is looked at. incident: its ref, or empty for all."""

    incident: str
    page: int
    pages: int
    whole: int
    waits: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form holds once more after it was refused, and what is said about it."""

    done: str = ""
    note: str = ""
    field: str = ""
    error: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel of the list. became: empty while it may still come in time."""

    ref: str
    url: str
    order_number: str
    shipment_number: str
    carrier: str
    why: str
    incident_ref: str
    state: str
    promised_at: datetime
    told: str
    done: str
    became: str


@dataclass(frozen=True, slots=True)
class TallyRow:
    """What became of parcels of an incident about which the same was done. share: in time, of those that ended."""

    incident_ref: str
    url: str
    words: str
    done: str
    listed: int
    in_time: int
    late: int
    cancelled: int
    open: int
    share: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A part of the list to look at."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class PreventionPage:
    """Rendered by ``staff/prevention/list.html``."""

    tabs: tuple[Tab, ...]
    rows: tuple[ParcelRow, ...]
    whole: int
    tallies: tuple[TallyRow, ...]
    incident: str
    file_url: str
    pager: Pager


@dataclass(frozen=True, slots=True)
class PrecautionPage:
    """Rendered by ``staff/prevention/one.html``. choices: (value, label, chosen). seen: tells when it moved on."""

    row: ParcelRow
    vendor: str
    service: str
    tracking_number: str
    region: str
    listed_at: datetime
    handed_over_at: datetime | None
    told_at: datetime | None
    done_at: datetime | None
    done_by: str
    note: str
    became_at: datetime | None
    may_record: bool
    choices: tuple[tuple[str, str, bool], ...]
    seen: str
    typed_note: str
    notice: str
    error: str
    error_field: str


def prevention_page(rows: Sequence[Listed], tallies: Iterable[Tally], chosen: Chosen, now: datetime) -> PreventionPage:
    """Put the list together."""
    here: dict[str, Any] = {"incident": chosen.incident} if chosen.incident else {}
    part = here | ({} if chosen.waits else {"show": "all"})
    return PreventionPage(
        tabs=(
            Tab(gettext("To be seen to"), url_for("staff.prevention", **here), chosen.waits),
            Tab(gettext("All of them"), url_for("staff.prevention", show="all", **here), not chosen.waits),
        ),
        rows=tuple(_row(one, now) for one in rows),
        whole=chosen.whole,
        tallies=tuple(tally_row(one) for one in tallies),
        incident=chosen.incident,
        file_url=url_for("staff.prevention_file", **part),
        pager=Pager(
            chosen.page,
            chosen.pages,
            url_for("staff.prevention", page=chosen.page - 1, **part) if chosen.page > 1 else None,
            url_for("staff.prevention", page=chosen.page + 1, **part) if chosen.page < chosen.pages else None,
        ),
    )


def precaution_page(
    one: Listed, names: Mapping[str, str], now: datetime, typed: Typed, *, may_record: bool
) -> PrecautionPage:
    """Show one parcel."""
    kept = one.precaution
    by = kept.done_by or ""
    chosen = typed.done or kept.done or ""
    return PrecautionPage(
        row=_row(one, now),
        vendor=one.shipment.vendor,
        service=one.shipment.service or "–",
        tracking_number=one.shipment.tracking_number or "–",
        region=f"{one.ship_to_region}, {one.ship_to_country}",
        listed_at=kept.listed_at,
        handed_over_at=one.shipment.handed_over_at,
        told_at=kept.told_at if kept.told != Told.WAITING.value else None,
        done_at=kept.done_at,
        done_by=names.get(by, gettext("by message")),
        note=kept.note,
        became_at=kept.became_at,
        may_record=may_record,
        choices=tuple((value, str(label), value == chosen) for value, label in DONE.items()),
        seen=seen(kept),
        typed_note=typed.note or kept.note,
        notice=typed.notice,
        error=typed.error,
        error_field=typed.field,
    )


def _row(one: Listed, now: datetime) -> ParcelRow:
    kept = one.precaution
    return ParcelRow(
        ref=kept.ref,
        url=url_for("staff.precaution", ref=kept.ref),
        order_number=one.order_number,
        shipment_number=one.shipment.shipment_number,
        carrier=one.shipment.carrier or "–",
        why=_why(kept.why),
        incident_ref=one.incident_ref,
        state=named(PARCELS, one.state(now)),
        promised_at=kept.promised_at,
        told=named(_TOLD, kept.told),
        done=named(DONE, kept.done) if kept.done else "",
        became=named(_BECAME, kept.became) if kept.became else "",
    )


def _why(why: Mapping[str, str]) -> str:
    """Say the facts that a parcel shares with an incident, in the words of patterns; a country as its code."""
    locale = current_locale()
    said = [cell_words({_DIMENSIONS[name]: word}, locale) for name, word in why.items() if name in _DIMENSIONS]
    return " · ".join([*said, *(word for name, word in why.items() if name not in _DIMENSIONS)])


def tally_row(one: Tally) -> TallyRow:
    """Show a count with the share in time and its interval."""
    ended = one.in_time + one.late
    between = share_interval(one.in_time / ended, ended) if ended else None
    return TallyRow(
        incident_ref=one.incident_ref,
        url=url_for("staff.prevention", incident=one.incident_ref, show="all"),
        words=one.incident_words,
        done=named(DONE, one.done) if one.done else str(_NOTHING),
        listed=one.listed,
        in_time=one.in_time,
        late=one.late,
        cancelled=one.cancelled,
        open=one.listed - ended - one.cancelled,
        share=gettext(
            "%(share)s%% (%(low)s to %(high)s)",
            share=round(between.value * _HUNDRED),
            low=round(between.low * _HUNDRED),
            high=round(between.high * _HUNDRED),
        )
        if between
        else "–",
    )
