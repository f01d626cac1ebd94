"""The words for lists and subjects that only staff read. None of them accuses anybody."""

from typing import Any

from portal.web.shared.language import lazy_gettext as _

SUBJECTS: dict[str, Any] = {
    "customer": _("this customer"),
    "mailbox": _("this mailbox, whatever tag it carries"),
    "card": _("this card"),
    "address": _("this address"),
    "device": _("this browser"),
}
LISTED: dict[str, Any] = {
    "mailbox": _("Mailbox"),
    "card": _("Card"),
    "address": _("Address"),
    "device": _("Browser"),
}
KINDS: dict[str, Any] = {
    "block": _("A person always answers"),
    "allow": _("No limit applies"),
}
STANDINGS: dict[str, Any] = {
    "live": _("In force"),
    "ended": _("Over"),
}
PERIODS: dict[str, Any] = {
    "week": _("Week"),
    "month": _("Month"),
    "quarter": _("Quarter"),
    "year": _("Year"),
}
