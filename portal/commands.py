"""The commands: ``flask --app portal.factory <name>``. Each is loaded when it is called; the web carries none."""

from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup, ScriptInfo

_JOBS = Path(__file__).resolve().parent / "jobs"
_ENDING = "_command"


class Commands(AppGroup):
    """Every ``portal/jobs/<name>_command.py`` is a command ``<name>``: the click group or command of that name in it.

    The worker is plugged together in ``portal/wiring_worker.py``, because it needs Stripe. A command finds the toolkit
    in ``flask.current_app.extensions["toolkit"]``.
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
    if find_spec("portal.wiring_worker") is not None:
        found["worker"] = "portal.wiring_worker"
    return found
