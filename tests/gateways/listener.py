"""A listener on a free port that answers with what a function says."""

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

Answer = tuple[int, bytes]
Hear = Callable[[str, str, dict[str, str], bytes], Answer]


@contextmanager
def listening(hear: Hear) -> Iterator[str]:
    """Listen until the block ends; ``hear`` gets method, path, headers and body. Gives the address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _listener(hear)) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def _listener(hear: Hear) -> type[http.server.BaseHTTPRequestHandler]:
    def take(request: http.server.BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        status, content = hear(request.command, request.path, dict(request.headers), body)
        request.send_response(status)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    def silent(*_: object) -> None:
        """Write no log."""

    # The names are those that the standard library looks for.
    members: dict[str, Any] = {"do_GET": take, "do_POST": take, "log_message": silent}
    return type("Listener", (http.server.BaseHTTPRequestHandler,), members)
