"""The forms of what staff do to a claim, as the page shows them: filled from policy, or as they were typed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from portal.domain.claims import ClaimState
from portal.domain.money import Money
from portal.domain.offers import OfferTerms, RemedyKind
from portal.domain.reasons import Alternative, DeclineReason
from portal.records.tables.claims import ClaimLine
from portal.web.shared.amounts import write_amount
from portal.web.shared.language import current_locale
from portal.web.shared.names import REMEDIES, named
from portal.web.staff.claim_file import ClaimFile
from portal.web.staff.words import ALTERNATIVES, DECLINES, GOODWILL

Typed = MultiDict[str, str]
ANSWER_DAYS = 7


@dataclass(frozen=True, slots=True)
class OfferField:
    """One kind of remedy for a line. name is of its box; amount and bonus are texts, None where there is no field."""

    kind: str
    label: str
    name: str
    chosen: bool
    amount: str | None
    bonus: str | None


@dataclass(frozen=True, slots=True)
class LineField:
    """One escalated line: what it may get at most, and its offers. suggestion: terms by kind, as policy would say."""

    number: int
    title: str
    quantity: int
    chosen: bool
    left: Money
    goods: Money
    offers: tuple[OfferField, ...]
    goodwill: str
    suggestion: Mapping[RemedyKind, OfferTerms]


@dataclass(frozen=True, slots=True)
class Forms:
    """All forms of the page. act: the one that was typed in; typed: its texts; errors: a sentence by field id.

    may_ask and lines are empty where no line waits for a decision.
    """

    lines: tuple[LineField, ...]
    act: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    until: str = ""
    reasons: tuple[tuple[str, str], ...] = ()
    alternatives: tuple[tuple[str, str], ...] = ()
    goodwills: tuple[tuple[str, str], ...] = ()

    def said(self, act: str, name: str) -> str:
        """Give what was typed into a field of an act."""
        return self.typed.get(name, "") if act == self.act else ""

    def error(self, field_id: str) -> tuple[str, ...]:
        """Give the error of a field, as the macros want it."""
        return (self.errors[field_id],) if field_id in self.errors else ()


def forms_of(
    file: ClaimFile, today: date, *, act: str = "", typed: Typed | None = None, errors: Mapping[str, str] | None = None
) -> Forms:
    """Fill the forms of a claim: from what was typed for the act, else from what policy would offer."""
    undecided = [line for line in file.claim.lines if line.state == ClaimState.ESCALATED]
    filled = typed if act in {"approve", "decline"} else None
    return Forms(
        lines=tuple(_line(file, line, filled, typed if act == "approve" else None) for line in undecided),
        act=act,
        typed=dict(typed.items()) if typed else {},
        errors=errors or {},
        until=(today + timedelta(days=ANSWER_DAYS)).isoformat(),
        reasons=tuple((code.value, named(DECLINES, code)) for code in DeclineReason),
        alternatives=tuple((code.value, named(ALTERNATIVES, code)) for code in Alternative),
        goodwills=tuple((code, str(label)) for code, label in GOODWILL.items()),
    )


def _line(file: ClaimFile, line: ClaimLine, ticked: Typed | None, typed: Typed | None) -> LineField:
    number, ceiling = line.order_line.line_number, file.ceilings[line.id]
    suggestion = {terms.kind: terms for terms in file.suggested(line)}
    has_bonus = any(terms.bonus for terms in suggestion.values())
    return LineField(
        number=number,
        title=line.order_line.title,
        quantity=line.quantity,
        chosen=ticked is None or str(number) in ticked.getlist("line"),
        left=ceiling.left,
        goods=ceiling.goods,
        offers=tuple(_offer(number, kind, suggestion.get(kind), ceiling.left, typed) for kind in RemedyKind),
        goodwill=typed.get(f"{number}-goodwill", "") if typed is not None else "kindness" if has_bonus else "",
        suggestion=suggestion,
    )


def _offer(number: int, kind: RemedyKind, terms: OfferTerms | None, left: Money, typed: Typed | None) -> OfferField:
    name, locale = f"{number}-{kind}", current_locale()
    amount: str | None = write_amount(min(terms.amount, left) if terms else left, locale)
    bonus: str | None = write_amount(terms.bonus, locale) if terms and terms.bonus else ""
    # Where all went back already, goodwill alone is left to give.
    chosen = terms is not None and (bool(left) or kind is RemedyKind.STORE_CREDIT)
    if typed is not None:
        amount, bonus, chosen = typed.get(f"{name}-amount", ""), typed.get(f"{name}-bonus", ""), name in typed
    return OfferField(
        kind=kind.value,
        label=named(REMEDIES, kind),
        name=name,
        chosen=chosen,
        amount=None if kind is RemedyKind.REPLACEMENT else amount,
        bonus=bonus if kind is RemedyKind.STORE_CREDIT else None,
    )
