"""The remedies that are already decided: one tap for all lines where they share the kinds, else a choice per line."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from portal.domain.claims import ClaimState
from portal.domain.money import Money, total
from portal.domain.offers import PolicyClass, RemedyKind
from portal.domain.stock import lacking
from portal.letters.decline import alternative
from portal.letters.outcomes import keeping
from portal.records.tables.claims import ClaimLine, Offer
from portal.services.reasons_of_offers import reasons_of_offers
from portal.web.customer.building.parcels import address_view
from portal.web.customer.building.reading import ClaimRead, title_of
from portal.web.customer.building.refund_parts import planned_parts, rest_as_credit
from portal.web.customer.building.said import Said
from portal.web.customer.pages.offers import OfferLine, OfferSet, Pick, RemedyChoice


@dataclass(frozen=True, slots=True)
class _Open:
    """A line that can be chosen for, under its name in the form, with its live offers by kind."""

    name: str
    line: ClaimLine
    offers: dict[RemedyKind, Offer]
    sold_out: bool = False


def offer_set(read: ClaimRead, said: Said) -> OfferSet | None:
    """Show everything that can be accepted now; None where nothing can."""
    lines = _open_lines(read)
    if not lines:
        return None
    together = _together(read, lines)
    offered = [offer for one in lines for offer in one.offers.values()]
    sends = any(RemedyKind.REPLACEMENT in one.offers for one in lines)
    choices = together or tuple(choice for one in lines for choice in _choices(read, [one]))
    return OfferSet(
        lines=tuple(_line(read, one, said, apart=not together) for one in lines),
        together=together,
        open_until_at=min(offer.expires_at for offer in offered),
        address=address_view(read.claim.order, read.locale) if sends else None,
        typed_street=said.street,
        street_errors=said.street_errors,
        errors=said.offer_errors,
        beside=_beside(read, lines),
        rest_as_credit=any(part.method != "card" for choice in choices for part in choice.parts),
        no_way_back=_no_way_back(read, offered),
        sold_out=tuple(title_of(one.line) for one in lines if one.sold_out),
        reasons=reasons_of_offers(((one.line, one.offers.values()) for one in lines), read.locale),
    )


def promises(read: ClaimRead, lines: list[ClaimLine]) -> tuple[RemedyChoice, ...]:
    """Show what lines that still want a photo can choose from as soon as it is there; nothing where they differ."""
    wanting = _opened(read, [("", line) for line in lines])
    return _together(read, [one for one in wanting if one.offers])


def _open_lines(read: ClaimRead) -> list[_Open]:
    lines = [
        (f"line_{number}", line)
        for number, line in enumerate(read.claim.lines, 1)
        if line.state == ClaimState.OFFERED and not line.evidence_wanted
    ]
    return [one for one in _opened(read, lines) if one.offers]


def _opened(read: ClaimRead, lines: list[tuple[str, ClaimLine]]) -> list[_Open]:
    """Leave out what cannot be sent again, where there is another way; where there is none, asking finds a person."""
    live = {line.id: _live(read, line) for _, line in lines}
    wanted = {line.id: line.quantity for _, line in lines if RemedyKind.REPLACEMENT in live[line.id]}
    for line_id in lacking(wanted, read.free):
        if len(live[line_id]) > 1:
            del live[line_id][RemedyKind.REPLACEMENT]
    return [
        _Open(
            name, line, live[line.id], sold_out=RemedyKind.REPLACEMENT not in live[line.id] and _ran_out(line, wanted)
        )
        for name, line in lines
    ]


def _ran_out(line: ClaimLine, wanted: Mapping[int, int]) -> bool:
    """Tell whether a line would be sent again if there were any: policy wanted to, or it was on offer until now."""
    return line.id in wanted or bool(line.verdict["sold_out"])


def _live(read: ClaimRead, line: ClaimLine) -> dict[RemedyKind, Offer]:
    live = [offer for offer in line.offers if offer.state == "live" and offer.expires_at > read.now]
    return {RemedyKind(offer.kind): offer for offer in live}


def _together(read: ClaimRead, lines: list[_Open]) -> tuple[RemedyChoice, ...]:
    if len({frozenset(one.offers) for one in lines}) != 1:
        return ()
    return _choices(read, lines)


def _choices(read: ClaimRead, lines: list[_Open]) -> tuple[RemedyChoice, ...]:
    return tuple(_choice(read, kind, [(one.name, one.offers[kind]) for one in lines]) for kind in lines[0].offers)


def _choice(read: ClaimRead, kind: RemedyKind, offers: list[tuple[str, Offer]]) -> RemedyChoice:
    currency = offers[0][1].currency
    picks = tuple(Pick(name, offer.ref) for name, offer in offers)
    amounts = [Money(offer.amount_minor, currency) for _, offer in offers]
    by_on = _latest(read, [offer for _, offer in offers])
    if kind is RemedyKind.REPLACEMENT:
        return RemedyChoice(kind.value, picks, arrives_on=by_on)
    if kind is RemedyKind.REFUND:
        parts = planned_parts(read.ways, amounts, by_on)
        return RemedyChoice(kind.value, picks, amount=total(amounts, currency), parts=parts)
    bonus = total([Money(offer.bonus_minor, currency) for _, offer in offers], currency)
    return RemedyChoice(kind.value, picks, amount=total(amounts, currency) + bonus, bonus=bonus or None)


def _latest(read: ClaimRead, offers: list[Offer]) -> date | None:
    """Tell by when all of them have arrived, were they accepted now."""
    days = [offer.arrives_in_days for offer in offers]
    if any(count is None for count in days):
        return None
    return (read.now + timedelta(days=max(count or 0 for count in days))).astimezone(read.zone).date()


def _line(read: ClaimRead, one: _Open, said: Said, *, apart: bool) -> OfferLine:
    return OfferLine(
        title=one.line.order_line.title,
        quantity=one.line.quantity,
        choices=_choices(read, [one]) if apart else (),
        chosen=said.chosen.get(one.name),
    )


def _no_way_back(read: ClaimRead, offered: list[Offer]) -> tuple[str, ...]:
    """Tell why no card can take back any of the money that is owed; nothing where one can, or where none is owed."""
    owed = [offer for offer in offered if offer.policy_class != PolicyClass.GOODWILL]
    kinds = {offer.kind for offer in owed}
    reached = any(capacity.reachable and capacity.left.minor > 0 for capacity in read.ways.capacities)
    if RemedyKind.STORE_CREDIT not in kinds or RemedyKind.REFUND in kinds or reached:
        return ()
    as_credit = [offer for offer in owed if offer.kind == RemedyKind.STORE_CREDIT]
    amount = total([Money(offer.amount_minor, offer.currency) for offer in as_credit], as_credit[0].currency)
    return tuple(part.method for part in rest_as_credit(read.ways, amount))


def _beside(read: ClaimRead, lines: list[_Open]) -> str | None:
    """Say what stands beside the offers, such as a person who looks for more; once where lines agree."""
    said = [keeping(read.locale)] if all(one.line.verdict.get("keeps") for one in lines) else []
    codes = {one.line.alternative: one.line.quantity for one in lines if one.line.alternative}
    if len(codes) == 1:
        ((code, quantity),) = codes.items()
        said.append(alternative(code, read.locale, several=quantity > 1 or len(lines) > 1))
    return " ".join(said) or None
