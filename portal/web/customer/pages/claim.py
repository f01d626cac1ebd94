"""The claim page: the apology, what is offered or under way, what has happened, and a person to talk to."""

from dataclasses import dataclass
from datetime import datetime

from portal.web.customer.pages.claim_groups import (
    DeclinedLines,
    EvidenceAsked,
    Question,
    RemedyView,
    Waiting,
    WithPerson,
)
from portal.web.customer.pages.follow_up import AnswerBox
from portal.web.customer.pages.offers import OfferSet
from portal.web.customer.pages.parts import Message, TimelineEntry

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
class Ending:
    """How a claim ended: what has happened as a heading, and a sentence on what can still be done."""

    heading: str
    words: str


@dataclass(frozen=True, slots=True)
class ClaimLineView:
    """What was reported: a line, how many of it, the problem as a finished sentence, its state (of STATES).

    again: it is about a parcel that was sent again.
    """

    title: str
    quantity: int
    problem: str
    state: str
    again: bool = False


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
    one is answered with 409. moving: True while something happens by itself soon; the page then asks
    ``customer.claim_status`` and refreshes gently. Every group below is empty or None where no line stands there;
    several may be filled when lines differ. waits, persons and declines each gather lines that share the same words.
    Withdrawing posts ``version`` to ``customer.withdraw``.
    notices: sentences about what was just sent that belong to no part of the page any more.
    ending: what has happened, where the claim has come to its end; it then stands where the apology stood.
    right: the question whether it is right, where it is asked or an answer can be changed.
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
    ending: Ending | None = None
    right: AnswerBox | None = None
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
    seen_by_us: bool = False
    notices: tuple[str, ...] = ()
