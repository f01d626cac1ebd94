"""Themes: the voices that are looked through for them, the stems of their words, and what was found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from portal.domain.refs import new_ref
from portal.domain.voices import FoundTheme, Tongue, Utterance
from portal.records.tables.voices import Theme, ThemeSearch, Voice

_EXAMPLES = 5
_UTTERANCES = text("""
    SELECT v.id, c.customer_id, CASE WHEN v.message_id IS NULL THEN c.words ELSE m.body END AS words
    FROM voices AS v JOIN claims AS c ON c.id = v.claim_id LEFT JOIN claim_messages AS m ON m.id = v.message_id
    WHERE v.tongue = :tongue AND v.said_at >= :since AND v.said_at < :until
    ORDER BY v.said_at DESC, v.id DESC LIMIT :most
""")
# PostgreSQL's own stemmers; a word that says nothing by itself, such as "the", has no stem.
_STEMS = text("""
    SELECT word, (ts_lexize(CAST(:dictionary AS regdictionary), word))[1] AS stem
    FROM unnest(CAST(:words AS text[])) AS word
""")
_DICTIONARIES = {
    Tongue.PORTUGUESE: "portuguese_stem",
    Tongue.ENGLISH: "english_stem",
    Tongue.SIMPLE: "simple",
}
_NEWEST = text(
    """
    SELECT t.ref, t.words, t.voices AS found, s.tongue, s.since, s.until, s.voices AS looked_through,
      (SELECT count(*) FROM voices AS v WHERE v.theme_id = t.id) AS left_of_it,
      (SELECT array_agg(CASE WHEN v.message_id IS NULL THEN c.words ELSE m.body END ORDER BY x.place)
         FROM jsonb_array_elements_text(t.examples) WITH ORDINALITY AS x (id, place)
         JOIN voices AS v ON v.id = x.id::bigint
         JOIN claims AS c ON c.id = v.claim_id LEFT JOIN claim_messages AS m ON m.id = v.message_id) AS examples
    FROM themes AS t JOIN theme_searches AS s ON s.id = t.search_id
    WHERE s.id IN (SELECT max(id) FROM theme_searches GROUP BY tongue) AND t.words <> '[]'
    ORDER BY s.tongue DESC, t.position
""".replace("::", r"\:\:")
)
# A week, less what one night's search may begin earlier than another.
_EVERY = timedelta(days=6, hours=12)
_WANTED = text("""
    SELECT NOT EXISTS (SELECT FROM theme_searches WHERE made_at > :since)
      OR EXISTS (SELECT FROM themes WHERE words = '[]')
""")
# Whoever erases somebody holds their voices first, and takes the words out of the themes that are there by then.
_HELD = text("SELECT count(*) FROM (SELECT FROM voices WHERE id = ANY(:voices) ORDER BY id FOR KEY SHARE) AS held")


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme of the newest search of a language. found: voices when it was found; left_of_it: that are here still."""

    ref: str
    words: tuple[str, ...]
    tongue: Tongue
    since: datetime
    until: datetime
    looked_through: int
    found: int
    left_of_it: int
    examples: tuple[str, ...]


def utterances(session: Session, tongue: Tongue, *, since: datetime, until: datetime, most: int) -> list[Utterance]:
    """Give the newest voices of a language and a span."""
    values = {"tongue": tongue.value, "since": since, "until": until, "most": most}
    return [Utterance(row.id, row.customer_id, row.words) for row in session.execute(_UTTERANCES, values)]


def hold(session: Session, voices: Sequence[int]) -> bool:
    """Let nobody take these voices away until the transaction ends; tell whether all of them are here still."""
    return bool(session.execute(_HELD, {"voices": list(voices)}).scalar_one() == len(voices))


def stems(session: Session, tongue: Tongue, words: Collection[str]) -> dict[str, str]:
    """Give the stem of each word that has one."""
    values = {"dictionary": _DICTIONARIES[tongue], "words": sorted(words)}
    return {row.word: row.stem for row in session.execute(_STEMS, values) if row.stem}


def write(session: Session, search: ThemeSearch, themes: Sequence[FoundTheme]) -> None:
    """Keep a search in the place of the one before, and let each voice of its language point to its theme, or to none.

    What was found before goes, because words of whoever is erased later must not stay in it.
    """
    session.execute(text("LOCK TABLE theme_searches IN SHARE ROW EXCLUSIVE MODE"))
    session.execute(
        update(Voice).where(Voice.tongue == search.tongue, Voice.theme_id.is_not(None)).values(theme_id=None)
    )
    before = select(ThemeSearch.id).where(ThemeSearch.tongue == search.tongue)
    session.execute(delete(Theme).where(Theme.search_id.in_(before)))
    session.execute(delete(ThemeSearch).where(ThemeSearch.tongue == search.tongue))
    session.add(search)
    session.flush()
    for position, found in enumerate(themes, start=1):
        theme = Theme(
            ref=new_ref("THM"),
            search_id=search.id,
            position=position,
            words=list(found.words),
            voices=len(found.voices),
            examples=list(found.voices[:_EXAMPLES]),
        )
        session.add(theme)
        session.flush()
        session.execute(update(Voice).where(Voice.id.in_(found.voices)).values(theme_id=theme.id))


def is_wanted(session: Session, now: datetime) -> bool:
    """Tell whether to look for themes: nobody has for a week, or words were taken out when somebody was erased."""
    return bool(session.execute(_WANTED, {"since": now - _EVERY}).scalar_one())


def newest(session: Session) -> list[ThemeRow]:
    """Give the themes of the newest search of each language, the commonest first."""
    return [
        ThemeRow(
            row.ref,
            tuple(row.words),
            Tongue(row.tongue),
            row.since,
            row.until,
            row.looked_through,
            row.found,
            row.left_of_it,
            tuple(row.examples or ()),
        )
        for row in session.execute(_NEWEST)
    ]
