"""What bounds an offer, in words: rounding and caps, as somebody reads them who has never seen a policy's text."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from portal.domain.policy.plans import OfferPlan, RoundWay
from portal.web.shared.language import gettext as _
from portal.web.shared.language import lazy_gettext, ngettext

Amounts = Callable[[Mapping[str, int]], str]
_ROUNDED: dict[RoundWay, Any] = {
    RoundWay.UP: lazy_gettext("rounded up to a multiple of %(amount)s"),
    RoundWay.DOWN: lazy_gettext("rounded down to a multiple of %(amount)s"),
    RoundWay.NEAREST: lazy_gettext("rounded to a multiple of %(amount)s"),
}


def bounds(plan: OfferPlan, amount: Amounts) -> Iterator[str]:
    """Say what an offer's amount is rounded to, and the most that it may be. amount: says an amount by currency."""
    if plan.rounding is not None:
        yield str(_ROUNDED[plan.rounding.way]) % {"amount": amount(plan.rounding.step)}
    if plan.cap is not None:
        yield _("at most %(cap)s", cap=amount(plan.cap))
    if plan.claim_cap is not None:
        yield _("at most %(cap)s for all lines of a claim", cap=amount(plan.claim_cap))
    cap = plan.customer_cap
    if cap is not None:
        values = {"cap": amount(cap.most)}
        if cap.of_goodwill:
            yield ngettext(
                "at most %(cap)s of goodwill for one customer in %(num)s day",
                "at most %(cap)s of goodwill for one customer in %(num)s days",
                cap.window,
                **values,
            )
        else:
            yield ngettext(
                "at most %(cap)s for one customer in %(num)s day",
                "at most %(cap)s for one customer in %(num)s days",
                cap.window,
                **values,
            )
