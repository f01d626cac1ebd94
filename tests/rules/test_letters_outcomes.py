"""A no, a wait, a person, an offer and an event: every code has its words in both languages."""

from datetime import date

import pytest

from portal.domain.money import Money
from portal.domain.reasons import Alternative, DeclineReason, EscalateReason, EvidenceReason, WaitReason
from portal.letters.decline import alternative, decline
from portal.letters.guide import remarks
from portal.letters.language import LOCALES, day
from portal.letters.offers import (
    OfferWords,
    Part,
    Way,
    credit_words,
    part_sentence,
    refund_words,
    replacement_words,
)
from portal.letters.outcomes import escalated, photo_reason, waiting
from portal.letters.saying import Value
from portal.letters.timeline import Happening, event_sentence
from tests.support.letters_samples import ANSWER_BY, BONUS, DELIVERED, PAID, THING, a_subject

_DETAILS: dict[str, Value] = {
    "thing": THING["pt_BR"],
    "amount": PAID,
    "ending": "1995",
    "day": ANSWER_BY,
    "until": ANSWER_BY,
    "by": ANSWER_BY,
    "tracking": "BR123",
    "name": "Bia",
}


def in_one_line(words: OfferWords) -> str:
    return " ".join(words.sentences)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("other_way", Alternative)
@pytest.mark.parametrize("reason", DeclineReason)
def test_every_no_has_a_reason_an_alternative_and_a_way_to_ask_again(reason, other_way, locale):
    for delivered, several, amount in ((None, False, None), (DELIVERED, True, BONUS)):
        said = decline(
            reason, other_way, a_subject(locale, delivered_on=delivered, several=several), locale, amount=amount
        )

        assert said.reason
        assert said.alternative == alternative(other_way, locale, several=several, amount=amount)
        assert said.how_to_ask_again
        assert remarks(f"{said.reason} {said.alternative} {said.how_to_ask_again}", locale) == []


def test_no_tells_days_long_past_with_their_year():
    said = decline("reported_long_after", "repair_advice", a_subject(delivered_on=DELIVERED), "en")

    assert said.reason.startswith("Blue kettle came to you on Thursday, 12 November 2026.")


def test_a_no_about_sums_points_to_the_page_in_a_mail_and_to_what_stands_below_on_the_page():
    mailed = decline("charge_agrees", "talk_to_a_person", a_subject(), "en")
    shown = decline("charge_agrees", "talk_to_a_person", a_subject(), "en", on_page=True)

    assert mailed.reason.endswith("You can see the sums on the page of your report.")
    assert shown.reason.endswith("Here are the sums: what the order costs, and what you paid.")


def test_no_of_an_unknown_reason_is_refused():
    with pytest.raises(ValueError, match="no_such_reason"):
        decline("no_such_reason", Alternative.TALK_TO_A_PERSON, a_subject(), "en")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("reason", WaitReason)
def test_every_wait_says_until_when(reason, locale):
    said = waiting(reason, ANSWER_BY, locale, "UTC")

    assert day(ANSWER_BY, locale, "UTC") in said.until
    assert remarks(f"{said.reason} {said.until}", locale) == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("reason", EscalateReason)
def test_every_escalation_promises_an_answer_by_a_day_and_accuses_nobody(reason, locale):
    said = escalated(reason, ANSWER_BY, locale, "UTC")

    assert day(ANSWER_BY, locale, "UTC") in said.promise
    assert remarks(f"{said.reason} {said.promise}", locale) == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("reason", EvidenceReason)
def test_every_wish_for_a_photo_says_what_it_is_good_for(reason, locale):
    assert remarks(photo_reason(reason, locale), locale) == []


def test_answer_of_a_person_has_its_day():
    assert escalated("high_value", ANSWER_BY, "en", "UTC").promise == (
        "A person is looking at this and will answer by Thursday, 26 November."
    )


def test_refund_to_a_card_names_amount_card_and_days():
    said = part_sentence(Part(Way.CARD, PAID, "visa", "1995"), "pt_BR")

    assert said == (
        "R$\xa0129,90 de volta no seu cartão Visa final 1995, em geral de 5 a 10 dias úteis depois do nosso envio."
    )


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("way", Way)
def test_every_way_of_money_back_has_its_words(way, locale):
    known, unknown = Part(way, PAID, "elo", "1995"), Part(way, PAID)

    said = in_one_line(refund_words([known, unknown], locale))

    assert remarks(said, locale) == []


def test_refund_over_several_payments_is_added_up():
    said = refund_words([Part(Way.CARD, PAID, "visa", "1995"), Part(Way.CREDIT_FOR_BANK_SLIP, BONUS)], "en")

    assert said.amount == "R$142.89"
    assert said.sentences[-1] == "R$142.89 in all."


def test_store_credit_tells_what_was_paid_and_what_comes_from_us():
    with_bonus, without = credit_words(PAID, BONUS, "en"), credit_words(PAID, Money(0, "BRL"), "en")

    assert in_one_line(with_bonus) == "R$142.89 store credit, usable now: the R$129.90 you paid and R$12.99 from us."
    assert "from us" not in in_one_line(without)


@pytest.mark.parametrize("locale", LOCALES)
def test_replacement_tells_its_day_where_it_is_known(locale):
    dated, undated = replacement_words(ANSWER_BY, locale, "UTC"), replacement_words(None, locale, "UTC")

    assert day(ANSWER_BY, locale, "UTC") in in_one_line(dated)
    assert remarks(f"{dated.title} {in_one_line(dated)} {in_one_line(undated)}", locale) == []


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("what", Happening)
def test_every_event_has_its_words_with_and_without_details(what, locale):
    full = event_sentence(what, locale, "UTC", {**_DETAILS, "thing": THING[locale]})
    bare = event_sentence(what, locale, "UTC")

    assert remarks(f"{full} {bare}", locale) == []
    assert "%(" not in full + bare


def test_event_is_told_as_fully_as_its_details_allow():
    said = event_sentence("replacement_sent", "en", "UTC", {"day": date(2026, 12, 1), "tracking": None})

    assert said == "We asked the warehouse to send it again. It arrives by Tuesday, 1 December."
