"""What only a person can put right, above the queue: what it is, what it is about, and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for

from portal.domain.money import Money
from portal.domain.troubles import HAS_WAYS, TroubleKind
from portal.records.troubles import OpenTrouble
from portal.web.shared.language import lazy_gettext as _
from portal.web.shared.names import named
from portal.web.staff.words import TROUBLES

# What it is, and what a person does about it.
WORDS: dict[TroubleKind, tuple[Any, Any]] = {
    TroubleKind.LATE_FAILURE: (
        _("A refund came back after it had succeeded"),
        _("The customer was told and offered store credit. Help them where they would like it another way."),
    ),
    TroubleKind.KEY_MISUSED: (
        _("The provider knows this refund’s key with other figures"),
        _("Nothing more is sent for it. Look it up at the provider by its name, and have our log read."),
    ),
    TroubleKind.UNKNOWN_TOO_LONG: (
        _("Nobody knows whether this refund was made"),
        _("No answer came, and no list that we read has it. Look at the payment at the provider before you pay again."),
    ),
    TroubleKind.REFUND_REFUSED: (
        _("The provider refused a refund for good"),
        _("See on the claim whether the money went back another way, and decide what the customer gets."),
    ),
    TroubleKind.REFUNDED_ELSEWHERE: (
        _("Somebody refunded this order at the provider itself"),
        _("It is in our books and taken from what is left. See whether a claim on the order asks for the same money."),
    ),
    TroubleKind.PAYMENT_DISPUTED: (
        _("The bank disputes a payment of an order with a claim"),
        _("No refund goes there while it lasts. Answer the dispute at the provider with what the claim shows."),
    ),
    TroubleKind.POISON_EVENT: (
        _("A message from outside cannot be applied"),
        _("It is tried on, and holds nothing else back. Have our log read."),
    ),
    TroubleKind.CUSTOMER_MUST_ACT: (
        _("A customer has not done what their bank asks for before it takes a refund"),
        _("They were reminded. Help them with it, or take this way back and offer them another one."),
    ),
    TroubleKind.REFUND_UNSEEN: (
        _("The provider does not show us a refund that waits"),
        _("We go on asking, and its money counts as gone. Look it up there by its name, and help the customer."),
    ),
    TroubleKind.PAID_AFTER_RELEASE: (
        _("A refund that was given up is at the provider after all"),
        _("The customer may have been paid twice. Compare the claim with the payment there, and settle it with them."),
    ),
    TroubleKind.SENT_AFTER_REFUSAL: (
        _("A parcel that the warehouse had refused is on its way after all"),
        _("The customer may get goods and money. Have the warehouse hold it, or settle it with them; count its stock."),
    ),
    TroubleKind.ORDER_CORRECTED: (
        _("The order feed says other amounts of an order that was put right"),
        _(
            "We keep ours: what went back was taken out of them. "
            "Compare both, and settle a difference with the customer."
        ),
    ),
    TroubleKind.INVARIANT_BROKEN: (
        _("The nightly check found something that must never be"),
        _("Have the rows read that it names. It goes away by itself once the next check finds none."),
    ),
    TroubleKind.PROVIDER_LOCKED: (
        _("The provider does not accept our key"),
        _("Nothing is lost: everything waits, and goes on by itself once the key in our settings is right."),
    ),
    TroubleKind.EVENTS_UNREADABLE: (
        _("The provider tells us something that we cannot read"),
        _(
            "All else is heard, and this is asked for again for a month. "
            "Have our log read: the portal may need an update."
        ),
    ),
    TroubleKind.BALANCE_LOW: (
        _("Our balance at the provider is too low for what we owe"),
        _("These refunds wait there. Fill the balance up, and they leave by themselves; the customers were told."),
    ),
    TroubleKind.MAIL_UNDELIVERABLE: (
        _("A customer cannot be reached by mail"),
        _("The claim shows what we wrote and what their mail server said. Please reach them another way."),
    ),
    TroubleKind.PHOTOS_AWAY: (
        _("Photos of customers cannot be kept"),
        _("They are asked to send them later or to tell us in words. Have the disk looked after, which may be full."),
    ),
    TroubleKind.UNKNOWN_JOB: (
        _("Jobs wait that the running release does not know"),
        _("They are kept, and done once a release that knows them runs again. Have that looked after."),
    ),
    TroubleKind.PARCEL_UNJUDGED: (
        _("A parcel of an outreach could not be judged"),
        _("Have our log read. Whoever has other parcels was told of those; whoever has none is tried again by itself."),
    ),
}


@dataclass(frozen=True, slots=True)
class TroubleView:
    """One thing to put right. about: its ref or name; why: in words, where known; amount: where one is at stake.

    url: its own page, where it has one with what can be done; due_at: by when somebody must have looked.
    """

    ref: str
    title: str
    advice: str
    about: str
    why: str
    order_number: str
    amount: Money | None
    claim_ref: str | None
    claim_url: str | None
    opened_at: datetime
    url: str | None = None
    due_at: datetime | None = None


def trouble_views(found: Sequence[OpenTrouble]) -> tuple[TroubleView, ...]:
    """Word what is open, oldest first."""
    return tuple(trouble_view(one) for one in found)


def trouble_view(one: OpenTrouble) -> TroubleView:
    """Word one."""
    title, advice = WORDS[TroubleKind(one.kind)]
    detail = one.detail
    return TroubleView(
        ref=one.ref,
        title=str(title),
        advice=str(advice),
        about=one.subject,
        why=named(TROUBLES, detail["reason"]) if detail.get("reason") else "",
        order_number=detail.get("order") or "",
        amount=Money(detail["amount_minor"], detail["currency"]) if detail.get("amount_minor") else None,
        claim_ref=one.claim_ref,
        claim_url=url_for("staff.claim", ref=one.claim_ref) if one.claim_ref else None,
        opened_at=one.opened_at,
        url=url_for("staff.trouble", ref=one.ref) if one.kind in HAS_WAYS else None,
        due_at=datetime.fromisoformat(detail["due_at"]) if detail.get("due_at") else None,
    )
