"""Remedies under way or done, step by step."""

from datetime import date, datetime, timedelta

from portal.domain.money import Money
from portal.domain.offers import RemedyKind
from portal.domain.refunds import DEAD, RefundState
from portal.records.tables.claims import Offer
from portal.records.tables.remedies import Refund, Remedy, Replacement
from portal.web.customer.building.parcels import local_day
from portal.web.customer.building.reading import ClaimRead, title_of
from portal.web.customer.building.refund_parts import frozen_parts
from portal.web.customer.pages.claim_groups import RemedyStep, RemedyView
from portal.web.shared.language import gettext as _

_WITH_THE_BANK = frozenset({RefundState.PENDING, RefundState.REQUIRES_ACTION, RefundState.SUCCEEDED})
# Why a refund pends that has not left us: there is too little on our own account at the provider.
_OUR_BALANCE = "insufficient_funds"
_GOODS_LIFE = ("requested", "accepted", "shipped", "delivered")
_Step = tuple[str, date | None, bool]


def remedy_views(read: ClaimRead) -> tuple[RemedyView, ...]:
    """Show every remedy that is on its way or done; what failed is told by the history and by new offers."""
    views = [_view(read, remedy, goods) for remedy, goods in read.remedies]
    return tuple(view for view in views if view is not None)


def lines_on_the_way(read: ClaimRead) -> frozenset[int]:
    """Name the claim lines whose new parcel has left and has not come: done for us, and not yet for the customer."""
    return frozenset(
        remedy.claim_line_id for remedy, goods in read.remedies if any(one.state == "shipped" for one in goods)
    )


def _view(read: ClaimRead, remedy: Remedy, goods: list[Replacement]) -> RemedyView | None:
    titles = tuple(title_of(line) for line in read.claim.lines if line.id == remedy.claim_line_id)
    if remedy.kind == RemedyKind.REFUND:
        return _refund(read, remedy, titles)
    if remedy.state in ("failed", "replaced"):
        return None
    if remedy.kind == RemedyKind.REPLACEMENT:
        return _replacement(read, remedy, goods[-1], titles) if goods else None
    return _credit(read, remedy, titles)


def _refund(read: ClaimRead, remedy: Remedy, titles: tuple[str, ...]) -> RemedyView | None:
    alive = [pair for pair in read.refunds_of(remedy) if RefundState(pair[0].state) not in DEAD]
    credit = Money(remedy.credit_minor, remedy.currency)
    amount = sum((Money(refund.amount_minor, refund.currency) for refund, _payment in alive), credit)
    if not amount:
        return None
    issued_on = _credit_issued_on(read, remedy)
    steps = [
        (_("You chose money back."), local_day(remedy.promised_at, read.zone), True),
        *_bank_steps(read, [refund for refund, _payment in alive]),
    ]
    if credit:
        steps.append((_("The part that comes as store credit is ready to spend."), issued_on, issued_on is not None))
    offer = _offer_of(read, remedy)
    return RemedyView(
        kind=RemedyKind.REFUND.value,
        titles=titles,
        done=all(done for _text, _on, done in steps),
        steps=_in_order(steps),
        amount=amount,
        parts=frozen_parts(read.ways, remedy, alive, _by_on(read, remedy, offer)),
        credit_code=read.credit_code if credit and issued_on else None,
    )


def _bank_steps(read: ClaimRead, refunds: list[Refund]) -> list[_Step]:
    if not refunds:
        return []
    asked = [refund for refund in refunds if refund.state == RefundState.REQUIRES_ACTION]
    states = {RefundState(refund.state) for refund in refunds}
    settled = [refund.settled_at for refund in refunds if refund.settled_at is not None]
    over = states == {RefundState.SUCCEEDED}
    leaves = _("It has left us. Your bank shows it some days later.")
    if any(refund.state == RefundState.PENDING and refund.reason == _OUR_BALANCE for refund in refunds):
        leaves = _(
            "It waits at our bank, and leaves as soon as our account there is filled. You don’t have to do anything."
        )
    return [
        (_("We give it to the bank."), None, states <= _WITH_THE_BANK),
        *([_from_customer(read, asked[0])] if asked else []),
        (leaves, local_day(max(settled), read.zone) if over and settled else None, over),
    ]


