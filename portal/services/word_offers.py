"""Where a refund of a claim would go, part by part, and its offers in words."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.refunds import Capacity, plan_refund
from portal.letters.offers import OfferWords, Part, Way, credit_words, refund_words, replacement_words
from portal.records.tables.claims import Offer
from portal.records.tables.orders import Payment
from portal.records.tables.remedies import Refund, Remedy
from portal.services.read_order import OrderRead, capacity_of

_WAYS = {
    "boleto": Way.CREDIT_FOR_BANK_SLIP,
    "voucher": Way.CREDIT_FOR_VOUCHER,
    "credit": Way.CREDIT_FOR_STORE_CREDIT,
    "card": Way.CREDIT_FOR_UNREACHED_CARD,
}


@dataclass(frozen=True, slots=True)
class Ways:
    """How money of one order goes back: its payments and what they can still take."""

    payments: tuple[Payment, ...]
    capacities: tuple[Capacity, ...]

    @classmethod
    def of(cls, read: OrderRead) -> "Ways":
        """Take them from an order that was read."""
        return cls(tuple(read.dossier.payments), tuple(read.capacities))

    @classmethod
    def of_payments(cls, paid: Sequence[tuple[Payment, int]]) -> "Ways":
        """Take them from payments, each with what cannot go back to it any more in minor units."""
        capacities = tuple(capacity_of(payment, spent) for payment, spent in paid if payment.captured_at is not None)
        return cls(tuple(payment for payment, _ in paid), capacities)

    def parts(self, amount: Money) -> list[Part]:
        """Say which part of a sum goes which way, as carrying it out would split it now."""
        plan = plan_refund(amount, self.capacities)
        by_id = {payment.id: payment for payment in self.payments}
        parts = [
            Part(Way.CARD, part, by_id[payment_id].card_brand, by_id[payment_id].card_last4)
            for payment_id, part in plan.to_payments
        ]
        return parts + self.parts_of_the_rest(plan.as_credit)

    def parts_of_the_rest(self, amount: Money) -> list[Part]:
        """Say why what no card can take comes back as credit, cause by cause.

        What cannot be reached comes first, the largest payment first; what is left is more than its cards can take.
        """
        plan = plan_refund(amount, [replace(one, reachable=not one.reachable) for one in self.capacities], step=1)
        by_id = {payment.id: payment for payment in self.payments}
        parts = dict[Way, Money]()
        for payment_id, part in plan.to_payments:
            way = _WAYS.get(by_id[payment_id].method, Way.CREDIT)
            parts[way] = parts[way] + part if way in parts else part
        if plan.as_credit:
            spent = any(capacity.reachable for capacity in self.capacities)
            way = Way.CREDIT_FOR_SPENT_CARD if spent else next(iter(parts), Way.CREDIT)
            parts[way] = parts[way] + plan.as_credit if way in parts else plan.as_credit
        return [Part(way, part) for way, part in parts.items()]


# Where no money goes back to a payment.
NO_WAYS = Ways((), ())


def words_of_offer(offer: Offer, ways: Ways, *, since: datetime, locale: str, zone: ZoneInfo) -> OfferWords:
    """Say what an offer gives: exact amounts, which card, by when; days count from ``since``."""
    amount, bonus = Money(offer.amount_minor, offer.currency), Money(offer.bonus_minor, offer.currency)
    if offer.kind == RemedyKind.REPLACEMENT:
        return replacement_words(arrival(offer, since, zone), locale, zone)
    return _words_of_sum(RemedyKind(offer.kind), amount, bonus, ways, locale)


def _words_of_sum(kind: RemedyKind, amount: Money, bonus: Money, ways: Ways, locale: str) -> OfferWords:
    if kind is RemedyKind.REFUND:
        return refund_words(ways.parts(amount), locale)
    return credit_words(amount, bonus, locale)


def words_of_offers(
    lines: Sequence[tuple[str, Sequence[Offer]]], ways: Ways, *, since: datetime, locale: str, zone: ZoneInfo
) -> tuple[OfferWords, ...]:
    """Say what several lines are offered: each remedy once and added up where all share the same, else line by line.

    lines: each line's title with its live offers.
    """
    kinds = {frozenset(offer.kind for offer in offers) for _, offers in lines}
    if len(lines) > 1 and len(kinds) > 1:
        return tuple(
            replace(words, title=f"{title}: {words.title}")
            for title, offers in lines
            for words in words_of_offers([(title, offers)], ways, since=since, locale=locale, zone=zone)
        )
    shared = [[offer for _, offers in lines for offer in offers if offer.kind == kind] for kind in RemedyKind]
    return tuple(_words_together(offers, ways, since, locale, zone) for offers in shared if offers)


def _words_together(offers: Sequence[Offer], ways: Ways, since: datetime, locale: str, zone: ZoneInfo) -> OfferWords:
    first = offers[0]
    if first.kind == RemedyKind.REPLACEMENT:
        return words_of_offer(first, ways, since=since, locale=locale, zone=zone)
    amount = Money(sum(offer.amount_minor for offer in offers), first.currency)
    bonus = Money(sum(offer.bonus_minor for offer in offers), first.currency)
    return _words_of_sum(RemedyKind(first.kind), amount, bonus, ways, locale)


def parts_of_remedy(remedy: Remedy, refunds: Sequence[tuple[Refund, Payment]], ways: Ways) -> list[Part]:
    """Say which part of a promised refund goes which way: as it was frozen, not as it would be split today."""
    parts = [
        Part(Way.CARD, Money(refund.amount_minor, refund.currency), payment.card_brand, payment.card_last4)
        for refund, payment in refunds
        if refund.remedy_id == remedy.id
    ]
    if remedy.credit_minor:
        parts += ways.parts_of_the_rest(Money(remedy.credit_minor, remedy.currency))
    return parts


def words_of_remedy(
    remedy: Remedy,
    offer: Offer,
    refunds: Sequence[tuple[Refund, Payment]],
    ways: Ways,
    *,
    locale: str,
    zone: ZoneInfo,
) -> OfferWords:
    """Say what was promised, in the words of its offer."""
    if remedy.kind == RemedyKind.REFUND:
        return refund_words(parts_of_remedy(remedy, refunds, ways), locale)
    return words_of_offer(offer, ways, since=remedy.promised_at, locale=locale, zone=zone)


def arrival(offer: Offer, since: datetime, zone: ZoneInfo) -> date | None:
    """Tell by which day a replacement arrives that is chosen at a moment; nothing where no rule says it."""
    if offer.arrives_in_days is None:
        return None
    return (since + timedelta(days=offer.arrives_in_days)).astimezone(zone).date()
