"""Find themes in what customers said lately: by language, kept with their words and examples, never with a title."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from portal.analysis.voices.apart import Found, Search, find_apart
from portal.domain.voices import (
    LEAST_FOR_THEMES,
    LEAST_OF_A_THEME,
    MOST_FOR_THEMES,
    FoundTheme,
    Tongue,
    how_many_themes,
    in_stems,
    words_of,
)
from portal.records import themes as records
from portal.records.tables.voices import ThemeSearch
from portal.services.gather_voices import gather_voices
from portal.services.toolkit import Toolkit

LOOKED_THROUGH = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Labelled:
    """What somebody said, and what a person says that it is about."""

    tongue: Tongue
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far themes of one language agree with labels: share of pure ones, and the adjusted Rand index."""

    tongue: Tongue
    voices: int
    labels: int
    themes: tuple[tuple[str, ...], ...]
    purity: float
    rand: float


def find_themes(toolkit: Toolkit) -> dict[Tongue, int]:
    """Look for themes of each language among the voices of the last 90 days; tell how many were found of each.

    Where fewer than 30 speak a language nothing is found of it, and what was found before is over. Raises NoThemes.
    """
    gather_voices(toolkit)
    now = toolkit.now()
    since = now - LOOKED_THROUGH
    with toolkit.reading() as session:
        said = {
            tongue: records.utterances(session, tongue, since=since, until=now, most=MOST_FOR_THEMES)
            for tongue in Tongue
        }
    enough = [tongue for tongue in Tongue if len(said[tongue]) >= LEAST_FOR_THEMES]
    asked = [_asked(toolkit, tongue, [words for _, words in said[tongue]]) for tongue in enough]
    found = find_apart([search for search, _ in asked])
    themes: dict[Tongue, list[FoundTheme]] = {tongue: [] for tongue in Tongue}
    for tongue, (_, name_of), of_it in zip(enough, asked, found, strict=True):
        themes[tongue] = _themes_of(of_it, name_of, [key for key, _ in said[tongue]])
    with toolkit.transaction() as session:
        for tongue in Tongue:
            count = len(said[tongue])
            search = ThemeSearch(tongue=tongue.value, since=since, until=now, voices=count, made_at=now)
            records.write(session, search, themes[tongue])
    return {tongue: len(of_it) for tongue, of_it in themes.items()}


def _themes_of(found: Found, name_of: dict[str, str], keys: Sequence[int]) -> list[FoundTheme]:
    themes = []
    for number, stems in enumerate(found.stems):
        speak = [place for place, theme in enumerate(found.of) if theme == number]
        if len(speak) >= LEAST_OF_A_THEME:
            clearest = sorted(speak, key=lambda place: (-found.how[place], place))
            words = tuple(name_of[stem] for stem in stems)
            themes.append(FoundTheme(words, tuple(keys[place] for place in clearest)))
    return sorted(themes, key=lambda theme: -len(theme.voices))


def agree(toolkit: Toolkit, examples: Sequence[Labelled]) -> list[Agreement]:
    """Find themes in labelled examples, without their labels, and tell how far they agree. Keeps nothing."""
    by_tongue = {tongue: [one for one in examples if one.tongue is tongue] for tongue in Tongue}
    there = [tongue for tongue in Tongue if by_tongue[tongue]]
    labels = {tongue: [one.label for one in by_tongue[tongue]] for tongue in there}
    asked = [_asked(toolkit, one, [said.words for said in by_tongue[one]], labels[one]) for one in there]
    found = find_apart([search for search, _ in asked])
    return [
        Agreement(
            tongue,
            len(labels[tongue]),
            len(set(labels[tongue])),
            tuple(tuple(name_of[stem] for stem in stems) for stems in one.stems),
            one.purity or 0.0,
            one.rand or 0.0,
        )
        for tongue, (_, name_of), one in zip(there, asked, found, strict=True)
    ]


def _asked(
    toolkit: Toolkit, tongue: Tongue, texts: Sequence[str], labels: Sequence[str] | None = None
) -> tuple[Search, dict[str, str]]:
    """Put a search together: texts in stems, and by stem the word that stands for it."""
    split = [words_of(words) for words in texts]
    with toolkit.reading() as session:
        stem_of = records.stems(session, tongue, {word for words in split for word in words})
    stemmed, name_of = in_stems(split, stem_of)
    return Search(stemmed, how_many_themes(len(texts)), LEAST_OF_A_THEME, labels), name_of
