"""Voices: gathered from claims and answers, searched by words, and counted by problem, stage and theme."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from string import Template
from typing import Any

from sqlalchemy import Row, TextClause, text
from sqlalchemy.orm import Session

from portal.domain.voices import Sought, Source, Tongue

# No part of PostgreSQL that is surely there takes accents away, so they are split off and dropped.
_PLAIN = r"regexp_replace(normalize({0}, NFKD), '[\u0300-\u036f]', '', 'g')"
_LEXEMES = f"to_tsvector({{1}}, {{0}}) || to_tsvector({{1}}, {_PLAIN})"
_TONGUE = "CASE left(c.locale, 2) WHEN 'pt' THEN 'portuguese' WHEN 'en' THEN 'english' ELSE 'simple' END"
_GATHER = Template("""
    INSERT INTO voices (claim_id, message_id, source, said_at, tongue, lexemes)
    SELECT said.claim_id, said.message_id, '$source', said.said_at, said.tongue, $lexemes
    FROM ($said) AS said
    ON CONFLICT DO NOTHING RETURNING id
""")
# Whoever wrote at about the time of the newest may have committed after it was gathered.
_SINCE = "coalesce((SELECT max(said_at) FROM voices WHERE source = '$source'), '-infinity') - interval '1 day'"
# Whoever is erased at this moment is left out: what was read before would otherwise be written after.
_REPORTS = """
    SELECT c.id AS claim_id, NULL::bigint AS message_id, c.words, c.created_at AS said_at, $tongue AS tongue
    FROM claims AS c WHERE c.words <> '' AND c.created_at >= $since
      AND NOT EXISTS (SELECT FROM voices AS v WHERE v.claim_id = c.id AND v.source = '$source')
    ORDER BY c.created_at LIMIT :most FOR SHARE OF c SKIP LOCKED
"""
_ANSWERS = """
    SELECT c.id AS claim_id, m.id AS message_id, m.body AS words, m.written_at AS said_at, $tongue AS tongue
    FROM claim_messages AS m JOIN claims AS c ON c.id = m.claim_id
    WHERE m.answer IS NOT NULL AND m.body <> '' AND m.written_at >= $since
      AND NOT EXISTS (SELECT FROM voices AS v WHERE v.message_id = m.id)
    ORDER BY m.written_at LIMIT :most FOR SHARE OF c, m SKIP LOCKED
"""


def _gathering(source: Source, said: str) -> TextClause:
    since = Template(_SINCE).substitute(source=source.value)
    asked = Template(said).substitute(source=source.value, since=since, tongue=_TONGUE)
    lexemes = _LEXEMES.format("said.words", "said.tongue::regconfig")
    return text(_GATHER.substitute(source=source.value, said=asked, lexemes=lexemes).replace("::", r"\:\:"))


_GATHERED = (_gathering(Source.REPORT, _REPORTS), _gathering(Source.ANSWER, _ANSWERS))
# The words are read as a person types them into any search: quotes, "or" and "-" mean something, and nothing is wrong.
_ASKED = " OR ".join(
    f"(v.tongue = '{tongue}' AND v.lexemes @@ (websearch_to_tsquery('{tongue}', :words)"
    f" || websearch_to_tsquery('{tongue}', {_PLAIN.format(':words')})))"
    for tongue in Tongue
)
_LINE = "EXISTS (SELECT FROM claim_lines AS k WHERE k.claim_id = v.claim_id AND k.{0} = :{0})"
_THEME = "v.theme_id = (SELECT id FROM themes WHERE ref = :theme)"
_PAGE = Template("""
    SELECT v.source, v.said_at, c.ref, c.state, m.answer, t.ref AS theme, t.words AS theme_words,
      CASE WHEN v.message_id IS NULL THEN c.words ELSE m.body END AS words, k.problems, k.stages
    FROM (SELECT * FROM voices AS v WHERE $where ORDER BY v.said_at DESC, v.id DESC LIMIT :most OFFSET :skipped) AS v
    JOIN claims AS c ON c.id = v.claim_id LEFT JOIN claim_messages AS m ON m.id = v.message_id
    LEFT JOIN themes AS t ON t.id = v.theme_id
    CROSS JOIN LATERAL (SELECT array_agg(DISTINCT problem ORDER BY problem) AS problems,
      array_agg(DISTINCT stage ORDER BY stage) AS stages FROM claim_lines WHERE claim_id = v.claim_id) AS k
    ORDER BY v.said_at DESC, v.id DESC
