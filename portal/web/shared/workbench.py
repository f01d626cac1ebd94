"""The frame of the pages that staff and finance work on: where they can go, and who they are."""

from typing import Any

from flask import url_for

from portal.domain.authority import (
    DECIDES,
    KEEPS_LISTS,
    SEES_BUDGETS,
    SEES_CLAIMS,
    SEES_JOURNEY,
    SEES_MONEY,
    SEES_PATTERNS,
    SEES_POLICY,
    Role,
)
from portal.web.shared.access import staff_on_duty
from portal.web.shared.language import gettext as _
from portal.web.shared.names import ROLES, named


def frame(here: str) -> dict[str, Any]:
    """Give the templates of the workbench their navigation; here is the endpoint of the page that is open."""
    on_duty = staff_on_duty()
    items = _of_claims_and_causes(on_duty.role)
    if on_duty.role in DECIDES:
        items.append((_("Report for a customer"), "staff.orders", "message-circle"))
    if on_duty.role in SEES_MONEY:
        items.append((_("Costs"), "finance.costs", "chart-no-axes-column"))
        items.append((_("Recovered"), "finance.recoveries", "banknote"))
        items.append((_("Periods"), "finance.periods", "book-open"))
        items.append((_("Reconcile"), "finance.balance", "scale"))
    if on_duty.role in SEES_POLICY:
        items.append((_("Rules"), "staff.policies", "clipboard-list"))
    if on_duty.role in SEES_BUDGETS:
        items.append((_("Budgets"), "staff.budgets", "wallet-cards"))
    if on_duty.role in KEEPS_LISTS:
        items.append((_("Lists"), "staff.lists", "shield-check"))
    if on_duty.role is Role.ADMIN:
        items.append((_("People"), "staff.people", "user-round"))
    return {
        "nav": tuple(
            {"label": label, "url": url_for(endpoint), "icon": icon, "current": endpoint == here, "count": None}
            for label, endpoint, icon in items
        ),
        "worker": {"name": on_duty.name, "role": named(ROLES, on_duty.role)},
        "sign_out_url": url_for("staff.sign_out"),
    }


def _of_claims_and_causes(role: Role) -> list[tuple[str, str, str]]:
    items = (
        (SEES_CLAIMS, _("Claims"), "staff.queue", "inbox"),
        (SEES_CLAIMS, _("Withdrawals"), "staff.withdrawals", "undo-2"),
        (SEES_PATTERNS, _("Made right?"), "staff.follow_ups", "hand-heart"),
        (SEES_PATTERNS, _("Patterns"), "staff.patterns", "search"),
        (SEES_CLAIMS, _("Reach them first"), "staff.outreaches", "heart"),
        (SEES_PATTERNS, _("Incidents"), "staff.incidents", "flag"),
        (SEES_CLAIMS, _("Prevention list"), "staff.prevention", "triangle-alert"),
        (SEES_CLAIMS, _("Voices"), "staff.voices", "languages"),
        (SEES_JOURNEY, _("The journey"), "staff.journey", "map-pin"),
    )
    return [(label, endpoint, icon) for sees, label, endpoint, icon in items if role in sees]
