"""Samples of what letters are told: subjects of apologies and a context for every mail, in one language each."""

from datetime import UTC, date, datetime
from typing import Any

from portal.domain.money import Money
from portal.domain.problems import ParcelState, Problem
from portal.letters.apology import Apology, ApologySubject, Follows, apology
from portal.letters.decline import decline
from portal.letters.follow_up_mails import AskedAbout, FollowUp, Reopened
from portal.letters.journey import (
    JourneyDigest,
    KeptTold,
    StageTold,
    StageWeek,
    kept_sentences,
    stage_name,
    week_sentences,
)
from portal.letters.mail import Brand
from portal.letters.mail_contexts import (
    AnswerFromPerson,
    ApologyWithOffers,
    Approved,
    CreditIssued,
    CreditTakenBack,
    Declined,
    Escalated,
    MailContext,
    NoOrdersHere,
    RefundFailed,
    RefundNeedsYou,
    RefundPossibleAgain,
    RefundSent,
    RemedyOnItsWay,
    ReplacementFailed,
    ReplacementShipped,
    SignInCode,
    Waiting,
)
from portal.letters.offers import OfferWords, Part, Way, credit_words, refund_words, replacement_words
from portal.letters.outcomes import escalated, photo_reason, waiting
from portal.letters.outreach_mails import ToldFirst, ToldParcel, heading_of
from portal.letters.withdrawal_mails import WithdrawalAccepted, WithdrawalAnswered, WithdrawalReceived

PROMISED = date(2026, 11, 3)
DELIVERED = date(2026, 11, 12)
ANSWER_BY = date(2026, 11, 26)
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
PAID = Money(12990, "BRL")
BONUS = Money(1299, "BRL")
THING = {"en": "Blue kettle", "pt_BR": "Chaleira azul"}
OTHER_THING = {"en": "Glass teapot", "pt_BR": "Bule de vidro"}
BRAND = Brand(
    shop_name="Aurora",
    logo_url=None,
    accent="#1f6f5c",
    origin="https://amends.example",
    reply_to="ajuda@aurora.example",
    zone="America/Sao_Paulo",
)
_WORDS = {
    "en": "Thank you for your words.\n\nI looked at your parcel.",
    "pt_BR": "Obrigada pelo seu relato.\n\nOlhei o seu pacote.",
}


_MISTAKE = {"en": "It was granted twice.", "pt_BR": "Ele foi concedido duas vezes."}


def a_subject(locale: str = "en", **changes: object) -> ApologySubject:
    """Build a parcel that never came, nine days late."""
    values: dict[str, Any] = {
        "problem": Problem.MISSING_PACKAGE,
        "parcel_state": ParcelState.LATE,
        "thing": THING[locale],
        "order_number": "A1B2C3",
        "promised_on": PROMISED,
        "delivered_on": None,
        "days_late": 9,
        "repeated": False,
        "several": False,
        "zone": "America/Sao_Paulo",
        "follows": Follows.ANSWER,
    }
    return ApologySubject(**(values | changes))


def some_offers(locale: str) -> tuple[OfferWords, ...]:
    """Build one offer of each kind."""
    parts = [Part(Way.CARD, PAID, "visa", "1995"), Part(Way.CREDIT_FOR_BANK_SLIP, BONUS)]
    return (
        replacement_words(date(2026, 12, 1), locale, "UTC"),
        refund_words(parts, locale),
        credit_words(PAID, BONUS, locale),
    )


def every_mail(locale: str) -> list[MailContext]:
    """Build a context for every mail, all values given."""
    about: dict[str, Any] = {
        "claim_ref": "CLM-7QA4K3H",
        "claim_url": "https://amends.example/claims/CLM-7QA4K3H",
        "customer_name": "Ana",
    }
    card = {"card_brand": "visa", "card_ending": "1995"}
    staff = {"staff_name": "Bia", "words": _WORDS[locale]}
    return [
        SignInCode(code="135790", minutes=10, link="https://amends.example/code?a=1&b=2"),
        NoOrdersHere(link="https://amends.example/"),
        *_after_report(about, locale),
        Declined(**about, **staff, **_no(locale)),
        RemedyOnItsWay(**about, offers=some_offers(locale)),
        RefundSent(**about, **card, amount=PAID, bank_reference="74537"),
        RefundFailed(**about, **card, amount=PAID, state="failed"),
        RefundPossibleAgain(**about, **card, amount=PAID),
        RefundNeedsYou(**about, **card, amount=PAID, act_by=ANSWER_BY, again=True),
        CreditTakenBack(**about, taken=PAID, rest=BONUS, balance=BONUS, reason=_MISTAKE[locale]),
        CreditIssued(
            **about,
            amount=PAID,
            balance=PAID + BONUS,
            code="K7QA-4HMC",
            shop_url="https://aurora.example/",
            usable_until=date(2027, 12, 31),
        ),
        *_parcels(about, locale),
        AnswerFromPerson(**about, **staff, asks=True),
        Approved(**about, **staff, offers=some_offers(locale), choose_by=date(2026, 12, 24)),
        *_follow_ups(about, locale),
        *_withdrawal(locale),
        *_journey(locale),
    ]


