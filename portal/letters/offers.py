"""What an offer gives, in words: exact amounts, which card, by when, and why some money comes back as store credit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.domain.money import Money, total
from portal.domain.offers import RemedyKind
from portal.letters.language import msg
from portal.letters.saying import Voice, told

_TITLES = {
    RemedyKind.REPLACEMENT: msg("Send it again"),
    RemedyKind.REFUND: msg("Money back"),
    RemedyKind.STORE_CREDIT: msg("Store credit"),
}
_REPLACEMENT = told(
    ("day", msg("We send it again. It arrives by %(day)s and costs you nothing.")),
    ("", msg("We send it again at no cost to you, and write to you as soon as it leaves.")),
)
_CREDIT = told(
    (
        "bonus",
        msg("%(amount)s store credit, usable now: the %(paid)s you paid and %(bonus)s from us."),
    ),
    ("", msg("%(amount)s store credit, usable now for anything in the shop.")),
)
_IN_ALL = msg("%(amount)s in all.")
_BRANDS = {
    "visa": "Visa",
    "mastercard": "Mastercard",
    "amex": "American Express",
    "american_express": "American Express",
    "elo": "Elo",
    "hipercard": "Hipercard",
    "diners": "Diners Club",
    "discover": "Discover",
    "jcb": "JCB",
    "unionpay": "UnionPay",
    "maestro": "Maestro",
}


class Way(StrEnum):
    """How a part of a refund reaches the customer, by how that part was paid."""

    CARD = "card"
    CREDIT_FOR_BANK_SLIP = "credit_for_bank_slip"
    CREDIT_FOR_VOUCHER = "credit_for_voucher"
    CREDIT_FOR_STORE_CREDIT = "credit_for_store_credit"
    CREDIT_FOR_UNREACHED_CARD = "credit_for_unreached_card"
    CREDIT_FOR_SPENT_CARD = "credit_for_spent_card"
    CREDIT = "credit"


_WAYS = {
    Way.CARD: told(
        (
            "brand ending",
            msg(
                "%(amount)s back to your %(brand)s card ending %(ending)s, usually within 5 to 10 working days after we"
                " send it."
            ),
        ),
        (
            "ending",
            msg(
                "%(amount)s back to your card ending %(ending)s, usually within 5 to 10 working days after we send it."
            ),
        ),
        (
            "",
            msg("%(amount)s back to the card you paid with, usually within 5 to 10 working days after we send it."),
        ),
    ),
    Way.CREDIT_FOR_BANK_SLIP: told(
        (
            "",
            msg(
                "%(amount)s as store credit, usable now. You paid this part by bank slip, and a bank slip only carries"
                " money one way."
            ),
        )
    ),
    Way.CREDIT_FOR_VOUCHER: told(
        (
            "",
            msg(
                "%(amount)s as store credit, usable now. You paid this part with a voucher, and it comes back in kind."
            ),
        ),
    ),
    Way.CREDIT_FOR_STORE_CREDIT: told(
        (
            "",
            msg(
                "%(amount)s as store credit, usable now. You paid this part with store credit, and it comes back in"
                " kind."
            ),
        ),
    ),
    Way.CREDIT_FOR_UNREACHED_CARD: told(
        (
            "",
            msg("%(amount)s as store credit, usable now. From here we cannot send it back to the card you paid with."),
        ),
    ),
    Way.CREDIT_FOR_SPENT_CARD: told(
        ("", msg("%(amount)s as store credit, usable now. Nothing more can go back to the card you paid with.")),
    ),
    Way.CREDIT: told(
        ("", msg("%(amount)s as store credit, usable now. From here we cannot send this part back the way you paid.")),
    ),
}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a refund: how much goes which way, and for a card its brand (Stripe's word) and last four digits."""

    way: Way
    amount: Money
    card_brand: str | None = None
    card_ending: str | None = None


@dataclass(frozen=True, slots=True)
class OfferWords:
    """An offer in words: its title, the one amount that stands out (none for a replacement), and its sentences."""

    title: str
    amount: str | None
    sentences: tuple[str, ...]


def offer_title(kind: RemedyKind, locale: str) -> str:
    """Name a remedy, such as ``Money back``."""
    return Voice(locale, "UTC").say(_TITLES[kind], {})


def replacement_words(arrives_on: date | None, locale: str, zone: ZoneInfo | str) -> OfferWords:
    """Word a replacement; without a day, we promise to write when it leaves."""
    voice = Voice(locale, zone)
    sentence = voice.tell(_REPLACEMENT, voice.written({"day": arrives_on}))
    return OfferWords(offer_title(RemedyKind.REPLACEMENT, locale), None, (sentence,))


def refund_words(parts: Sequence[Part], locale: str) -> OfferWords:
    """Word money back: one sentence per part, at least one, all in one currency; several are added up at the end."""
    voice = Voice(locale, "UTC")
    amount = voice.written({"amount": total([part.amount for part in parts], parts[0].amount.currency)})
    sentences = [part_sentence(part, locale) for part in parts]
    if len(sentences) > 1:
        sentences.append(voice.say(_IN_ALL, amount))
    return OfferWords(offer_title(RemedyKind.REFUND, locale), amount["amount"], tuple(sentences))


def credit_words(paid: Money, bonus: Money, locale: str) -> OfferWords:
    """Word store credit: what was paid, and the bonus from us where there is one."""
    voice = Voice(locale, "UTC")
    values = voice.written({"amount": paid + bonus, "paid": paid, "bonus": bonus or None})
    return OfferWords(offer_title(RemedyKind.STORE_CREDIT, locale), values["amount"], (voice.tell(_CREDIT, values),))


def part_sentence(part: Part, locale: str) -> str:
    """Say where one part of a refund goes, by when, and why."""
    voice = Voice(locale, "UTC")
    values = voice.written({"amount": part.amount, "brand": card_brand(part.card_brand), "ending": part.card_ending})
    return voice.tell(_WAYS[part.way], values)


def card_brand(brand: str | None) -> str | None:
    """Write a card brand as its owner does; None where it is not known."""
    return _BRANDS.get(brand.lower().replace(" ", "_"), brand) if brand else None
