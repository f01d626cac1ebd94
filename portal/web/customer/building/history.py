"""What has happened, and what was written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.claims import ClaimState
from portal.domain.money import Money, total
from portal.domain.offers import RemedyKind
from portal.domain.outreach import US
from portal.letters.offers import offer_title
from portal.letters.saying import Value
from portal.letters.timeline import Happening, event_sentence
from portal.records.tables.claims import ClaimEvent
from portal.web.customer.building.parcels import local_day
from portal.web.customer.building.reading import ClaimRead
from portal.web.customer.building.remedies import lines_on_the_way
from portal.web.customer.pages.parts import Message, TimelineEntry

# A report's own judgement is noted by its move; the customer reads it like any other.
_SAME = {
    "report_offered": "offered",
    "report_escalated": "escalated",
    "report_waiting": "waiting",
    "report_declined": "declined",
}
# Each line of a claim moves by itself; a person reads that as one thing that happened.
_AT_ONCE = timedelta(minutes=1)
_TOLD = frozenset(happening.value for happening in Happening)
_Details = dict[str, Value]


@dataclass(frozen=True, slots=True)
class _Told:
    """What is told once. amounts: what is added up, by what each belongs to, so that none counts twice."""

    what: str
    at: datetime
    details: _Details
    amounts: dict[str, Money]

    def words(self, read: ClaimRead) -> str:
        """Say it, with the sum of its amounts."""
        amounts = list(self.amounts.values())
        more: _Details = {"amount": total(amounts, amounts[0].currency)} if amounts else {}
        return event_sentence(self.what, read.locale, read.zone, {**self.details, **more})

    def also_tells(self, other: "_Told", read: ClaimRead) -> bool:
        """Tell whether another is the same at once. Amounts are, where they went the same way, such as to one card."""
        if self.what != other.what or self.at - other.at >= _AT_ONCE or bool(self.amounts) != bool(other.amounts):
            return False
        return self.details == other.details or (not self.amounts and self.words(read) == other.words(read))


def timeline(read: ClaimRead) -> tuple[TimelineEntry, ...]:
    """Tell what has happened, newest first.

    What happened to several lines within a minute is told once, with its amounts added up.
    """
    coming = lines_on_the_way(read)
    entries: list[_Told] = []
    for event in reversed(read.events):
        what = _happening(event)
        # What has left us is done for us; for the customer it is once it has come.
        if what not in _TOLD or (what == Happening.MADE_WHOLE and event.claim_line_id in coming):
            continue
        one = _told(read, what, event)
        same = next((earlier for earlier in entries if earlier.also_tells(one, read)), None)
        if same is None:
            entries.append(one)
        else:
            same.amounts.update(one.amounts)
    return tuple(TimelineEntry(one.at, one.words(read)) for one in entries)


def _told(read: ClaimRead, what: str, event: ClaimEvent) -> _Told:
    details = _details(read, what, event)
    amount = details.pop("amount", None)
    belongs_to = str(event.detail.get("refund") or event.detail.get("remedy") or event.id)
    return _Told(what, event.happened_at, details, {belongs_to: amount} if isinstance(amount, Money) else {})


def _happening(event: ClaimEvent) -> str:
    """Name what happened; a report that one of us wrote down was not told by the customer."""
    if event.action == "reported" and event.actor.startswith(("staff:", str(US))):
        return Happening.REPORTED_FOR_YOU.value
    return _SAME.get(event.action, event.action)


def messages(read: ClaimRead) -> tuple[Message, ...]:
    """Show the conversation, oldest first."""
    return tuple(
        Message(
            from_us=message.kind == "to_customer",
            name=read.names.get(message.actor, read.shop_name),
            at=message.written_at,
            words=message.body,
        )
        for message in read.messages
        if message.body
    )


def _details(read: ClaimRead, what: str, event: ClaimEvent) -> _Details:
    tell = _DETAILS.get(what)
    return tell(read, event) if tell is not None else {"name": read.names.get(event.actor)}


def _reported(read: ClaimRead, event: ClaimEvent) -> _Details:
    lines = read.claim.lines
    thing = lines[0].order_line.title if len(lines) == 1 else None
    return {"thing": thing, "name": read.names.get(event.actor)}


def _accepted(read: ClaimRead, event: ClaimEvent) -> _Details:
    kind = event.detail.get("kind")
    return {"choice": offer_title(RemedyKind(kind), read.locale) if kind else None}


def _refund(read: ClaimRead, event: ClaimEvent) -> _Details:
    for payment, refunds in read.money:
        for refund in refunds:
            if refund.ref == event.detail.get("refund"):
                return {"amount": Money(refund.amount_minor, refund.currency), "ending": payment.card_last4}
    return {}


def _credit(read: ClaimRead, event: ClaimEvent) -> _Details:
    for remedy, _goods in read.remedies:
        if remedy.ref == event.detail.get("remedy"):
            return {"amount": Money(remedy.credit_minor + remedy.bonus_minor, remedy.currency)}
    return {}


def _credit_reversed(_read: ClaimRead, event: ClaimEvent) -> _Details:
    return {"amount": Money(event.detail["taken_minor"], event.detail["currency"])}


def _replacement(read: ClaimRead, event: ClaimEvent) -> _Details:
    for _remedy, goods in read.remedies:
        for one in goods:
            if one.ref == event.detail.get("replacement"):
                return {"day": local_day(one.arrives_on, read.zone), "tracking": one.tracking_number}
    return {}


def _escalated(read: ClaimRead, _event: ClaimEvent) -> _Details:
    return {"by": read.claim.answer_by if read.lines_in(ClaimState.ESCALATED) else None}


def _waiting(read: ClaimRead, event: ClaimEvent) -> _Details:
    line = next((line for line in read.claim.lines if line.id == event.claim_line_id), None)
    return {"until": line.wait_until if line else None}


_DETAILS: dict[str, Callable[[ClaimRead, ClaimEvent], _Details]] = {
    "reported": _reported,
    "reported_for_you": _reported,
    "accepted": _accepted,
    "refund_sent": _refund,
    "refund_settled": _refund,
    "refund_failed": _refund,
    "refund_needs_customer": _refund,
    "credit_reversed": _credit_reversed,
    "refund_possible_again": _refund,
    "credit_issued": _credit,
    "replacement_sent": _replacement,
    "replacement_on_its_way": _replacement,
    "escalated": _escalated,
    "waiting": _waiting,
}
