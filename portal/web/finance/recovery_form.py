"""What is typed of a payment to us, and what is said beside a field that is wrong."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.domain.actors import Actor
from portal.domain.currencies import KNOWN
from portal.domain.errors import BadAmount
from portal.domain.recoveries import BadRecovery, Payer, Recovery
from portal.web.shared.amounts import read_amount
from portal.web.shared.forms import trimmed
from portal.web.shared.language import current_locale
from portal.web.shared.language import lazy_gettext as _

PAYERS: dict[str, Any] = {
    "vendor": _("The vendor"),
    "carrier": _("The carrier"),
    "insurer": _("An insurer"),
}
WRONG: dict[str, Any] = {
    "incident": _("Please give the name of an incident, such as INC-7QA4K3H."),
    "payer": _("Please choose who paid."),
    "payer_name": _("Please give the name of who paid, in up to 80 letters."),
    "amount": _("Please give what came, as an amount above zero."),
    "currency": _("Please give the three letters of a currency."),
    "received_on": _("Please give the day on which it came, today at the latest."),
    "reference": _("Please give what they call it, such as the number of their credit note, in up to 80 letters."),
    "told_before": _("This payment was told before: it stands in the list below."),
    "reason": _("Please say in up to 400 letters why it is taken back."),
}
# What is wrong of nothing that was typed alone is said beside the field that tells such payments apart.
PLACES = {"told_before": "reference"}


def read_recovery(typed: Mapping[str, str], actor: Actor) -> Recovery:
    """Read a payment; raise BadRecovery with the first field that is wrong."""
    payer = next((one for one in Payer if one.value == typed.get("payer")), None)
    if payer is None:
        raise BadRecovery("nobody", "payer")
    currency = trimmed(typed.get("currency")).upper()
    if currency not in KNOWN:
        raise BadRecovery("no currency", "currency")
    try:
        amount = read_amount(typed.get("amount", ""), currency, current_locale())
    except BadAmount as error:
        raise BadRecovery("no amount", "amount") from error
    try:
        received_on = date.fromisoformat(trimmed(typed.get("received_on")))
    except ValueError as error:
        raise BadRecovery("no day", "received_on") from error
    return Recovery(
        incident_ref=trimmed(typed.get("incident")).upper(),
        payer=payer,
        payer_name=trimmed(typed.get("payer_name")),
        amount=amount,
        received_on=received_on,
        reference=trimmed(typed.get("reference")),
        actor=actor,
    )
