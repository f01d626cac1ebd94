"""The templates' own machinery, where Jinja's way of doing it would be most of what a page costs."""

from collections.abc import Callable, MutableMapping
from functools import lru_cache
from typing import Any, cast

from flask import Flask
from flask.templating import Environment

_MOST_PIECES = 512


class Templates(Environment):
    """Lets all templates share one table of names; Jinja chains two for each, and walks the chain at every import."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give the table; no template of ours has names of its own."""
        return super().make_globals(d) if d else self.globals


def remembering(macro: Callable[..., str]) -> Callable[..., str]:
    """Write each piece that follows from the macro's words alone only once, such as a drawing.

    Types count as well as words: the same letters are another thing once they are known to be safe.
    """
    return lru_cache(maxsize=_MOST_PIECES, typed=True)(macro)


def add_templates(app: Flask) -> None:
    """Let an application use them; called before its first template."""
    cast("Any", app).jinja_environment = Templates
    app.jinja_env.globals["remembering"] = remembering