""")
_WHOLE = Template("SELECT count(*) FROM voices AS v WHERE $where")
# Beside the voices of a problem or stage, the claims of the same span that were about it, with words or without.
_BESIDE = Template("""
    SELECT code, coalesce(said.voices, 0) AS voices, coalesce(told.claims, 0) AS claims
    FROM (
      SELECT k.$column AS code, count(DISTINCT v.id) AS voices
      FROM voices AS v JOIN claim_lines AS k ON k.claim_id = v.claim_id WHERE $where GROUP BY 1
    ) AS said FULL JOIN (
      SELECT k.$column AS code, count(DISTINCT c.id) AS claims
      FROM claims AS c JOIN claim_lines AS k ON k.claim_id = c.id
      WHERE c.created_at >= :since AND c.created_at < :until GROUP BY 1
    ) AS told USING (code) ORDER BY voices DESC, code
""")


@dataclass(frozen=True, slots=True)
class Said:
    """A voice as staff read it. answer: yes or no, where the words came with one. theme: ref and words; may be none."""

    source: Source
    said_at: datetime
    claim_ref: str
    claim_state: str
    words: str
    problems: tuple[str, ...]
    stages: tuple[str, ...]
    answer: str | None
    theme: str | None
    theme_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """A problem or a stage: how many voices were found about it, beside how many claims were made in the same span."""

    code: str
    voices: int
    claims: int


def gather(session: Session, most: int) -> int:
    """Make searchable what was said since the last time, at most so many of each source; tell how many."""
    return sum(len(session.execute(statement, {"most": most}).all()) for statement in _GATHERED)


def count(session: Session, sought: Sought) -> int:
    """Count the voices that are looked for."""
    where, values = _where(sought)
    return int(session.execute(text(_WHOLE.substitute(where=where)), values).scalar_one())


def found(session: Session, sought: Sought, *, most: int, skipped: int) -> list[Said]:
    """Give the voices that are looked for, the newest first, after so many of them."""
    where, values = _where(sought)
    asked = text(_PAGE.substitute(where=where))
    return [_said(row) for row in session.execute(asked, {**values, "most": most, "skipped": skipped})]


def beside(session: Session, sought: Sought, column: str) -> list[Beside]:
    """Count the voices that are looked for by ``problem`` or ``stage``, beside all claims of the span."""
    where, values = _where(sought)
    asked = text(_BESIDE.substitute(column=column, where=where))
    return [Beside(row.code, row.voices, row.claims) for row in session.execute(asked, values)]


def _where(sought: Sought) -> tuple[str, Mapping[str, Any]]:
    parts, values = ["v.said_at >= :since AND v.said_at < :until"], {"since": sought.since, "until": sought.until}
    named = {"words": _ASKED, "problem": _LINE.format("problem"), "stage": _LINE.format("stage"), "theme": _THEME}
    for name, part in named.items():
        value = getattr(sought, name)
        if value:
            parts.append(f"({part})")
            values[name] = value
    return " AND ".join(parts), values


def _said(row: Row[Any]) -> Said:
    return Said(
        Source(row.source),
        row.said_at,
        row.ref,
        row.state,
        row.words,
        tuple(row.problems),
        tuple(row.stages),
        row.answer,
        row.theme,
        tuple(row.theme_words or ()),
    )
