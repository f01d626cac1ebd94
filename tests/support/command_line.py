"""A command as an operator types it: ``flask --app portal.factory …``, in a process of its own or in this one."""

import os
import subprocess
import sys
from dataclasses import dataclass

from portal.factory import create_app
from portal.launch.settings import ROOT
from tests.support.settings import a_config, variables

OURS = ("PORTAL_", "STRIPE_", "SMTP_", "MAIL_", "WAREHOUSE_", "PREVENTION_", "SECRET_")
_SECONDS = 120


@dataclass(frozen=True, slots=True)
class CommandLine:
    """A shell at the shop. changes: variables of its environment."""

    database_url: str
    changes: dict[str, str]

    def say(self, *arguments: str) -> tuple[int, str]:
        """Run a command in this process, which takes a hundredth of the time; give the same as ``type``."""
        app = create_app(a_config(self.database_url, **self.changes))
        try:
            ended = app.test_cli_runner().invoke(args=list(arguments))
        finally:
            app.extensions["toolkit"].sessions.kw["bind"].dispose()
        return ended.exit_code, ended.output

    def bytes(self, *arguments: str) -> bytes:
        """Run a command in this process and give what it wrote, byte for byte."""
        app = create_app(a_config(self.database_url, **self.changes))
        try:
            return app.test_cli_runner().invoke(args=list(arguments)).stdout_bytes
        finally:
            app.extensions["toolkit"].sessions.kw["bind"].dispose()

    def type(self, *arguments: str) -> tuple[int, str]:
        """Run a command; give its exit code, and what it said on both of its outputs."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        ended = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "portal.factory", *arguments],
            cwd=ROOT,
            env=kept | variables(self.database_url, **self.changes),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_SECONDS,
            check=False,
            text=True,
        )
        return ended.returncode, ended.stdout
