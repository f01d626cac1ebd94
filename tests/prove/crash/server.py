"""What can happen to a PostgreSQL server: an orderly restart, and death by kill -9."""

from contextlib import suppress
from pathlib import Path

import psutil

from portal.launch import postgres


def restart(server: postgres.Server) -> None:
    """Restart it as an administrator does: every connection is ended, nothing is waited for."""
    program, data = server.programs / "bin" / "pg_ctl", server.place.data
    command: list[str | Path] = [program, "--pgdata", data, "--wait", "--silent", "--mode=fast"]
    # Without a log of its own the server would keep what we read its starter's words from.
    command += ["--log", server.place.log, "restart"]
    done = server.place.account.run(command, folder=server.place.home)
    assert done.returncode == 0, done.stdout


def kill(server: postgres.Server) -> None:
    """Kill all of its processes at once, and start it again: it recovers from its log."""
    first_line = (server.place.data / "postmaster.pid").read_text().split("\n", 1)[0]
    postmaster = psutil.Process(int(first_line))
    family = [postmaster, *postmaster.children(recursive=True)]
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(family, timeout=10)
    # The one who started it uses it still, so leaving it again stops nothing.
    postgres.start(server.place.asked).stop()
