"""Everything that the site says is in the catalogue, in every language, and the catalogue holds nothing else."""

import pytest
from babel.messages.pofile import read_po

from portal.letters import catalogue
from portal.letters.guide import remarks
from portal.letters.language import FOLDER, LOCALES
from tests.house.banned_words import portuguese_sayings

_TRANSLATED = LOCALES[1:]


def _catalogue(locale):
    with (FOLDER / locale / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=locale)


def _texts(said):
    return [said] if isinstance(said, str) else list(said)


def _end(text):
    """Give the mark that a text ends in; a label ends in none."""
    return text.strip()[-1] if text.strip()[-1] in ".?:" else ""


def test_every_sentence_is_translated_with_its_own_placeholders_and_none_is_fuzzy():
    found = [f"{gap.locale}: {gap.what}: {gap.sentence!r} in {gap.where}" for gap in catalogue.gaps()]

    assert found == []


@pytest.mark.parametrize("locale", _TRANSLATED)
def test_catalogue_holds_no_sentence_that_nobody_says(locale):
    held, said = _catalogue(locale), catalogue.extract()

    left_over = [message.id for message in held if message.id and said.get(message.id, message.context) is None]

    assert [*held.obsolete, *left_over] == []


def test_every_translation_that_a_customer_may_read_passes_the_guide():
    found = [(place, remark) for place, text in portuguese_sayings() for remark in remarks(text, "pt_BR")]

    assert found == []


@pytest.mark.parametrize("locale", _TRANSLATED)
def test_question_stays_a_question_and_a_label_gets_no_full_stop(locale):
    pairs = [
        pair
        for message in _catalogue(locale)
        if message.id
        for pair in zip(_texts(message.id), _texts(message.string), strict=True)
    ]

    assert [pair for pair in pairs if _end(pair[0]) != _end(pair[1])] == []
