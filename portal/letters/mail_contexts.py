"""What each mail must be told: one typed class per message, so that no service forgets a value.

Words that letters made before (an apology, an offer, a reason) come in finished; amounts, days and times come as they
are, and the message writes them in its language.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, ClassVar, cast, get_args

from portal.domain.money import Money
from portal.letters.about_claim import AboutClaim
from portal.letters.follow_up_mails import AskedAbout, FollowUp, Reopened
from portal.letters.journey import JourneyDigest, StageTold
from portal.letters.offers import OfferWords
from portal.letters.outreach_mails import ToldFirst, ToldParcel
from portal.letters.withdrawal_mails import WithdrawalAccepted, WithdrawalAnswered, WithdrawalReceived


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInCode:
    """The code that proves a mailbox. link only fills it in; minutes is how long it works."""

    NAME: ClassVar[str] = "sign_in_code"
    code: str
    minutes: int
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoOrdersHere:
    """Somebody typed this mailbox, and we have no order under it. link is where another can be tried."""

    NAME: ClassVar[str] = "no_orders_here"
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterReport(AboutClaim):
    """A mail that repeats the apology of the report: an Apology's heading and paragraphs."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApologyWithOffers(AfterReport):
    """The apology with every offer. photo_reason is set where a photo comes first; choose_by is when offers end.

    sold_out: what would be sent again, and there is none left of. reasons: why these are offered.
    """

    NAME: ClassVar[str] = "apology_with_offers"
    offers: tuple[OfferWords, ...]
    photo_reason: str | None
    choose_by: date | datetime | None
    sold_out: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(AfterReport):
    """A person decides: an outcomes.Escalated's reason and promise."""

    NAME: ClassVar[str] = "escalated"
    reason: str
    promise: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(AfterReport):
    """We wait until a day: an outcomes.Waiting's reason and until."""

    NAME: ClassVar[str] = "waiting"
    reason: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(AboutClaim):
    """A no: the three parts of a Decline. words is what the staff member adds, where a person decided."""

    NAME: ClassVar[str] = "declined"
    reason: str
    alternative: str
    how_to_ask_again: str
    words: str | None
    staff_name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyOnItsWay(AboutClaim):
    """The customer has chosen: the accepted offers in words."""

    NAME: ClassVar[str] = "remedy_on_its_way"
    offers: tuple[OfferWords, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSent(AboutClaim):
    """The provider confirmed a refund. bank_reference is what the bank can look it up by."""

    NAME: ClassVar[str] = "refund_sent"
    amount: Money
    card_brand: str | None
    card_ending: str | None
    bank_reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed(AboutClaim):
    """A refund did not get through; another way is offered, or a person finds one.

    state: failed where it came back, canceled, blocked_by_dispute, refused, or given_up where it never left.
    """

    NAME: ClassVar[str] = "refund_failed"
    amount: Money
    card_brand: str | None
    card_ending: str | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPossibleAgain(AboutClaim):
    """What a dispute kept from going back to a card can go there after all."""

    NAME: ClassVar[str] = "refund_possible_again"
    amount: Money
    card_brand: str | None
    card_ending: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundNeedsYou(AboutClaim):
    """The bank wants something from the customer before it takes a refund, and the provider asked them by mail.

    act_by: until when that mail can be answered, where known. again: we have asked before.
    """

    NAME: ClassVar[str] = "refund_needs_you"
    amount: Money
    card_brand: str | None
    card_ending: str | None
    act_by: date | datetime | None
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditTakenBack(AboutClaim):
    """Store credit was granted in error and taken back as far as it was unspent; rest is what stays theirs.

    balance: what the account has to spend now. reason: what was wrong, in words for the customer; may be empty.
    """

    NAME: ClassVar[str] = "credit_taken_back"
    taken: Money
    rest: Money
    balance: Money
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditIssued(AboutClaim):
    """Store credit is there: amount of this grant, balance of the account, the code to spend it with."""

    NAME: ClassVar[str] = "credit_issued"
    amount: Money
    balance: Money
    code: str
    shop_url: str | None
    usable_until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementShipped(AboutClaim):
    """The new parcel has left. thing names what is in it; after_all: we had told that it could not be sent."""

    NAME: ClassVar[str] = "replacement_shipped"
    thing: str
    carrier: str | None
    tracking_number: str | None
    tracking_url: str | None
    arrives_on: date | None
    after_all: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacementFailed(AboutClaim):
    """The new parcel cannot be sent after all. answers_by: a person finds another way; None where one is offered."""

    NAME: ClassVar[str] = "replacement_failed"
    thing: str
    answers_by: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFromPerson(AboutClaim):
    """A message by a staff member; asks tells that it waits for an answer."""

    NAME: ClassVar[str] = "answer_from_person"
    staff_name: str
    words: str
    asks: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(AboutClaim):
    """A person said yes: the offers to choose from, and what the staff member adds."""

    NAME: ClassVar[str] = "approved"
    staff_name: str | None
    words: str | None
    offers: tuple[OfferWords, ...]
    choose_by: date | datetime | None


MailContext = (
    SignInCode
    | NoOrdersHere
    | ApologyWithOffers
    | Escalated
    | Waiting
    | Declined
    | RemedyOnItsWay
    | RefundSent
    | RefundFailed
    | RefundPossibleAgain
    | RefundNeedsYou
    | CreditTakenBack
    | CreditIssued
    | ReplacementShipped
    | ReplacementFailed
    | AnswerFromPerson
    | Approved
    | FollowUp
    | Reopened
    | ToldFirst
    | JourneyDigest
    | WithdrawalReceived
    | WithdrawalAccepted
    | WithdrawalAnswered
)
CONTEXTS: dict[str, type[MailContext]] = {context.NAME: context for context in get_args(MailContext)}


def to_document(context: MailContext) -> dict[str, Any]:
    """Write a context as a document that JSON can hold, so that a job can carry it."""
    return {field.name: _plain(getattr(context, field.name)) for field in fields(context)}


def from_document(name: str, document: Mapping[str, Any]) -> MailContext:
    """Read what ``to_document`` wrote; raise TypeError where a value is missing or unknown."""
    return CONTEXTS[name](**cast("dict[str, Any]", {key: _rich(value) for key, value in document.items()}))


def _plain(value: object) -> object:
    if isinstance(value, Money | OfferWords | AskedAbout | StageTold | ToldParcel):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, datetime):
        return {"moment": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return [_plain(part) for part in value] if isinstance(value, tuple | list) else value


def _rich(value: object) -> object:
    if isinstance(value, list):
        return tuple(_rich(part) for part in value)
    if not isinstance(value, dict):
        return value
    return next(read(value) for name, read in _READERS.items() if name in value)


# By a name that only its own documents have.
_READERS: dict[str, Callable[[dict[str, Any]], object]] = {
    "minor": lambda said: Money(said["minor"], said["currency"]),
    "moment": lambda said: datetime.fromisoformat(said["moment"]),
    "day": lambda said: date.fromisoformat(said["day"]),
    "order_number": lambda said: ToldParcel(**cast("dict[str, Any]", {name: _rich(one) for name, one in said.items()})),
    "claim_ref": lambda said: AskedAbout(said["claim_ref"], tuple(said["titles"]), said["url"]),
    "stage_name": lambda said: StageTold(said["stage_name"], said["owner"], tuple(said["sentences"])),
    "title": lambda said: OfferWords(said["title"], said["amount"], tuple(said["sentences"])),
}
