"""Logs: structured, one line each, without secrets, mailboxes, codes or what people wrote."""

import logging
import re
import sys
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

HIDDEN = "[hidden]"
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


def hide_secrets(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Take out of a line of the log what must not stand in it, and keep it on one line."""
    return {name: _shown(name, value) for name, value in line.items()}


def _shown(name: str, value: object) -> object:
    if name not in _NAMES_THAT_STAY and _SECRET_NAMES.search(name):
        return HIDDEN
    if isinstance(value, str):
        return _SECRET_LOOKS.sub(HIDDEN, value)
    if isinstance(value, dict):
        return {inner: _shown(str(inner), one) for inner, one in value.items()}
    if isinstance(value, list | tuple):
        return [_shown("", one) for one in value]
    return value


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
        structlog.processors.format_exc_info,
        hide_secrets,
        structlog.processors.JSONRenderer() if production else structlog.dev.ConsoleRenderer(colors=False),
    ]
    structlog.configure(
        processors=[*shared, *written],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
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
