"""Where the lines of a claim stand: photos that are wanted, waits, persons, questions and declines."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from datetime import timedelta
from typing import TypeVar

from portal.domain.claims import PERSON_ANSWERS_WITHIN, ClaimState
from portal.domain.reasons import Alternative, DeclineReason
from portal.letters.decline import alternative, decline
from portal.letters.outcomes import escalated, photo_reason, waiting
from portal.records.tables.claims import ClaimLine
from portal.services.add_photos import MOST_PHOTOS
from portal.services.apologise import subject_of
from portal.web.customer.building.offers import promises
from portal.web.customer.building.reading import ClaimRead, title_of
from portal.web.customer.building.said import Said
from portal.web.customer.building.sums import sums_of
from portal.web.customer.pages.claim_groups import DeclinedLines, EvidenceAsked, Question, Waiting, WithPerson

_Words = TypeVar("_Words", bound=Hashable)


def evidence_asked(read: ClaimRead, said: Said) -> EvidenceAsked | None:
    """Ask for the photos that policy wants, or that would let somebody look again after a no."""
    room = MOST_PHOTOS - len(read.photos)
    wanting = [line for line in read.lines_in(ClaimState.OFFERED) if line.evidence_wanted]
    helped = [
        line
        for line in read.lines_in(ClaimState.DECLINED)
        if line.alternative == Alternative.PHOTO_AND_LOOK_AGAIN and not read.photos
    ]
    if room <= 0 or not (wanting or helped):
        return None
    reasons = dict.fromkeys(photo_reason(line.evidence_wanted or "", read.locale) for line in wanting)
    if not wanting:
        reasons = dict.fromkeys(alternative(Alternative.PHOTO_AND_LOOK_AGAIN, read.locale) for _ in helped)
    return EvidenceAsked(
        reason=" ".join(reasons),
        titles=tuple(title_of(line) for line in wanting or helped),
        room=room,
        errors=said.photo_errors,
        promises=promises(read, wanting) if wanting else (),
    )


def waits(read: ClaimRead) -> tuple[Waiting, ...]:
    """Show the lines that wait until a date."""
    told = []
    for line in read.lines_in(ClaimState.WAITING):
        if line.wait_until is not None and line.reason is not None:
            words = waiting(line.reason, line.wait_until, read.locale, read.zone)
            until_on = line.wait_until.astimezone(read.zone).date()
            told.append((line, (until_on, f"{words.reason} {words.until}")))
    return tuple(Waiting(titles, until_on=until_on, reason=reason) for (until_on, reason), titles in _gathered(told))


def persons(read: ClaimRead) -> tuple[WithPerson, ...]:
    """Show the lines that a person looks at, with the deadline."""
    by = read.claim.answer_by or read.claim.created_at + PERSON_ANSWERS_WITHIN
    name = read.names.get(f"staff:{read.claim.assignee_id}")
    lines = read.lines_in(ClaimState.ESCALATED)
    told = [(line, escalated(line.reason or "no_rule", by, read.locale, read.zone).reason) for line in lines]
    return tuple(WithPerson(titles, by, name, reason) for reason, titles in _gathered(told))


def question(read: ClaimRead, said: Said) -> Question | None:
    """Show what a person asked, with the answer's box."""
    lines = read.lines_in(ClaimState.AWAITING_CUSTOMER)
    asked = next((message for message in reversed(read.messages) if message.kind == "to_customer"), None)
    if not lines or asked is None:
        return None
    until = min((line.wait_until for line in lines if line.wait_until is not None), default=None)
    return Question(
        titles=tuple(title_of(line) for line in lines),
        words=asked.body,
        # The wait ends as the next day begins, so the last day to answer is the one before.
        by_on=(until - timedelta(seconds=1)).astimezone(read.zone).date() if until else None,
        name=read.names.get(asked.actor),
        typed=said.answer,
        errors=said.answer_errors,
    )


def declines(read: ClaimRead) -> tuple[DeclinedLines, ...]:
    """Show each no with its reason, what we can still do, and the sums where the reason is about sums."""
    told = []
    for line in read.lines_in(ClaimState.DECLINED):
        subject = subject_of(read.claim, line, read.zone)
        words = decline(line.reason or "", line.alternative or "", subject, read.locale, on_page=True)
        sums = sums_of(read) if line.reason == DeclineReason.CHARGE_AGREES else None
        told.append((line, (words.reason, words.alternative, line.decline_words or "", sums)))
    return tuple(
        DeclinedLines(titles, reason=reason, alternatives=(other,), words=written, sums=sums)
        for (reason, other, written, sums), titles in _gathered(told)
    )


def _gathered(told: Iterable[tuple[ClaimLine, _Words]]) -> Iterable[tuple[_Words, tuple[str, ...]]]:
    """Gather the titles of lines that share the same words."""
    grouped: dict[_Words, list[str]] = defaultdict(list)
    for line, words in told:
        grouped[words].append(title_of(line))
    return [(words, tuple(titles)) for words, titles in grouped.items()]
