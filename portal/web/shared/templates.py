"""The templates' own machinery, where Jinja's way of doing it would be most of what a page costs."""

import re
from collections.abc import Callable, MutableMapping
from functools import lru_cache
from types import FunctionType
from typing import Any, cast

from flask import Flask
from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape

_MOST_PIECES = 512
_TO_ESCAPE = re.compile("[&<>'\"]").search
_PLAIN = frozenset({FunctionType, type(lru_cache(len))})


class Names(Context):
    """Calls what a template calls, hundreds of times for a page, without asking of each anew what it wants to be told.

    Macros are told how the page escapes, as Jinja tells them; functions of ours want to be told nothing.
    """

    def call(
        self,
        wanted: Callable[..., object],
        *args: object,
        _block_vars: object = None,
        _loop_vars: object = None,
        **kwargs: object,
    ) -> object:
        """Call a macro or a function; leave to Jinja whatever is neither."""
        kind = type(wanted)
        if kind is Macro:
            return wanted(self.eval_ctx, *args, **kwargs)
        if kind in _PLAIN and not hasattr(wanted, "jinja_pass_arg"):
            return wanted(*args, **kwargs)
        return super().call(wanted, *args, _block_vars=_block_vars, _loop_vars=_loop_vars, **kwargs)


def shown(value: object) -> object:
    """Escape what a page shows. What is known to be safe, or holds nothing to escape, is written as it is."""
    kind = type(value)
    if kind is Markup or (kind is str and _TO_ESCAPE(cast("str", value)) is None):
        return value
    return escape(value)


class Pages(CodeGenerator):
    """Writes templates out as Jinja does, but that their values pass through ``shown``."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: tuple[object, ...]) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape:
            super()._output_child_pre(node, frame, cast("Any", finalize))
        else:
            self.write("environment.shown(")


class Templates(Environment):
    """Lets all templates share one table of names; Jinja chains two for each, and walks the chain at every import."""

    context_class = Names
    code_generator_class = Pages
    shown = staticmethod(shown)

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
