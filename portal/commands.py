"""The commands: ``flask --app portal.factory <name>``. Each is loaded when it is called; the web carries none."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, ScriptInfo

_JOBS = Path(__file__).resolve().parent / "jobs"
_ENDING = "_command"
# Commands that run the whole world, and are plugged together like the web.
_PLUGGED = {"worker": "portal.wiring_worker", "reconcile": "portal.wiring_worker", "sandbox": "portal.wiring_year"}


class Commands(AppGroup):
    """Every ``portal/jobs/<name>_command.py`` is a command ``<name>``: the click group or command of that name in it.

    The worker and the sandbox's year are plugged together in wirings of their own, because they need Stripe. A command
    finds the toolkit in ``flask.current_app.extensions["toolkit"]``.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List what there is."""
        return sorted({*super().list_commands(ctx), *_by_name()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        own = super().get_command(ctx, cmd_name)
        module = _by_name().get(cmd_name)
        if own is not None or module is None:
            return own
        if not current_app:
            # Typed through ``flask`` the application is there already; through a test's runner it is not.
            ctx.with_resource(ctx.ensure_object(ScriptInfo).load_app().app_context())
        loaded = getattr(import_module(module), cmd_name.replace("-", "_"))
        if not isinstance(loaded, click.Command):
            raise TypeError(f"{module}.{cmd_name} is no command")
        return loaded


def _by_name() -> dict[str, str]:
    """Name the modules of all commands."""
    found = {
        path.stem.removesuffix(_ENDING).replace("_", "-"): f"portal.jobs.{path.stem}"
        for path in sorted(_JOBS.glob(f"*{_ENDING}.py"))
    }
    found |= {name: module for name, module in _PLUGGED.items() if find_spec(module) is not None}
    return found