def _from_customer(read: ClaimRead, refund: Refund) -> _Step:
    """Say what the customer does, and until when."""
    told = [event.detail.get("act_by") for event in read.events if event.detail.get("refund") == refund.ref]
    until = next((moment for moment in reversed(told) if moment), None)
    words = _(
        "The bank asks you for something first. Look in your mailbox for a mail from Stripe, who moves our payments, "
        "and tell them where the money goes. It is kept for you meanwhile."
    )
    return words, local_day(datetime.fromisoformat(until), read.zone) if until else None, False


def _credit(read: ClaimRead, remedy: Remedy, titles: tuple[str, ...]) -> RemedyView:
    issued_on = _credit_issued_on(read, remedy)
    steps = [
        (_("You chose store credit."), local_day(remedy.promised_at, read.zone), True),
        (_("Your code is ready to use."), issued_on, issued_on is not None),
    ]
    return RemedyView(
        kind=RemedyKind.STORE_CREDIT.value,
        titles=titles,
        done=issued_on is not None,
        steps=_in_order(steps),
        amount=Money(remedy.amount_minor + remedy.bonus_minor, remedy.currency),
        credit_code=read.credit_code if issued_on else None,
    )


def _replacement(read: ClaimRead, remedy: Remedy, goods: Replacement, titles: tuple[str, ...]) -> RemedyView:
    reached = _GOODS_LIFE.index(goods.state) if goods.state in _GOODS_LIFE else 0
    arrives_on = local_day(goods.arrives_on, read.zone) or _by_on(read, remedy, _offer_of(read, remedy))
    steps = [
        (_("You asked us to send it again."), local_day(remedy.promised_at, read.zone), True),
        (_("The warehouse packs it."), None, reached >= 1),
        (_("It leaves the warehouse."), local_day(goods.shipped_at, read.zone), goods.shipped_at is not None),
        (_("It is with you."), None if reached == len(_GOODS_LIFE) - 1 else arrives_on, goods.state == "delivered"),
    ]
    return RemedyView(
        kind=RemedyKind.REPLACEMENT.value,
        titles=titles,
        done=goods.state == "delivered",
        steps=_in_order(steps),
        arrives_on=arrives_on,
        carrier=goods.carrier,
        tracking_number=goods.tracking_number,
        again=(read.claim.order.order_number, goods.ref) if goods.shipped_at is not None else None,
    )


def _in_order(steps: list[_Step]) -> tuple[RemedyStep, ...]:
    """Mark what is done, what happens now, and what comes later."""
    first_open = next((index for index, (_text, _on, done) in enumerate(steps) if not done), None)
    return tuple(
        RemedyStep("done" if done else "now" if index == first_open else "later", text, on)
        for index, (text, on, done) in enumerate(steps)
    )


def _credit_issued_on(read: ClaimRead, remedy: Remedy) -> date | None:
    issued = [event for event in read.events if event.action == "credit_issued"]
    moments = [event.happened_at for event in issued if event.detail.get("remedy") == remedy.ref]
    return local_day(moments[0], read.zone) if moments else None


def _offer_of(read: ClaimRead, remedy: Remedy) -> Offer | None:
    offers = (offer for line in read.claim.lines for offer in line.offers)
    return next((offer for offer in offers if offer.id == remedy.offer_id), None)


def _by_on(read: ClaimRead, remedy: Remedy, offer: Offer | None) -> date | None:
    if offer is None or offer.arrives_in_days is None:
        return None
    return local_day(remedy.promised_at + timedelta(days=offer.arrives_in_days), read.zone)
