"""The names of codes as staff and finance read them: problems, remedies, stages, states, classes."""

from typing import Any

from portal.letters.journey import STAGE_NAMES
from portal.web.shared.language import lazy_gettext as _

PROBLEMS: dict[str, Any] = {
    "missing_package": _("The parcel is missing"),
    "missing_line": _("Something is missing from the parcel"),
    "damaged": _("Damaged"),
    "wrong": _("The wrong thing came"),
    "faulty": _("It does not work"),
    "late": _("Late"),
    "not_as_described": _("Not as described"),
    "charged_wrongly": _("Charged wrongly"),
    "other": _("Something else"),
}
REMEDIES: dict[str, Any] = {
    "replacement": _("Send it again"),
    "refund": _("Money back"),
    "store_credit": _("Store credit"),
}
STAGES: dict[str, Any] = {stage: _(name) for stage, name in STAGE_NAMES.items()}
CLASSES: dict[str, Any] = {
    "entitled": _("Owed"),
    "goodwill": _("Goodwill"),
    "not_ours": _("Not ours, mended anyway"),
}
PARCELS: dict[str, Any] = {
    "not_shipped": _("Not sent yet"),
    "on_the_way": _("On its way"),
    "late": _("Late"),
    "delivered": _("Delivered"),
    "cancelled": _("Cancelled"),
}
ORDERS: dict[str, Any] = {
    "created": _("Not paid yet"),
    "processing": _("Being packed"),
    "invoiced": _("Invoiced"),
    "shipped": _("On its way"),
    "delivered": _("Delivered"),
    "canceled": _("Cancelled"),
    "unavailable": _("Out of stock"),
}
STATES: dict[str, Any] = {
    "waiting": _("Waiting for a date"),
    "offered": _("Offered, the customer chooses"),
    "escalated": _("A person decides"),
    "awaiting_customer": _("Waiting for the customer’s answer"),
    "accepted": _("Being carried out"),
    "made_whole": _("Made whole"),
    "declined": _("Declined"),
    "restored": _("The customer says it is right"),
    "closed_not_known": _("Closed, outcome not known"),
    "withdrawn": _("Taken back"),
    "closed_elsewhere": _("Solved elsewhere"),
}
METHODS: dict[str, Any] = {
    "card": _("Card"),
    "boleto": _("Bank slip"),
    "voucher": _("Voucher"),
    "credit": _("Store credit"),
}
ACCOUNTS: dict[str, Any] = {
    "owed_to_customers": _("Owed to customers"),
    "refunds_in_flight": _("Refunds in flight"),
    "store_credit_liability": _("Store credit not spent yet"),
    "remedy_cost": _("Cost of remedies"),
    "stripe_balance": _("Stripe balance"),
    "sales": _("Sales paid with credit"),
    "inventory": _("Goods and shipping"),
    "breakage": _("Credit whose time was over"),
    "unclaimed_property": _("Unclaimed property"),
    "refunded_elsewhere": _("Refunded in Stripe itself"),
    "dispute_losses": _("Lost disputes"),
    "bank": _("Bank, from vendors, carriers and insurers"),
    "recovery_income": _("Recovered of incidents"),
}
ROLES: dict[str, Any] = {
    "agent": _("Agent"),
    "approver": _("Approver"),
    "policy_owner": _("Owner of the rules"),
    "finance": _("Finance"),
    "admin": _("Administrator"),
    "leader": _("Leader"),
}


def named(names: dict[str, Any], code: str | None) -> str:
    """Say the name of a code; a code without a name is shown as it is, none as a dash."""
    return str(names.get(code or "", code or "–"))
