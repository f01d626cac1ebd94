"""What the claim page shows of what was written: the timeline, the conversation with notes, letters, decisions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.domain.actors import ActorKind
from portal.domain.money import Money, decimal_text
from portal.services.word_outreach import TOLD_FIRST
from portal.web.shared.language import gettext as _
from portal.web.shared.names import STATES, named
from portal.web.staff.claim_file import ClaimFile
from portal.web.staff.words import (
    ACTORS,
    CUSTOMER,
    DECLINES,
    EVENTS,
    KEPT,
    LEFT,
    LETTERS,
    MAILS,
    NO_RULE,
    REASONS,
    TROUBLES,
)


@dataclass(frozen=True, slots=True)
class LogEntry:
    """A line of the timeline: what happened, to which line of the order, by whom."""

    at: datetime
    what: str
    who: str
    line: int | None
    more: str


@dataclass(frozen=True, slots=True)
class MessageView:
    """Words of the customer, words to the customer, or a note. kind: from_customer, to_customer, note."""

    at: datetime
    kind: str
    who: str
    words: str


@dataclass(frozen=True, slots=True)
class LetterView:
    """A mail to the customer; without words where it has not left yet. why: what their mail server said, of a no."""

    at: datetime
    title: str
    words: str
    state: str
    code: str
    why: str


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo; elsewhere names another claim that holds the very same picture."""

    ref: str
    added_at: datetime
    elsewhere: str | None


def timeline(file: ClaimFile) -> tuple[LogEntry, ...]:
    """Show what happened, newest first."""
    return tuple(log_entry(file, event) for event in reversed(file.papers.events))


def log_entry(file: ClaimFile, event: dict[str, Any]) -> LogEntry:
    """Show one event."""
    numbers = {line.id: line.order_line.line_number for line in file.claim.lines}
    detail = event["detail"]
    reason, rule = detail.get("reason"), detail.get("rule")
    told = [
        named(STATES, event["to_state"]) if event["to_state"] and event["from_state"] != event["to_state"] else None,
        named(REASONS | DECLINES | TROUBLES, reason) if reason else None,
        detail.get("assignee"),
        taken_back(detail) if event["action"] == "credit_reversed" else None,
        None if rule is None else rule_in_words(file, rule),
    ]
    return LogEntry(
        at=moment_of(event["happened_at"]),
        what=named(EVENTS, event["action"]),
        who=who(file, event["actor"]),
        line=numbers.get(event["claim_line_id"]),
        more=" · ".join(part for part in told if part),
    )


def taken_back(detail: dict[str, Any]) -> str:
    """Say how much of a grant in error came back, and how much was spent by then."""
    taken, rest = (decimal_text(Money(detail[name], detail["currency"])) for name in ("taken_minor", "rest_minor"))
    return str(_("%(taken)s came back, %(rest)s was spent by then", taken=taken, rest=rest))


def rule_in_words(file: ClaimFile, key: str) -> str | None:
    """Say what a rule of the claim's policy is for; None for one that the policy no longer has."""
    if not key:
        return str(NO_RULE)
    rule = next((rule for rule in file.policy.rules if rule.key == key), None)
    return _(rule.describe) if rule else None


def who(file: ClaimFile, actor: str) -> str:
    """Name an actor."""
    kind, _colon, name = actor.partition(":")
    if kind == ActorKind.CLAIMANT:
        return str(CUSTOMER)
    if kind == ActorKind.STAFF:
        return file.person(int(name)) or str(LEFT)
    return named(ACTORS, name)


def conversation(file: ClaimFile) -> tuple[MessageView, ...]:
    """Show what was written, oldest first."""
    return tuple(
        MessageView(moment_of(one["written_at"]), one["kind"], who(file, one["actor"]), one["body"])
        for one in file.papers.messages
    )


def letters(file: ClaimFile) -> tuple[LetterView, ...]:
    """Show the mails, newest first."""
    return tuple(
        LetterView(
            moment_of(one["at"]),
            one["title"] or named(MAILS, one["template"]),
            one["body"] or "",
            str(KEPT) if (one["template"], one["state"]) == (TOLD_FIRST, "overtaken") else named(LETTERS, one["state"]),
            one["state"],
            one["why"] or "",
        )
        for one in reversed(file.papers.letters)
    )


def not_delivered(newest_first: tuple[LetterView, ...]) -> LetterView | None:
    """Give the mail that the customer did not get, unless a later one reached them."""
    left = [letter for letter in newest_first if letter.code in {"sent", "undeliverable"}]
    return left[0] if left and left[0].code == "undeliverable" else None


def photos(file: ClaimFile) -> tuple[PhotoView, ...]:
    """Show the photos."""
    return tuple(PhotoView(one["ref"], moment_of(one["added_at"]), one["seen_on"]) for one in file.papers.photos)


def moment_of(text: str) -> datetime:
    """Read a moment as the database wrote it."""
    return datetime.fromisoformat(text)
