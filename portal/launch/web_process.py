"""How gunicorn runs the web: the application is built once, and its processes are copies of the one that built it.

What is built by then stays for good, so the collector of garbage need not look at it ever again; and what a request
leaves behind is mostly gone by itself.
"""

import gc

preload_app = True
_NEW_OBJECTS, _ROUNDS, _OLD_ROUNDS = 50_000, 20, 50


def when_ready(_arbiter: object) -> None:
    """Put aside what was built; called by gunicorn before it starts the first process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, _ROUNDS, _OLD_ROUNDS)
