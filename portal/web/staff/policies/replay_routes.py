"""The addresses of replays and of the what-if page."""

from collections.abc import Callable

from portal.web.staff.policies import replay_views, what_if_views

_AT = "/policies/replay"


def add_replays(add: Callable[..., None]) -> None:
    """Add them to the staff's front."""
    add(_AT, "replays", replay_views.replays)
    add(_AT, "ask_replay", replay_views.ask, methods=["POST"])
    add(f"{_AT}/<ref>", "replay", replay_views.replay)
    add(f"{_AT}/<ref>/news", "replay_news", replay_views.replay_news)
    add(f"{_AT}/<ref>/stop", "stop_replay", replay_views.stop, methods=["POST"])
    add(f"{_AT}/<ref>/stop", "stop_replay_again", replay_views.replay_again)
    add("/policies/what-if", "what_if", what_if_views.what_if)
