"""Logs: structured, one line each, without secrets, mailboxes, codes or what people wrote."""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

HIDDEN = "[hidden]"
_MOST_NAMES = 512
# By their names: whatever they hold is nobody's business.
_SECRET_NAMES = re.compile(
    r"password|secret|token|code|cookie|authorization|mailbox|recipient|email|words|message|body|answer|address|name",
    re.IGNORECASE,
)
_NAMES_THAT_STAY = frozenset({"status_code", "error", "event", "task_name", "logger_name", "template_name"})
# By their looks, wherever they stand: mailboxes, keys, secrets, a sign-in code in an address, a database's address.
_SECRET_LOOKS = re.compile(
    r"[^\s@<>\"']+@[^\s@<>\"']+\.[^\s@<>\"']+|\b(?:sk|rk|pk)_(?:live|test)_\w+|\bwhsec_\w+|(?<=code=)\w+|postgresql[+\w]*://\S+"
)
# Without one of these a text cannot look like any of them, and hardly any text has one.
_SUSPICIOUS = re.compile(r"[@_]|code=|//")
# As structlog writes lines for people: the event stands in a column of its own, and odd texts between quotes.
_EVENT_WIDTH, _LEVEL_WIDTH = 30, 9
_ODD = re.compile(r"[\s=\"']")


def hide_secrets(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Take out of a line of the log what must not stand in it, and keep it on one line."""
    return {name: _shown(name, value) for name, value in line.items()}


@lru_cache(maxsize=_MOST_NAMES)
def _is_secret(name: str) -> bool:
    return name not in _NAMES_THAT_STAY and _SECRET_NAMES.search(name) is not None


def _shown(name: str, value: object) -> object:
    if _is_secret(name):
        return HIDDEN
    if isinstance(value, str):
        return _SECRET_LOOKS.sub(HIDDEN, value) if _SUSPICIOUS.search(value) else value
    if isinstance(value, dict):
        return {inner: _shown(str(inner), one) for inner, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shown("", one) for one in value]
    return value


def tell_where(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Tell of an error its kind and where it arose, and not its message: that may hold a row, a mail or a name."""
    told = line.pop("exc_info", None)
    error = sys.exc_info()[1] if told is True else told[1] if isinstance(told, tuple) else told
    if isinstance(error, BaseException):
        line["exception"] = "\n".join(_kinds_and_places(error))
    return line


def _kinds_and_places(error: BaseException | None) -> Iterator[str]:
    while error is not None:
        frames = reversed(traceback.extract_tb(error.__traceback__))
        places = " < ".join(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames)
        yield f"{type(error).__module__}.{type(error).__qualname__} at {places}"
        error = error.__cause__ or error.__context__


def write_for_people(_logger: WrappedLogger, _method: str, line: EventDict) -> str:
    """Write a line of the log to be read at a glance: when, how bad, what, and then everything else by its name."""
    when, level, event = (str(line.pop(name, "")) for name in ("timestamp", "level", "event"))
    trace = line.pop("exception", None)
    told = " ".join(f"{name}={_for_people(line[name])}" for name in sorted(line))
    written = f"{when} [{level:<{_LEVEL_WIDTH}}] {event:<{_EVENT_WIDTH}} {told}".rstrip()
    return f"{written}\n{trace}" if trace else written


def _for_people(value: object) -> str:
    return value if isinstance(value, str) and not _ODD.search(value) else repr(value)


class _Lines:
    """Writes each line to standard error, whatever that is by now, in one go."""

    def __init__(self) -> None:
        self._lost = 0

    def msg(self, line: str) -> None:
        """Write a line. Where there is no room for it nothing else fails, and the next that finds room tells of it."""
        told = f"{json.dumps({'event': 'lines of the log may be lost', 'lines': self._lost})}\n" if self._lost else ""
        try:
            sys.stderr.write(f"{told}{line}\n")
            sys.stderr.flush()
        except OSError:
            # A full disk must not take back what the line tells of, nor a visitor's page.
            self._lost += 1
        else:
            self._lost = 0

    debug = info = warning = error = critical = exception = log = msg


class _ToStderr(logging.StreamHandler[TextIO]):
    """Writes to standard error, whatever that is by now."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        self.setStream(sys.stderr)
        super().emit(record)


def configure_logs(*, production: bool) -> None:
    """Write to stderr: JSON in production, lines for people in the sandbox. Other libraries' warnings go there too."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    written: list[Any] = [
        tell_where if production else structlog.processors.format_exc_info,
        hide_secrets,
        structlog.processors.JSONRenderer() if production else write_for_people,
    ]
    lines = _Lines()
    structlog.configure(
        processors=[*shared, *written],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: lines,
        cache_logger_on_first_use=False,
    )
    handler = _ToStderr()
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *written],
    )
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers = [handler, *(other for other in root.handlers if not isinstance(other, _ToStderr))]
    root.setLevel(logging.WARNING)
