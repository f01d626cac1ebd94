"""How a claim came to its end. What we promised has happened; whether it is right, only the customer says."""

from collections.abc import Sequence

from portal.domain.follow_up import Answer
from portal.domain.offers import RemedyKind
from portal.web.customer.pages.claim import Ending
from portal.web.customer.pages.claim_groups import RemedyView
from portal.web.shared.language import gettext as _

_GOES_ON = frozenset({"escalated", "offered", "accepted"})


def ending_of(state: str, remedies: Sequence[RemedyView], answer: str) -> Ending | None:
    """Say how a claim in a state (of STATES) ended; None for one that goes on for the first time.

    After a no it is this that we are sorry for, and no longer what was reported first.
    answer: what the customer last said to "did we make it right?", empty where nothing.
    """
    if state in _GOES_ON and answer == Answer.NO:
        return Ending(
            _("We are sorry that it is not right yet"),
            _(
                "You told us that what we did did not make it right."
                " That is ours to mend, and it stays ours until it is."
            ),
        )
    if state == "made_whole":
        return Ending(
            _what_came(remedies),
            _("That is what we promised. Is anything still not right? Write to us below, and a person takes it on."),
        )
    return {
        "restored": Ending(_("It is put right"), _("You told us that we made it right. Thank you for letting us.")),
        "withdrawn": Ending(
            _("Taken back"),
            _("You took this back, so nothing more happens here. You can tell us again at any time."),
        ),
        "closed": Ending(_("Closed"), _("This has come to its end. You can write to us below at any time.")),
    }.get(state)


def _what_came(remedies: Sequence[RemedyView]) -> str:
    came = frozenset().union(*(_parts_of(remedy) for remedy in remedies if remedy.done))
    if came == {"money"}:
        return _("Your money went back to your bank")
    if came == {"credit"}:
        return _("Your store credit is ready")
    if came == {"money", "credit"}:
        return _("Your money went back, and your store credit is ready")
    if came == {"parcel"}:
        return _("Your new parcel arrived")
    return _("All that we promised has happened")


def _parts_of(remedy: RemedyView) -> frozenset[str]:
    """Tell what of a remedy came: a refund can come to the bank, as credit, or in part as either."""
    if remedy.kind == RemedyKind.REPLACEMENT:
        return frozenset({"parcel"})
    credit = {"credit"} if remedy.credit_code else set()
    money = {"money"} if any(part.method == "card" for part in remedy.parts) else set()
    return frozenset(credit | money)
