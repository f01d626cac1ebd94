"""The addresses of the lists and of the budgets."""

from collections.abc import Callable

from portal.web.staff.limits import budget_views, list_views


def add_limits(add: Callable[..., None]) -> None:
    """Add them to the staff's front."""
    add("/lists/", "lists", list_views.listing)
    add("/lists/new", "new_list_entry", list_views.new)
    add("/lists/new", "add_list_entry", list_views.add, methods=["POST"])
    add("/lists/<ref>", "list_entry", list_views.one)
    add("/lists/<ref>/end", "end_list_entry", list_views.end, methods=["POST"])
    add("/lists/<ref>/end", "end_list_entry_again", list_views.end_again)
    add("/claims/<ref>/list", "new_claim_entry", list_views.new_of_claim)
    add("/claims/<ref>/list", "add_claim_entry", list_views.add_of_claim, methods=["POST"])
    add("/budgets/", "budgets", budget_views.budgets)
