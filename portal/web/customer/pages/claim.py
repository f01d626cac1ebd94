"""The claim page: the apology, what is offered or under way, what has happened, and a person to talk to."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.web.customer.pages.offers import OfferSet
from portal.web.customer.pages.parts import Message, RefundPart, TimelineEntry
from portal.domain.money import Money

STATES = (
    "offered",
    "evidence_wanted",
    "waiting",
    "escalated",
    "awaiting_customer",
    "accepted",
    "made_whole",
    "restored",
    "closed",
    "declined",
    "withdrawn",
)
"""The codes of a claim's or claim line's state that the templates have words for (``components/claim_words.html``)."""


@dataclass(frozen=True, slots=True)
class Apology:
    """The first words. heading: one short sentence. paragraphs: what happened, that we own it, what comes next."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EvidenceAsked:
    """Photos that policy wants, asked for after the apology; posts ``photos`` (several files) to ``customer.add_photos``.

    reason: why, in a finished sentence. titles: the lines it is about. room: how many photos may still come, up to 10.
    errors: finished sentences about photos that were just refused.
    """

    reason: str
    titles: tuple[str, ...]
    room: int = 10
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Lines that wait until a date. until_on: when we look again by ourselves. reason: why, in a finished sentence."""

    titles: tuple[str, ...]
    until_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class WithPerson:
    """Lines that a person looks at. answers_by_at: by when. name: the person's first name, None before it is assigned."""

    titles: tuple[str, ...]
    answers_by_at: datetime
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """A question from us; the answer posts ``words`` and ``version`` to ``customer.answer``.

    words: the question. by_on: until when we wait before a person decides with what we have. typed, errors: as answered.
    """

    titles: tuple[str, ...]
    words: str
    by_on: date | None = None
    name: str | None = None
    typed: str = ""
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeclinedLines:
    """Lines we said no to. reason: plain and finished. alternatives: at least one thing we can still do, as sentences."""

    titles: tuple[str, ...]
    reason: str
    alternatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RemedyStep:
    """One step of a remedy. state: ``done``, ``now`` or ``later``. text: a finished sentence. on: its day, None if unknown."""

    state: str
    text: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class RemedyView:
    """A remedy under way or done.

    kind: ``replacement``, ``refund`` or ``store_credit``. done: everything of it is finished. amount: of a refund or
    credit. parts: where a refund goes. arrives_on, carrier, tracking_number, tracking_url: of a replacement.
    credit_code: shown once credit is there. ends_on: the last day of that credit, None for never.
    """

    kind: str
    titles: tuple[str, ...]
    done: bool
    steps: tuple[RemedyStep, ...]
    amount: Money | None = None
    parts: tuple[RefundPart, ...] = ()
    arrives_on: date | None = None
    carrier: str | None = None
    tracking_number: str | None = None
    tracking_url: str | None = None
    credit_code: str | None = None
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class ClaimLineView:
    """What was reported: a line, how many of it, the problem as a finished sentence, and its state (a code of STATES)."""

    title: str
    quantity: int
    problem: str
    state: str


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo that was given. ref: its public name for ``customer.photo``. title: the line it belongs to."""

    ref: str
    title: str


@dataclass(frozen=True, slots=True)
class TalkBox:
    """The form to talk to a person: posts ``words`` to ``customer.talk``.

    typed and errors: what was typed and refused. sent: True right after words were sent.
    """

    typed: str = ""
    errors: tuple[str, ...] = ()
    sent: bool = False


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """Rendered by ``customer/claim.html``; safe to refresh, bookmark and open from a mail.

    state: the least finished of its lines (a code of STATES). version: sent back by every form as ``version``; a stale
    one is answered with 409. moving: True while something happens by itself soon (the page then refreshes gently from
    ``customer.claim_status``). Every group below is empty or None where no line stands there; several may be filled when
    lines differ. waits, persons and declines each gather lines that share the same words.
    words: what the customer wrote with the report. may_withdraw, may_correct: nothing has moved yet.
    """

    ref: str
    order_number: str
    state: str
    version: int
    moving: bool
    reported_at: datetime
    apology: Apology
    lines: tuple[ClaimLineView, ...]
    offers: OfferSet | None = None
    evidence: EvidenceAsked | None = None
    waits: tuple[Waiting, ...] = ()
    persons: tuple[WithPerson, ...] = ()
    question: Question | None = None
    remedies: tuple[RemedyView, ...] = ()
    declines: tuple[DeclinedLines, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    messages: tuple[Message, ...] = ()
    photos: tuple[PhotoView, ...] = ()
    words: str = ""
    talk: TalkBox = TalkBox()
    may_withdraw: bool = False
    may_correct: bool = False
