"""Where the lines of a claim stand, one group for each standing: what the claim page shows under the apology."""

from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.money import Money
from portal.web.customer.pages.offers import RemedyChoice
from portal.web.customer.pages.parts import RefundPart


@dataclass(frozen=True, slots=True)
class EvidenceAsked:
    """Photos that policy wants, asked for after the apology.

    The form posts ``photos`` (several files) and ``version`` to ``customer.add_photos``.
    reason: why, in a finished sentence. titles: the lines it is about. room: how many photos may still come, up to 10.
    errors: finished sentences about photos that were just refused. promises: what can be chosen as soon as a photo is
    there, decided already; empty where the lines differ.
    """

    reason: str
    titles: tuple[str, ...]
    room: int = 10
    errors: tuple[str, ...] = ()
    promises: tuple[RemedyChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """Lines that wait until a date. until_on: when we look again by ourselves. reason: why, in a finished sentence."""

    titles: tuple[str, ...]
    until_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class WithPerson:
    """Lines that a person looks at.

    answers_by_at: by when. name: the person's first name, None before it is assigned. reason: why a person looks, as a
    finished sentence.
    """

    titles: tuple[str, ...]
    answers_by_at: datetime
    name: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question from us; the answer posts ``words`` and ``version`` to ``customer.answer``.

    words: the question. by_on: until when we wait before a person decides with what we have.
    typed, errors: an answer that was refused.
    """

    titles: tuple[str, ...]
    words: str
    by_on: date | None = None
    name: str | None = None
    typed: str = ""
    errors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SumRow:
    """One row of our sums."""

    label: str
    amount: Money


@dataclass(frozen=True, slots=True)
class Sums:
    """An order added up, beside what was paid for it."""

    lines: tuple[SumRow, ...]
    lines_total: Money
    payments: tuple[SumRow, ...]
    payments_total: Money


@dataclass(frozen=True, slots=True)
class DeclinedLines:
    """Lines we said no to; asking again posts ``words`` (may be empty) and ``version`` to ``customer.ask_again``.

    reason: plain and finished. alternatives: at least one thing we can still do, as sentences. words: what a person
    wrote with it. sums: where the reason is that our sums agree.
    """

    titles: tuple[str, ...]
    reason: str
    alternatives: tuple[str, ...]
    words: str = ""
    sums: Sums | None = None


@dataclass(frozen=True, slots=True)
class RemedyStep:
    """One step of a remedy.

    state: ``done``, ``now`` or ``later``. text: a finished sentence. on: its day, None where not known.
    """

    state: str
    text: str
    on: date | None = None


@dataclass(frozen=True, slots=True)
class RemedyView:
    """A remedy under way or done.

    kind: ``replacement``, ``refund`` or ``store_credit``. done: everything of it is finished. amount: of a refund or
    credit. parts: where a refund goes. arrives_on, carrier, tracking_number, tracking_url: of a replacement.
    again: where to say what went wrong with a parcel that has left: the order's number and the parcel's ref.
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
    again: tuple[str, str] | None = None
    credit_code: str | None = None
    ends_on: date | None = None
