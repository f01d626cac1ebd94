"""The addresses of outreaches."""

from collections.abc import Callable

from portal.web.staff.outreach import views

_AT = "/outreach/"


def add_outreach(add: Callable[..., None]) -> None:
    """Add them to the staff's front."""
    add(_AT, "outreaches", views.listing)
    add(_AT, "draw_outreach", views.draw, methods=["POST"])
    add(f"{_AT}<ref>", "outreach", views.one)
    add(f"{_AT}<ref>/news", "outreach_news", views.news)
    add(f"{_AT}<ref>/move", "move_outreach", views.move, methods=["POST"])
    add(f"{_AT}<ref>/move", "move_outreach_again", views.back)
