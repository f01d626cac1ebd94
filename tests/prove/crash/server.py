"""What can happen to a PostgreSQL server: an orderly restart, and death by kill -9."""

from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from portal.launch import postgres


def restart(server: postgres.Server) -> None:
    """Restart it as an administrator does: every connection is ended, nothing is waited for."""
    before = _postmaster(server)
    program, data = server.programs / "bin" / "pg_ctl", server.place.data
    command: list[str | Path] = [program, "--pgdata", data, "--wait", "--silent", "--mode=fast"]
    # Without a log of its own the server would keep what we read its starter's words from.
    command += ["--log", server.place.log, "restart"]
    done = server.place.account.run(command, folder=server.place.home)
    assert done.returncode == 0, done.stdout
    _is_another(server, before)


def kill(server: postgres.Server) -> None:
    """Kill all of its processes at once, and start it again: it recovers from its log."""
    postmaster = psutil.Process(_postmaster(server))
    family = [postmaster, *postmaster.children(recursive=True)]
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    alive = psutil.wait_procs(family, timeout=10)[1]
    assert not alive
    # The one who started it uses it still, so leaving it again stops nothing.
    postgres.start(server.place.asked).stop()
    _is_another(server, postmaster.pid)


def _postmaster(server: postgres.Server) -> int:
    return int((server.place.data / "postmaster.pid").read_text().split("\n", 1)[0])


def _is_another(server: postgres.Server, before: int) -> None:
    """Look that the server is really another one now, and takes connections."""
    assert _postmaster(server) != before
    psycopg.connect(server.url_of("postgres")).close()
