"""Which processes make up Amends on one machine, in the order in which they start."""

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from portal.domain.ports import PROVIDER_EVENTS
from portal.launch import readiness
from portal.launch.settings import LOOPBACK, Settings

_GUNICORN = (
    *(sys.executable, "-m", "gunicorn", "--no-control-socket"),
    *("--config", "python:portal.launch.web_process"),
)
_MOST_WEB_PROCESSES = 4
_THREADS = 8
_MEMORY = Path("/", "dev", "shm")


@dataclass(frozen=True, slots=True)
class Part:
    """One process. `ready` is asked until it answers yes."""

    name: str
    command: tuple[str, ...]
    ready: Callable[[], bool]


def outside(settings: Settings) -> Iterator[Part]:
    """Plan the stand-ins for the world outside, unless the environment brings a real one for each."""
    if settings.needs_sandbox:
        yield Part(
            "sandbox",
            (
                *(sys.executable, "-m", "portal.sandbox"),
                *("--port", str(settings.ports.sandbox), "--smtp-port", str(settings.ports.mail)),
                *("--folder", str(settings.instance / "sandbox"), "--portal", settings.ports.web_url),
                *("--webhook-events", ",".join(PROVIDER_EVENTS)),
            ),
            readiness.answers(settings.ports.sandbox, "/", settings.ports.mail),
        )


def inside(settings: Settings) -> Iterator[Part]:
    """Plan the portal itself: the web and the worker."""
    yield Part(
        "web",
        (
            *_GUNICORN,
            *("--bind", f"{LOOPBACK}:{settings.ports.web}", "--graceful-timeout", "8"),
            *("--workers", str(min(_MOST_WEB_PROCESSES, max(2, os.cpu_count() or 1))), "--threads", str(_THREADS)),
            *_heartbeat_folder(),
            "portal.factory:create_web()",
        ),
        readiness.answers(settings.ports.web, "/healthz"),
    )
    yield Part(
        "worker",
        (sys.executable, "-m", "flask", "--app", "portal.factory", "worker"),
        readiness.worker_beats(settings.child_environment()["PORTAL_DATABASE_URL"]),
    )


def _heartbeat_folder() -> tuple[str, ...]:
    """Keep gunicorn's heartbeat in memory where there is such a folder, so that a slow disk stops no worker."""
    return ("--worker-tmp-dir", str(_MEMORY)) if _MEMORY.is_dir() else ()
