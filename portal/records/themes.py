"""Themes: the voices that are looked through for them, the stems of their words, and what was found."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from portal.domain.refs import new_ref
from portal.domain.voices import FoundTheme, Tongue
from portal.records.tables.voices import Theme, ThemeSearch, Voice

_EXAMPLES = 5
_UTTERANCES = text("""
    SELECT v.id, CASE WHEN v.message_id IS NULL THEN c.words ELSE m.body END AS words
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
    SELECT t.ref, t.words, t.voices AS found, s.tongue, s.since, s.until, s.voices AS looked_through, s.made_at,
      (SELECT count(*) FROM voices AS v WHERE v.theme_id = t.id) AS left_of_it,
      (SELECT array_agg(CASE WHEN v.message_id IS NULL THEN c.words ELSE m.body END ORDER BY x.place)
         FROM jsonb_array_elements_text(t.examples) WITH ORDINALITY AS x (id, place)
         JOIN voices AS v ON v.id = x.id::bigint
         JOIN claims AS c ON c.id = v.claim_id LEFT JOIN claim_messages AS m ON m.id = v.message_id) AS examples
    FROM themes AS t JOIN theme_searches AS s ON s.id = t.search_id
    WHERE s.id IN (SELECT max(id) FROM theme_searches GROUP BY tongue) ORDER BY s.tongue DESC, t.position
""".replace("::", r"\:\:")
)


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme of the newest search of a language. found: voices when it was found; left_of_it: that are here still."""

    ref: str
    words: tuple[str, ...]
    tongue: Tongue
    since: datetime
    until: datetime
    made_at: datetime
    looked_through: int
    found: int
    left_of_it: int
    examples: tuple[str, ...]


def utterances(
    session: Session, tongue: Tongue, *, since: datetime, until: datetime, most: int
) -> list[tuple[int, str]]:
    """Give the newest voices of a language and a span: key and words."""
    values = {"tongue": tongue.value, "since": since, "until": until, "most": most}
    return [(row.id, row.words) for row in session.execute(_UTTERANCES, values)]


def stems(session: Session, tongue: Tongue, words: Collection[str]) -> dict[str, str]:
    """Give the stem of each word that has one."""
    values = {"dictionary": _DICTIONARIES[tongue], "words": sorted(words)}
    return {row.word: row.stem for row in session.execute(_STEMS, values) if row.stem}


def write(session: Session, search: ThemeSearch, themes: Sequence[FoundTheme]) -> None:
    """Keep a search with what it found, and let each voice of its language point to its theme, or to none."""
    session.add(search)
    session.flush()
    session.execute(
        update(Voice).where(Voice.tongue == search.tongue, Voice.theme_id.is_not(None)).values(theme_id=None)
    )
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


def last_search(session: Session) -> datetime | None:
    """Tell when themes were last looked for, in whatever language."""
    return session.scalars(select(ThemeSearch.made_at).order_by(ThemeSearch.made_at.desc()).limit(1)).one_or_none()


def newest(session: Session) -> list[ThemeRow]:
    """Give the themes of the newest search of each language, the commonest first."""
    return [
        ThemeRow(
            row.ref,
            tuple(row.words),
            Tongue(row.tongue),
            row.since,
            row.until,
            row.made_at,
            row.looked_through,
            row.found,
            row.left_of_it,
            tuple(row.examples or ()),
        )
        for row in session.execute(_NEWEST)
    ]
