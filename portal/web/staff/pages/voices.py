"""What staff see of voices: what is looked for, the numbers beside it, the themes, and the words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from portal.domain.periods import Period
from portal.domain.voices import Sought, Source, Tongue, masked_words
from portal.records.themes import ThemeRow
from portal.records.voices import Beside, Said
from portal.web.shared.language import gettext, lazy_gettext
from portal.web.shared.names import PROBLEMS, STAGES, named
from portal.web.shared.names import STATES as CLAIM_STATES
from portal.web.shared.paging import Pager

_TONGUES: dict[str, Any] = {
    Tongue.PORTUGUESE: lazy_gettext("Portuguese"),
    Tongue.ENGLISH: lazy_gettext("English"),
    Tongue.SIMPLE: lazy_gettext("Other languages"),
}
_SOURCES: dict[tuple[Source, str | None], Any] = {
    (Source.REPORT, None): lazy_gettext("Report"),
    (Source.ANSWER, "yes"): lazy_gettext("Answer: yes, it is right"),
    (Source.ANSWER, "no"): lazy_gettext("Answer: no, it is not right"),
}
_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. wrong: a sentence where the days could not be read."""

    sought: Sought
    period: Period
    page: int
    wrong: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many voices and pages there are, and what stands beside them."""

    whole: int
    pages: int
    problems: Sequence[Beside]
    stages: Sequence[Beside]
    themes: Sequence[ThemeRow]


@dataclass(frozen=True, slots=True)
class BesideRow:
    """A problem or a stage with its voices, and the claims of the same days. url shows its voices."""

    name: str
    url: str
    voices: int
    claims: int


@dataclass(frozen=True, slots=True)
class ThemeView:
    """A theme: its words, how many speak of it, and a few that do. chosen: its voices are shown now."""

    words: str
    url: str
    tongue: str
    voices: int
    share: int
    examples: tuple[str, ...]
    since: datetime
    until: datetime
    chosen: bool


@dataclass(frozen=True, slots=True)
class VoiceRow:
    """Words of a customer, without who they are."""

    words: str
    said_at: datetime
    source: str
    is_no: bool
    claim_ref: str
    claim_url: str
    state: str
    about: tuple[str, ...]
    theme: str


@dataclass(frozen=True, slots=True)
class VoicesPage:
    """Rendered by ``staff/voices.html``."""

    words: str
    first: str
    last: str
    problem: str
    stage: str
    theme: ThemeView | None
    theme_ref: str
    problem_choices: tuple[tuple[str, str], ...]
    stage_choices: tuple[tuple[str, str], ...]
    whole: int
    narrowed: bool
    problems: tuple[BesideRow, ...]
    stages: tuple[BesideRow, ...]
    themes: tuple[ThemeView, ...]
    rows: tuple[VoiceRow, ...]
    pager: Pager
    wrong: str


def voices_page(asked: Asked, numbers: Numbers, said: Sequence[Said]) -> VoicesPage:
    """Put the page together."""
    sought = asked.sought
    themes = tuple(_theme(asked, one) for one in numbers.themes)
    return VoicesPage(
        words=sought.words,
        first=asked.period.first.isoformat(),
        last=asked.period.last.isoformat(),
        problem=sought.problem,
        stage=sought.stage,
        theme=next((one for one in themes if one.chosen), None),
        theme_ref=sought.theme,
        problem_choices=_choices(PROBLEMS),
        stage_choices=_choices(STAGES),
        whole=numbers.whole,
        narrowed=any((sought.words, sought.problem, sought.stage, sought.theme)),
        problems=tuple(_beside(asked, one, "problem", PROBLEMS) for one in numbers.problems),
        stages=tuple(_beside(asked, one, "stage", STAGES) for one in numbers.stages),
        themes=themes,
        rows=tuple(_row(one) for one in said),
        pager=_pager(asked, numbers.pages),
        wrong=asked.wrong,
    )


def _choices(names: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return (("", gettext("All of them")), *((code, str(name)) for code, name in names.items()))


def _url(asked: Asked, **changed: str) -> str:
    sought = asked.sought
    given: dict[str, Any] = {
        "q": sought.words,
        "from": asked.period.first.isoformat(),
        "to": asked.period.last.isoformat(),
        "problem": sought.problem,
        "stage": sought.stage,
        "theme": sought.theme,
    }
    return url_for("staff.voices", **{name: value for name, value in (given | changed).items() if value})


def _beside(asked: Asked, one: Beside, name: str, names: dict[str, Any]) -> BesideRow:
    return BesideRow(named(names, one.code), _url(asked, **{name: one.code}), one.voices, one.claims)


def _theme(asked: Asked, one: ThemeRow) -> ThemeView:
    return ThemeView(
        words=" · ".join(one.words),
        url=_url(asked, theme=one.ref),
        tongue=str(_TONGUES[one.tongue]),
        voices=one.left_of_it,
        share=round(100 * one.found / one.looked_through),
        examples=tuple(masked_words(words) for words in one.examples[:_EXAMPLES]),
        since=one.since,
        until=one.until,
        chosen=one.ref == asked.sought.theme,
    )


def _row(one: Said) -> VoiceRow:
    return VoiceRow(
        words=masked_words(one.words),
        said_at=one.said_at,
        source=str(_SOURCES[one.source, one.answer]),
        is_no=one.answer == "no",
        claim_ref=one.claim_ref,
        claim_url=url_for("staff.claim", ref=one.claim_ref),
        state=named(CLAIM_STATES, one.claim_state),
        about=(*(named(PROBLEMS, code) for code in one.problems), *(named(STAGES, code) for code in one.stages)),
        theme=" · ".join(one.theme_words),
    )


def _pager(asked: Asked, pages: int) -> Pager:
    before = _url(asked, page=str(asked.page - 1)) if asked.page > 1 else None
    after = _url(asked, page=str(asked.page + 1)) if asked.page < pages else None
    return Pager(asked.page, pages, before, after)
