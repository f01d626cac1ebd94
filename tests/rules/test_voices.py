"""What customers say in their own words: masked, split, and brought to stems."""

import pytest

from portal.domain.voices import how_many_themes, in_stems, masked_words, shared_stems, words_of


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Write to ana.souza@example.com.br, please", "Write to a…@example.com.br, please"),
        ("call +55 (11) 98765-4321 today", "call …21 today"),
        ("card 4111 1111 1111 1111", "card …11"),
        ("9 of 41 cups, order 2026", "9 of 41 cups, order 2026"),
        ("", ""),
        ("@ " * 2_000, "@ " * 2_000),
    ],
)
def test_what_could_name_somebody_in_their_words_is_masked(written: str, shown: str) -> None:
    assert masked_words(written) == shown


def test_words_are_split_without_digits_and_signs() -> None:
    assert words_of("Não CHEGOU!! 2x <b>caixa</b> a") == ["não", "chegou", "caixa"]
    assert words_of("w" * 4_000) == []


def test_a_stem_is_named_by_its_commonest_word_and_a_word_without_one_is_left_out() -> None:
    stems = {"chegou": "cheg", "chegar": "cheg", "caixa": "caix"}

    texts, names = in_stems([["chegou", "a", "caixa"], ["chegar"], ["chegou"]], stems)

    assert texts == [["cheg", "caix"], ["cheg"], ["cheg"]]
    assert names == {"cheg": "chegou", "caix": "caixa"}


def test_a_stem_counts_where_three_different_people_have_it_however_often_one_says_it() -> None:
    texts = [["cheg", "caix"], ["cheg", "caix"], ["caix", "cheg", "caix"], ["cheg"]]

    assert shared_stems(texts, [1, 1, 2, 3]) == [["cheg"], ["cheg"], ["cheg"], ["cheg"]]
    assert shared_stems(texts, [1, 2, 3, 4]) == texts
    assert shared_stems([], []) == []


def test_themes_are_looked_for_by_how_many_speak() -> None:
    assert [how_many_themes(voices) for voices in (0, 30, 64, 1_000_000)] == [2, 3, 8, 12]
