"""The SMTP listener of the sandbox's mailbox: takes every mail and keeps it, a thread for each connection.

It speaks as much of RFC 5321 as a mailer needs; a general server takes four times as long over each mail.
"""

import re
import socketserver
import threading
from collections.abc import Callable
from typing import ClassVar

from portal.sandbox.mail_room import keep
from portal.sandbox.store import Store

_LARGEST_MAIL = 10 * 1024 * 1024
_LONGEST_LINE = 4096
_IDLE_SECONDS = 300
REFUSED_DOMAIN = "refused.example"
BUSY_DOMAIN = "busy.example"
_GREETING = ("sandbox", f"SIZE {_LARGEST_MAIL}", "8BITMIME", "SMTPUTF8")
_PATH = re.compile(r"(?:FROM|TO):\s*<([^<>\s]*)>.*", re.IGNORECASE)
_NOT_BEGUN, _NOT_UNDERSTOOD = "503 Begin with MAIL", "501 Not understood"


class MailServer(socketserver.ThreadingTCPServer):
    """Listens in a thread of its own until it is stopped."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def __init__(self, store: Store, host: str, port: int) -> None:
        """Take the port."""
        super().__init__((host, port), Conversation)
        self.store = store
        self._thread = threading.Thread(target=self.serve_forever, name="smtp", daemon=True)

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more connections; those that are open end with the process."""
        self.shutdown()
        self.server_close()
        self._thread.join(timeout=5)


class Conversation(socketserver.StreamRequestHandler):
    """One connection.

    Two domains behave badly on purpose: mail to ``refused.example`` is refused for good (550), mail to
    ``busy.example`` for now (451).
    """

    server: MailServer
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True

    def handle(self) -> None:
        """Answer every line, until the other side leaves, says QUIT, or falls silent."""
        self._sender: str | None = None
        self._recipients: list[str] = []
        self._say("220 Sandbox mailbox")
        try:
            while (line := self.rfile.readline(_LONGEST_LINE)).endswith(b"\n"):
                verb, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
                answer = self._verbs.get(verb.upper(), Conversation._unknown)(self, rest)
                self._say(answer)
                if verb.upper() == "QUIT":
                    return
        except (ConnectionError, TimeoutError):
            # Who went away without QUIT has nothing more to say, and a mail cut short is not kept.
            return

    def _say(self, answer: str) -> None:
        self.wfile.write(answer.encode() + b"\r\n")

    def _greet(self, _: str) -> str:
        self._forget("")
        return "\r\n".join([*(f"250-{line}" for line in _GREETING[:-1]), f"250 {_GREETING[-1]}"])

    def _forget(self, _: str) -> str:
        self._sender, self._recipients = None, []
        return "250 OK"

    def _mail(self, rest: str) -> str:
        found = _PATH.fullmatch(rest)
        if found is None:
            return _NOT_UNDERSTOOD
        if self._sender is not None:
            return "503 One mail at a time"
        self._sender = found.group(1)
        return "250 OK"

    def _recipient(self, rest: str) -> str:
        found = _PATH.fullmatch(rest)
        if self._sender is None:
            return _NOT_BEGUN
        if found is None or not found.group(1):
            return _NOT_UNDERSTOOD
        domain = found.group(1).rpartition("@")[2].lower()
        if domain == REFUSED_DOMAIN:
            return "550 5.1.1 No such mailbox"
        if domain == BUSY_DOMAIN:
            return "451 4.3.0 Try again later"
        self._recipients.append(found.group(1))
        return "250 OK"

    def _data(self, _: str) -> str:
        if self._sender is None or not self._recipients:
            return _NOT_BEGUN
        self._say("354 End with a dot on a line of its own")
        source = self._read_mail()
        if len(source) <= _LARGEST_MAIL:
            keep(self.server.store, source, self._sender, self._recipients)
            answer = "250 Kept"
        else:
            answer = "552 5.3.4 Too large"
        self._forget("")
        return answer

    def _read_mail(self) -> bytes:
        """Read to the lonely dot; of a mail that is too large, no more than shows it is kept in memory."""
        lines, size = [], 0
        while (line := self.rfile.readline(_LARGEST_MAIL)) != b".\r\n":
            if not line.endswith(b"\n"):
                raise ConnectionAbortedError
            if size <= _LARGEST_MAIL:
                lines.append(line[1:] if line.startswith(b".") else line)
            size += len(line)
        return b"".join(lines)

    def _nothing(self, _: str) -> str:
        return "250 OK"

    def _leave(self, _: str) -> str:
        return "221 Bye"

    def _unknown(self, _: str) -> str:
        return "500 Not a command here"

    _verbs: ClassVar[dict[str, Callable[["Conversation", str], str]]] = {
        "EHLO": _greet,
        "HELO": _forget,
        "MAIL": _mail,
        "RCPT": _recipient,
        "DATA": _data,
        "RSET": _forget,
        "NOOP": _nothing,
        "QUIT": _leave,
    }
