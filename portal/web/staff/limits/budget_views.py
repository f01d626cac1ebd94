"""Budgets: what of each was promised and taken back, and how many claims a person answered because of it."""

from datetime import date

from flask import render_template, request

from portal.domain.authority import SEES_BUDGETS
from portal.records import budget_list, policies
from portal.services.current_policy import parsed
from portal.services.judge_standing import budgets_of
from portal.web.shared.access import staff
from portal.web.shared.means import toolkit
from portal.web.shared.workbench import frame
from portal.web.staff.limits.budget_page import Read, budgets_page

_ROWS = 50
_LONGEST_CURSOR = 32


@staff(*SEES_BUDGETS)
def budgets() -> str:
    """Show the budgets of the policies in force in their periods of today, and below what was used before."""
    now, zone, after = toolkit().now(), toolkit().zone, _place(request.args.get("after", ""))
    with toolkit().reading() as session:
        found = [parsed(source) for source in policies.texts_in_force(session, now)]
        asked = [one for policy in found for one in budgets_of(policy, now, zone)]
        current = budget_list.uses_of(session, asked)
        earlier = budget_list.earlier_uses(session, asked, after=after, limit=_ROWS + 1)
        begins = [one.begins_on for one in asked] + [row.key.begins_on for row in earlier[:_ROWS]]
        held = budget_list.held_claims(session, since=min(begins), zone=zone) if begins else {}
    read = Read(found, asked, current, earlier[:_ROWS], held)
    page = budgets_page(read, more=len(earlier) > _ROWS, is_first=after is None)
    return render_template("staff/limits/budgets.html", page=page, **frame("staff.budgets"))


def _place(cursor: str) -> tuple[date, int] | None:
    """Read a place among the earlier periods; what is none begins at the top."""
    day, tilde, key = cursor[:_LONGEST_CURSOR].partition("~")
    try:
        begins_on = date.fromisoformat(day)
    except ValueError:
        return None
    if not tilde or not key.isascii() or not key.isdigit() or len(key) > len("9223372036854775807") - 1:
        return None
    return begins_on, int(key)
