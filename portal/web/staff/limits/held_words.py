"""Why policy left a line to a person, in plain words for staff: what was counted, against what, and nobody accused."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.actors import staff_id_of
from portal.domain.authority import KEEPS_LISTS, Role
from portal.domain.holding import Held, HeldKind
from portal.domain.money import Money
from portal.letters.language import money
from portal.records.tables.claims import ClaimLine
from portal.services.judge_standing import held_in
from portal.web.shared.language import current_locale, ngettext
from portal.web.shared.language import gettext as _
from portal.web.shared.names import CLASSES, named
from portal.web.staff.claim_file import ClaimFile
from portal.web.staff.limits.words import KINDS, LISTED, PERIODS, SUBJECTS


@dataclass(frozen=True, slots=True)
class EntrySaid:
    """An entry of a list as the claim page tells it. live: it is in force now."""

    ref: str
    kind: str
    subject: str
    shown: str
    reason: str
    added_by: str
    added_at: datetime
    live: bool


@dataclass(frozen=True, slots=True)
class OnLists:
    """What of a claim is on a list now. may_keep: this reader adds and ends entries."""

    may_keep: bool
    entries: tuple[EntrySaid, ...]


@dataclass(frozen=True, slots=True)
class HeldView:
    """One finding in words. entry: the entry of a list that it rests on."""

    sentence: str
    entry: EntrySaid | None = None


def entries_of(file: ClaimFile) -> dict[str, EntrySaid]:
    """Say the entries of lists that a claim's papers tell of, by ref."""
    return {one["ref"]: _entry(file, one) for one in file.papers.entries}


def on_lists(file: ClaimFile, reader: Role) -> OnLists:
    """Show which entries are in force for what a claim was reported with."""
    return OnLists(reader in KEEPS_LISTS, tuple(one for one in entries_of(file).values() if one.live))


def held_views(line: ClaimLine, entries: Mapping[str, EntrySaid]) -> tuple[HeldView, ...]:
    """Say what was found of a line, when it was reported and when the customer chose. entries: by ref."""
    return tuple(
        HeldView(_SENTENCES[held.kind](held), entries.get(held.entry or "")) for held in held_in(line.standing)
    )


def _entry(file: ClaimFile, row: Mapping[str, Any]) -> EntrySaid:
    return EntrySaid(
        ref=row["ref"],
        kind=named(KINDS, row["kind"]),
        subject=named(LISTED, row["subject"]),
        shown=row["shown"],
        reason=row["reason"],
        added_by=file.person(staff_id_of(row["added_by"])) or "",
        added_at=datetime.fromisoformat(row["added_at"]),
        live=row["live"],
    )


def _too_many(held: Held) -> str:
    values = {"subject": named(SUBJECTS, held.subject), "days": held.days, "most": held.most}
    return ngettext(
        "In %(days)s days %(num)s remedy went to %(subject)s. From %(most)s on, a person answers.",
        "In %(days)s days %(num)s remedies went to %(subject)s. From %(most)s on, a person answers.",
        held.found or 0,
        **values,
    )


def _too_much(held: Held) -> str:
    values = {"subject": named(SUBJECTS, held.subject), "days": held.days, **_amounts(held)}
    return _(
        "With this claim, %(subject)s gets %(found)s in %(days)s days. Above %(most)s a person answers.",
        **values,
    )


def _on_list(held: Held) -> str:
    return _("A list says that a person always answers %(subject)s.", subject=named(SUBJECTS, held.subject))


def _allowed(held: Held) -> str:
    return _("A list says that no limit applies to %(subject)s.", subject=named(SUBJECTS, held.subject))


def _customer_cap(held: Held) -> str:
    return _(
        "When it was chosen, other claims had given this customer %(found)s in %(days)s days. The rule gives one "
        "customer %(most)s by itself.",
        days=held.days,
        **_amounts(held),
    )


def _budget_spent(held: Held) -> str:
    return _("%(budget)s: %(found)s of %(most)s was promised, and the rest did not cover this.", **_budget(held))


def _bonus_left_out(held: Held) -> str:
    return _(
        "%(budget)s: %(found)s of %(most)s was promised, and the rest did not cover the bonus, so it was left out.",
        **_budget(held),
    )


def _budget(held: Held) -> dict[str, object]:
    values = {"name": named(CLASSES, held.policy_class), "period": named(PERIODS, held.period)}
    return {"budget": _("Budget for “%(name)s” (%(period)s)", **values), **_amounts(held)}


def _amounts(held: Held) -> dict[str, str]:
    currency, locale = held.currency or "", current_locale()
    return {
        "found": money(Money(held.found or 0, currency), locale),
        "most": money(Money(held.most or 0, currency), locale),
    }


_SENTENCES = {
    HeldKind.TOO_MANY: _too_many,
    HeldKind.TOO_MUCH: _too_much,
    HeldKind.ON_LIST: _on_list,
    HeldKind.ALLOWED: _allowed,
    HeldKind.CUSTOMER_CAP: _customer_cap,
    HeldKind.BUDGET_SPENT: _budget_spent,
    HeldKind.BONUS_LEFT_OUT: _bonus_left_out,
}
