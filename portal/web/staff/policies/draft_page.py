"""What the page of a draft shows: its table, what the check finds, past claims, its history and what can be done."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from portal.domain.drafts import WRITING, DraftMove
from portal.domain.policy import Policy
from portal.domain.policy.verdict import NO_RULE_KEY
from portal.records.policies import DEFAULT_MARKET
from portal.services.claims_like_these import LikeThese
from portal.services.current_policy import parsed
from portal.web.shared.language import gettext as _
from portal.web.shared.names import named
from portal.web.staff.policies.concern_words import CheckView, RowLink, check_view
from portal.web.staff.policies.draft_file import DraftFile
from portal.web.staff.policies.replay_page import other_limits
from portal.web.staff.policies.rule_words import RuleWords, rule_words, titled
from portal.web.staff.policies.words import MOVES, STATE_TONES, STATES

_ALL_MARKETS = "all"


@dataclass(frozen=True, slots=True)
class RowView:
    """A row of the table. lines: claims of the last days that it would decide; change: how many more than before.

    found: the gravest thing that the check found of it, ``error``, ``warning`` or nothing.
    """

    words: RuleWords
    lines: int
    change: int
    comments: int
    found: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class EventView:
    """One thing that was done to a draft. about: the title of the rule that a comment is about.

    back_to: the version of the draft to which it can go back; 0 where it cannot, or says the same now.
    """

    what: str
    who: str
    at: datetime
    words: str
    about: str
    about_key: str
    is_comment: bool
    back_to: int


@dataclass(frozen=True, slots=True)
class OwnRule:
    """What stands beside the form of one rule: how many of the past claims it decides, and which rules overlap it.

    before: how many with the version that the draft began from, None without one. wins, loses: rules of which it also
    fits claims and before which it stands, and those that stand before it.
    """

    lines: int
    before: int | None
    wins: tuple[RowLink, ...]
    loses: tuple[RowLink, ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the table: the check, and past claims. own: of the rule that a form is about.

    other_limits: the text limits or budgets otherwise than the version that the draft began from.
    """

    check: CheckView
    like: LikeThese
    no_rule: int
    own: OwnRule | None
    other_limits: bool


@dataclass(frozen=True, slots=True)
class DraftHead:
    """What every page of a draft says of it."""

    ref: str
    title: str
    market: str
    version: int
    state: str
    tone: str
    base: int | None
    head: int | None
    is_outdated: bool
    changed_by: str
    changed_at: datetime
    may_write: bool


@dataclass(frozen=True, slots=True)
class DraftView:
    """Rendered by ``staff/policies/draft.html``."""

    head: DraftHead
    rows: tuple[RowView, ...]
    beside: Beside
    events: tuple[EventView, ...]
    may_comment: bool
    may_review: bool
    may_take_back: bool
    is_own: bool
    about: str
    notice: str = ""
    error: str = ""
    words: str = ""


def market_words(market: str) -> str:
    """Name a market."""
    return _("All markets without a policy of their own") if market == DEFAULT_MARKET else market


def market_path(market: str) -> str:
    """Give what a market is called in addresses."""
    return _ALL_MARKETS if market == DEFAULT_MARKET else market


def market_of(path: str) -> str:
    """Give the market that an address is about."""
    return DEFAULT_MARKET if path == _ALL_MARKETS else path


def head_of(file: DraftFile) -> DraftHead:
    """Say what a draft is."""
    draft = file.draft
    return DraftHead(
        ref=draft.ref,
        title=draft.title,
        market=market_words(draft.market),
        version=file.version,
        state=named(STATES, draft.state),
        tone=STATE_TONES[draft.state],
        base=file.base.number if file.base else None,
        head=file.head,
        is_outdated=file.is_outdated,
        changed_by=file.name_of(draft.changed_by),
        changed_at=draft.changed_at,
        may_write=file.may_write,
    )


def beside(file: DraftFile, source: str = "", *, key: str = "") -> Beside:
    """Check a draft, or another text in its place, and hold past claims against it; raise BadPolicy.

    key: the rule that a form is about.
    """
    text = source or file.draft.source
    policy = parsed(text)
    like, (proof, before) = file.like(policy), file.proofs(text)
    check = check_view(proof, policy, before)
    return Beside(
        check=check,
        like=like,
        no_rule=like.by_rule.get(NO_RULE_KEY, 0),
        own=_own(check, like, key) if key else None,
        other_limits=other_limits(policy, file.before),
    )


def _own(check: CheckView, like: LikeThese, key: str) -> OwnRule:
    return OwnRule(
        lines=like.by_rule.get(key, 0),
        before=None if like.before is None else like.before.get(key, 0),
        wins=tuple(other for one in check.overlaps if one.first.key == key for other in one.others),
        loses=tuple(one.first for one in check.overlaps if key in {other.key for other in one.others}),
    )


def rows_of(file: DraftFile, shown: Beside) -> tuple[RowView, ...]:
    """Say every rule of a draft, in order."""
    policy = file.policy
    said = Counter(event.rule_key for event in file.events if event.rule_key)
    found = _found(shown.check)
    before = {rule.key for rule in file.before.rules} if file.before else set()
    return tuple(
        RowView(
            words=rule_words(rule, number, policy),
            lines=shown.like.by_rule.get(rule.key, 0),
            change=_change(shown.like, rule.key),
            comments=said[rule.key],
            found=found.get(rule.key, ""),
            is_new=file.before is not None and rule.key not in before,
        )
        for number, rule in enumerate(policy.rules, 1)
    )


def _change(like: LikeThese, key: str) -> int:
    return 0 if like.before is None else like.by_rule.get(key, 0) - like.before.get(key, 0)


def _found(check: CheckView) -> dict[str, str]:
    found: dict[str, str] = {}
    for concern in (*check.errors, *check.new):
        for row in concern.rows[:1]:
            found.setdefault(row.key, concern.severity)
    return found


def events_of(file: DraftFile, titles: Mapping[str, str]) -> tuple[EventView, ...]:
    """Say what was done to a draft, the newest first."""
    newest = next((event for event in reversed(file.events) if event.kind in WRITING), None)
    return tuple(
        EventView(
            what=named(MOVES, event.kind),
            who=file.name_of(event.actor),
            at=event.happened_at,
            words=event.words,
            about=titles.get(event.rule_key, event.rule_key) if event.rule_key else "",
            about_key=event.rule_key if event.rule_key and event.rule_key in titles else "",
            is_comment=event.kind == DraftMove.COMMENT.value,
            back_to=event.version if file.may_write and event.kind in WRITING and event is not newest else 0,
        )
        for event in reversed(file.events)
    )


def titles_of(policy: Policy) -> dict[str, str]:
    """Give the title of every rule by its key."""
    return {rule.key: titled(number, rule.describe) for number, rule in enumerate(policy.rules, 1)}
