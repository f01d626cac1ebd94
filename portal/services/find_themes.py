"""Find themes in what customers said lately: by language, kept with their words and examples, never with a title."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.analysis.voices.apart import NoThemes, Search, find_apart
from portal.analysis.voices.found import Themes
from portal.domain.voices import (
    LEAST_FOR_THEMES,
    LEAST_OF_A_THEME,
    MOST_FOR_THEMES,
    FoundTheme,
    Tongue,
    Utterance,
    how_many_themes,
    in_stems,
    masked_words,
    shared_stems,
    words_of,
)
from portal.records import themes as records
from portal.records.sessions import Session
from portal.records.tables.voices import ThemeSearch
from portal.services.gather_voices import gather_voices
from portal.services.toolkit import Toolkit, tried_again

LOOKED_THROUGH = timedelta(days=90)
_TRIES = 3


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

    Where fewer than 30 voices are of a language nothing is found of it, and what was found before is over. Where
    somebody was erased meanwhile, it looks once more, without them. Raises NoThemes.
    """
    for _ in range(_TRIES):
        gather_voices(toolkit)
        now = toolkit.now()
        with toolkit.reading() as session:
            said = {tongue: _said(session, tongue, now) for tongue in Tongue}
        themes = _found_in(toolkit, said)
        if _keep(toolkit, now, said, themes):
            return {tongue: len(of_it) for tongue, of_it in themes.items()}
    raise NoThemes("voices went while they were looked through")


def themes_are_wanted(toolkit: Toolkit) -> bool:
    """Tell whether to look for themes: nobody has for a week, or somebody was erased whose words may be in them."""
    with toolkit.reading() as session:
        return records.is_wanted(session, toolkit.now())


def _said(session: Session, tongue: Tongue, now: datetime) -> list[Utterance]:
    return records.utterances(session, tongue, since=now - LOOKED_THROUGH, until=now, most=MOST_FOR_THEMES)


def _found_in(toolkit: Toolkit, said: Mapping[Tongue, Sequence[Utterance]]) -> dict[Tongue, list[FoundTheme]]:
    enough = [tongue for tongue in Tongue if len(said[tongue]) >= LEAST_FOR_THEMES]
    asked = [_asked(toolkit, one, [voice.words for voice in said[one]], _speakers(said[one])) for one in enough]
    found = find_apart([search for search, _ in asked])
    themes: dict[Tongue, list[FoundTheme]] = {tongue: [] for tongue in Tongue}
    for tongue, (_, name_of), of_it in zip(enough, asked, found, strict=True):
        themes[tongue] = _themes_of(of_it, name_of, said[tongue])
    return themes


def _speakers(voices: Sequence[Utterance]) -> list[int]:
    return [voice.customer for voice in voices]


@tried_again
def _keep(
    toolkit: Toolkit,
    now: datetime,
    said: Mapping[Tongue, Sequence[Utterance]],
    themes: Mapping[Tongue, Sequence[FoundTheme]],
) -> bool:
    """Keep what was found, unless somebody whose words were looked through was erased meanwhile."""
    with toolkit.transaction() as session:
        if not records.hold(session, [voice.voice for voices in said.values() for voice in voices]):
            return False
        since = now - LOOKED_THROUGH
        for tongue in Tongue:
            count = len(said[tongue])
            search = ThemeSearch(tongue=tongue.value, since=since, until=now, voices=count, made_at=now)
            records.write(session, search, themes[tongue])
    return True


def _themes_of(found: Themes, name_of: dict[str, str], said: Sequence[Utterance]) -> list[FoundTheme]:
    themes = []
    for number, stems in enumerate(found.stems):
        speak = [place for place, theme in enumerate(found.of) if theme == number]
        if len({said[place].customer for place in speak}) >= LEAST_OF_A_THEME:
            clearest = sorted(speak, key=lambda place: (-found.how[place], place))
            words = tuple(name_of[stem] for stem in stems)
            themes.append(FoundTheme(words, tuple(said[place].voice for place in clearest)))
    return sorted(themes, key=lambda theme: -len(theme.voices))


def agree(toolkit: Toolkit, examples: Sequence[Labelled]) -> list[Agreement]:
    """Find themes in labelled examples, without their labels, and tell how far they agree. Keeps nothing."""
    by_tongue = {tongue: [one for one in examples if one.tongue is tongue] for tongue in Tongue}
    there = [tongue for tongue in Tongue if by_tongue[tongue]]
    labels = {tongue: [one.label for one in by_tongue[tongue]] for tongue in there}
    # Each example is of somebody else.
    asked = [
        _asked(toolkit, one, [said.words for said in by_tongue[one]], range(len(labels[one])), labels[one])
        for one in there
    ]
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
    toolkit: Toolkit,
    tongue: Tongue,
    texts: Sequence[str],
    speakers: Sequence[int],
    labels: Sequence[str] | None = None,
) -> tuple[Search, dict[str, str]]:
    """Put a search together: texts in stems that enough people say, and by stem the word that stands for it."""
    split = [words_of(masked_words(words)) for words in texts]
    with toolkit.reading() as session:
        stem_of = records.stems(session, tongue, {word for words in split for word in words})
    stemmed, name_of = in_stems(split, stem_of)
    shared = shared_stems(stemmed, speakers)
    return Search(shared, how_many_themes(len(texts)), LEAST_OF_A_THEME, labels), name_of
