"""Money as tables."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.domain.errors import BadAmount, CurrencyMismatch
from portal.domain.money import Money, decimal_text, parse, total, zero


@pytest.mark.proves("M11", "bug 36")
@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("39.9", "BRL", 3990),
        ("39.90", "BRL", 3990),
        ("1250", "JPY", 1250),
        ("1250.0", "JPY", 1250),
        ("1.234", "KWD", 1234),
        ("-5", "EUR", -500),
        ("0.05", "EUR", 5),
    ],
)
def test_a_plain_decimal_is_read_in_whole_minor_units(text: str, currency: str, minor: int) -> None:
    assert parse(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("10.999", "EUR"),
        ("10.50", "JPY"),
        ("1e2", "EUR"),
        ("NaN", "EUR"),
        ("Infinity", "EUR"),
        ("1_0", "EUR"),
        ("10,00", "EUR"),
        ("1.000,00", "EUR"),
        ("", "EUR"),
        ("٣", "EUR"),
        ("0x10", "EUR"),
        ("+5", "EUR"),
        ("99999999999999999", "EUR"),
    ],
)
def test_what_is_no_plain_decimal_of_its_currency_is_refused(text: str, currency: str) -> None:
    with pytest.raises(BadAmount):
        parse(text, currency)


@pytest.mark.proves("M11")
def test_two_currencies_never_meet() -> None:
    with pytest.raises(CurrencyMismatch):
        Money(1, "EUR") + Money(1, "BRL")


@pytest.mark.proves("M11")
@pytest.mark.parametrize("minor", [1.5, True, "5", None])
def test_money_is_never_made_of_anything_but_a_whole_number(minor: Any) -> None:
    assert Money(5, "EUR") != 5
    with pytest.raises(BadAmount):
        Money(minor, "EUR")


@pytest.mark.proves("M10")
@given(some.integers(0, 10**9), some.lists(some.integers(0, 10**6), min_size=1, max_size=12))
def test_a_share_preserves_the_total_and_stays_within_a_unit_of_the_exact_part(minor: int, weights: list[int]) -> None:
    parts = Money(minor, "EUR").share(weights)

    assert total(parts, "EUR") == Money(minor, "EUR")
    if sum(weights):
        for part, weight in zip(parts, weights, strict=True):
            assert abs(part.minor * sum(weights) - minor * weight) < sum(weights)


def test_the_largest_remainder_comes_first_and_then_the_order() -> None:
    assert [part.minor for part in Money(100, "EUR").share([1, 1, 1])] == [34, 33, 33]
    assert [part.minor for part in Money(5, "EUR").share([1, 2])] == [2, 3]


@pytest.mark.proves("M11", "bug 36")
@given(some.integers(-(10**9), 10**9), some.sampled_from(["EUR", "JPY", "KWD"]))
def test_what_is_written_as_a_decimal_reads_back_the_same(minor: int, currency: str) -> None:
    assert parse(decimal_text(Money(minor, currency)), currency) == Money(minor, currency)


def test_nothing_is_false_and_something_is_true() -> None:
    assert not zero("EUR")
    assert Money(1, "EUR")
