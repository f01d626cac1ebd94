"""What we say to customers is free of the words that we never say."""

import pytest

from tests.house.banned_words import ENGLISH, PORTUGUESE, portuguese_sayings, sayings


def test_no_banned_word_is_said_to_a_customer():
    said = [f"{place}: {found.group()}" for place, text in sayings() for found in ENGLISH.finditer(text)]

    assert said == []


def test_no_banned_word_is_said_to_a_customer_in_portuguese():
    said = [f"{place}: {found.group()}" for place, text in portuguese_sayings() for found in PORTUGUESE.finditer(text)]

    assert said == []


@pytest.mark.parametrize(
    "sentence",
    [
        "We are sorry if this happened.",
        "Unfortunately it broke.",
        "Sorry for the inconvenience.",
        "Our policy says no.",
    ],
)
def test_what_we_never_say_is_found(sentence):
    assert ENGLISH.search(sentence)


def test_places_to_look_are_there():
    assert len(list(sayings())) > 50
