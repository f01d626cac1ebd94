"""Settle a refund from what the provider said of it; tell a person where it was given up and is there after all."""

from portal.domain.actors import Actor
from portal.domain.errors import IllegalMove
from portal.domain.money import Money
from portal.domain.refunds import DEAD, RefundState
from portal.domain.troubles import TroubleKind
from portal.records import remedies
from portal.services.open_trouble import tell_of_trouble
from portal.services.settle_refund import News, settle_refund
from portal.services.toolkit import Toolkit


def settle_or_tell(
    toolkit: Toolkit, *, refund_ref: str, news: News, amount: Money, actor: Actor, call: str | None = None
) -> RefundState:
    """Settle a refund and give its state. call: the outcome to note, where the news is the direct answer of a call.

    Raises IllegalMove for news that counts no more: it was overtaken, or a person gave the refund up meanwhile. Then
    another way may have paid it too, so a person is told.
    """
    try:
        return settle_refund(toolkit, refund_ref=refund_ref, news=news, actor=actor, call=call)
    except IllegalMove:
        if news.provider_ref is not None and news.state not in DEAD:
            _tell_if_given_up(toolkit, refund_ref, news.provider_ref, amount)
        raise


def _tell_if_given_up(toolkit: Toolkit, refund_ref: str, provider_ref: str, amount: Money) -> None:
    with toolkit.reading() as session:
        refund = remedies.read_refund(session, refund_ref)
        claim_id = remedies.claim_id_of(session, refund.remedy_id)
    # What was settled under this name there is no doubt of: this is older news of it.
    if refund.provider_ref != provider_ref:
        tell_of_trouble(
            toolkit,
            TroubleKind.PAID_AFTER_RELEASE,
            subject=refund_ref,
            claim_id=claim_id,
            provider_ref=provider_ref,
            amount_minor=amount.minor,
            currency=amount.currency,
        )
