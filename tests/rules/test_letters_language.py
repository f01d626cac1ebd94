"""Which language somebody reads, and how it writes amounts and days."""

from datetime import UTC, date, datetime

import pytest

from portal.domain.money import Money
from portal.letters.language import best_locale, day, listed, moment, money, percent


@pytest.mark.parametrize(
    ("requested", "accepted", "expected"),
    [
        ("pt-BR", "", "pt_BR"),
        ("pt_BR", "en", "pt_BR"),
        ("pt", "", "pt_BR"),
        ("PT-pt", "", "pt_BR"),
        ("en-GB", "pt-BR", "en"),
        (None, "pt-PT,pt;q=0.9,en;q=0.8", "pt_BR"),
        (None, "de;q=0.9, en;q=0.3, pt;q=0.7", "pt_BR"),
        (None, "pt;q=0, en;q=0.1", "en"),
        ("de", "", "en"),
        ("", "", "en"),
        (None, ";;,q=\x00,*" * 1000, "en"),
    ],
)
def test_language_is_what_was_asked_for_or_else_what_the_browser_prefers(requested, accepted, expected):
    assert best_locale(requested, accepted) == expected


@pytest.mark.parametrize(
    ("amount", "locale", "expected"),
    [
        (Money(123456, "BRL"), "pt_BR", "R$\xa01.234,56"),
        (Money(123456, "BRL"), "en", "R$1,234.56"),
        (Money(-500, "BRL"), "en", "-R$5.00"),
        (Money(1250, "JPY"), "en", "¥1,250"),
        (Money(1234567, "KWD"), "en", "KWD\xa01,234.567"),
        (Money(1234567, "IQD"), "pt_BR", "IQD\xa01.234,567"),
        (Money(500, "RSD"), "en", "RSD\xa05.00"),
    ],
)
def test_amount_has_the_digits_of_its_currency_and_the_signs_of_the_language(amount, locale, expected):
    assert money(amount, locale) == expected


def test_day_is_named_in_the_language():
    assert day(date(2026, 11, 24), "en", "UTC") == "Tuesday, 24 November"
    assert day(date(2026, 11, 24), "pt_BR", "UTC") == "24 de novembro (terça-feira)"


def test_first_of_a_month_is_an_ordinal_in_portuguese():
    assert day(date(2026, 12, 1), "pt_BR", "UTC", year=True) == "1º de dezembro de 2026 (terça-feira)"


def test_time_is_told_in_the_zone_of_the_shop():
    late_in_london = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)

    assert day(late_in_london, "en", "America/Sao_Paulo") == "Monday, 23 November"
    assert moment(late_in_london, "en", "America/Sao_Paulo") == "Monday, 23 November, 22:05"
    assert moment(late_in_london, "pt_BR", "America/Sao_Paulo") == "23 de novembro (segunda-feira), às 22:05"


def test_names_and_shares_are_written_as_people_say_them():
    assert listed(["a", "b", "c"], "pt_BR") == "a, b e c"
    assert listed(["a", "b"], "en") == "a and b"
    assert listed(["a", "b"], "pt_BR", either=True) == "a ou b"
    assert percent(0.1, "pt_BR") == "10%"