def _parcels(about: dict[str, Any], locale: str) -> list[MailContext]:
    return [
        ReplacementShipped(
            **about,
            thing=THING[locale],
            carrier="Sedex",
            tracking_number="BR123",
            tracking_url="https://track.example/BR123",
            arrives_on=date(2026, 12, 1),
        ),
        ReplacementShipped(
            **about,
            thing=THING[locale],
            carrier="Sedex",
            tracking_number="BR123",
            tracking_url=None,
            arrives_on=date(2026, 12, 1),
            after_all=True,
        ),
        ReplacementFailed(**about, thing=THING[locale], answers_by=None),
        ReplacementFailed(**about, thing=THING[locale], answers_by=NOON),
    ]


def _follow_ups(about: dict[str, Any], locale: str) -> list[MailContext]:
    link = "https://amends.example/made-right"
    one = AskedAbout("CLM-7QA4K3H", (THING[locale],), f"{link}/CLM-7QA4K3H/a-token")
    other = AskedAbout("CLM-9CDEFGH", (OTHER_THING[locale], THING[locale]), f"{link}/CLM-9CDEFGH/a-token")
    return [
        FollowUp(**about, about=(one,), again=False),
        FollowUp(**about, about=(one, other), again=True),
        Reopened(**about, staff_name="Bia", answers_by=NOON),
    ]


def _journey(locale: str) -> list[MailContext]:
    week = StageWeek(3400, 12, 13000, 53, 1, 7200.0, 80, 60, (PAID,))
    quiet = StageWeek(0, 0, 0, 0, 0, None, 0, 0, ())
    said: dict[str, Any] = {
        "first_on": date(2026, 11, 16),
        "last_on": date(2026, 11, 22),
        "link": "https://amends.example/staff/journey/",
    }
    told = StageTold(stage_name("transit", locale), "Lena Moe", week_sentences(week, locale))
    empty = StageTold(stage_name("pack", locale), "", week_sentences(quiet, locale))
    kept = kept_sentences(KeptTold(90, 60, 50, 80.0, 0.4, 0.3, -0.06, 0.26), locale)
    return [
        JourneyDigest(**said, stages=(told, empty), kept=kept, without_mailbox=(stage_name("pack", locale),)),
        JourneyDigest(**said, stages=(told,), kept=(), without_mailbox=()),
    ]


def _withdrawal(locale: str) -> list[MailContext]:
    declared: dict[str, Any] = {
        "withdrawal_ref": "WDR-7QA4K3H",
        "name": "Ana",
        "mailbox": "ana@example.com",
        "order_number": "A1B2C3",
        "goods": THING[locale],
        "declared_at": NOON,
    }
    return [
        WithdrawalReceived(**declared),
        WithdrawalReceived(**declared | {"goods": None}),
        WithdrawalAccepted(**declared, refund_by=date(2026, 12, 10), send_by=date(2026, 12, 10)),
        WithdrawalAccepted(**declared, refund_by=date(2026, 12, 10), send_by=None),
        WithdrawalAnswered(**declared, staff_name="Bia", words=_WORDS[locale]),
    ]


def _after_report(about: dict[str, Any], locale: str) -> list[MailContext]:
    said: Apology = apology(a_subject(locale), locale)
    words: dict[str, Any] = {"heading": said.heading, "paragraphs": said.paragraphs}
    person = escalated("high_value", ANSWER_BY, locale, "UTC")
    wait = waiting("just_past_promise", ANSWER_BY, locale, "UTC")
    return [
        ApologyWithOffers(
            **about,
            **words,
            offers=some_offers(locale),
            photo_reason=photo_reason("see_the_damage", locale),
            choose_by=date(2026, 12, 24),
        ),
        Escalated(**about, **words, reason=person.reason, promise=person.promise),
        Waiting(**about, **words, reason=wait.reason, until=wait.until),
        *_told_first(locale, about, words),
    ]


def _told_first(locale: str, about: dict[str, Any], words: dict[str, Any]) -> list[MailContext]:
    person = escalated("high_value", ANSWER_BY, locale, "UTC")
    shared: dict[str, Any] = {"paragraphs": words["paragraphs"], "ref": about["claim_ref"], "url": about["claim_url"]}
    offers: dict[str, Any] = {"offers": some_offers(locale), "keeping": None, "choose_by": date(2026, 12, 24)}
    none: dict[str, Any] = {
        "offers": (),
        "keeping": None,
        "choose_by": None,
        "reason": person.reason,
        "promise": person.promise,
    }
    offered = ToldParcel(**shared, **offers, order_number="4711", reason=None, promise=None)
    with_person = ToldParcel(**shared, **none, order_number="4712")
    return [
        ToldFirst(
            **about,
            heading=heading_of([words["heading"]] * len(parcels), locale),
            parcels=parcels,
            stop_url="https://amends.example/no-such-mails/CLM-7Q4K2/a-token",
        )
        for parcels in ((offered,), (with_person,), (offered, with_person))
    ]


def _no(locale: str) -> dict[str, str]:
    no = decline("reported_long_after", "talk_to_a_person", a_subject(locale), locale)
    return {"reason": no.reason, "alternative": no.alternative, "how_to_ask_again": no.how_to_ask_again}
