"""What has happened, and what was written."""

from collections.abc import Callable
from datetime import timedelta

from portal.domain.claims import ClaimState
from portal.domain.money import Money
from portal.domain.offers import RemedyKind
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


def timeline(read: ClaimRead) -> tuple[TimelineEntry, ...]:
    """Tell what has happened, newest first; what happened to several lines within a minute is told once."""
    told = [(_happening(event), event) for event in read.events]
    coming = lines_on_the_way(read)
    entries: list[TimelineEntry] = []
    for what, event in reversed(told):
        # What has left us is done for us; for the customer it is once it has come.
        if what not in _TOLD or (what == Happening.MADE_WHOLE and event.claim_line_id in coming):
            continue
        words = event_sentence(what, read.locale, read.zone, _details(read, what, event))
        if not any(one.text == words and one.at - event.happened_at < _AT_ONCE for one in entries):
            entries.append(TimelineEntry(event.happened_at, words))
    return tuple(entries)


def _happening(event: ClaimEvent) -> str:
    """Name what happened; a report that one of us wrote down was not told by the customer."""
    if event.action == "reported" and event.actor.startswith("staff:"):
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
