"""Voices: what customers say in their own words, by report and by answer, and how staff look through it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LONGEST_SOUGHT = 200
"""What staff look for may have so many characters; the rest of it is left out."""
LEAST_FOR_THEMES = 30
"""Fewer voices than this in a language have no themes: a few words would be told as if they were many."""
MOST_FOR_THEMES = 50_000
"""The newest so many are looked through for themes, so that a search is bounded in time and memory."""
LEAST_OF_A_THEME = 3
"""So many customers share a word, and a theme, at least: no theme is one person's words, however often they write."""
_VOICES_A_THEME = 8
_MOST_THEMES = 12


class Source(StrEnum):
    """Where somebody said it."""

    REPORT = "report"
    ANSWER = "answer"
    """With a yes or a no to "did we make it right?"."""


class Tongue(StrEnum):
    """A language that is known, as PostgreSQL's text search names it; words of any other stay whole."""

    PORTUGUESE = "portuguese"
    ENGLISH = "english"
    SIMPLE = "simple"


@dataclass(frozen=True, slots=True)
class Sought:
    """Which voices are looked for: said from a moment on and before another, and what narrows them; empty for all."""

    since: datetime
    until: datetime
    words: str = ""
    problem: str = ""
    stage: str = ""
    theme: str = ""


@dataclass(frozen=True, slots=True)
class Utterance:
    """A voice as themes are looked for in it: its key, which customer it is of, and the words as they were written."""

    voice: int
    customer: int
    words: str


@dataclass(frozen=True, slots=True)
class FoundTheme:
    """A theme: its commonest words, the weightiest first, and which voices speak of it, the clearest first."""

    words: tuple[str, ...]
    voices: tuple[int, ...]


def how_many_themes(voices: int) -> int:
    """Tell how many themes to look for among so many voices."""
    return min(_MOST_THEMES, max(2, voices // _VOICES_A_THEME))


_MAILBOX = re.compile(r"\b([^\s@]{1,64})@([\w-]+(?:\.[\w-]+)+)")
_NUMBER = re.compile(r"\+?\d(?:[ .()/-]{0,2}\d){6,}")
_SHOWN_DIGITS = 2


def masked_words(words: str) -> str:
    """Mask mailboxes and long numbers, such as of a telephone or a card, in what somebody wrote."""
    masked = _MAILBOX.sub(lambda found: f"{found[1][:1]}…@{found[2]}", words)
    return _NUMBER.sub(lambda found: f"…{found[0][-_SHOWN_DIGITS:]}", masked)


_WORD = re.compile(r"\b[^\W\d_]{2,40}\b")


def words_of(text: str) -> list[str]:
    """Split what somebody wrote into its words, small and without digits."""
    return _WORD.findall(text.lower())


def in_stems(texts: Sequence[Sequence[str]], stem_of: dict[str, str]) -> tuple[list[list[str]], dict[str, str]]:
    """Bring texts of words to their stems, without words that have none, and give each stem its commonest word."""
    counts: dict[str, dict[str, int]] = {}
    stemmed: list[list[str]] = []
    for words in texts:
        stems = [(stem_of[word], word) for word in words if word in stem_of]
        stemmed.append([stem for stem, _ in stems])
        for stem, word in stems:
            of_stem = counts.setdefault(stem, {})
            of_stem[word] = of_stem.get(word, 0) + 1
    said = {stem: max(words, key=lambda word: (words[word], word)) for stem, words in counts.items()}
    return stemmed, said


def shared_stems(texts: Sequence[Sequence[str]], speakers: Sequence[int]) -> list[list[str]]:
    """Leave of each text what enough different people say, be it once each. speakers: who says each text."""
    by_stem: dict[str, set[int]] = {}
    for stems, speaker in zip(texts, speakers, strict=True):
        for stem in stems:
            said_by = by_stem.setdefault(stem, set())
            if len(said_by) < LEAST_OF_A_THEME:
                said_by.add(speaker)
    return [[stem for stem in stems if len(by_stem[stem]) == LEAST_OF_A_THEME] for stems in texts]
