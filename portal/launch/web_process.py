"""How gunicorn runs the web: the application is built once, and its processes are copies of the one that built it."""

from portal.memory import put_aside_what_is_built

preload_app = True
worker_class = "portal.launch.patient_worker.PatientWorker"


def when_ready(_arbiter: object) -> None:
    """Put aside what was built; called by gunicorn before it starts the first process."""
    put_aside_what_is_built()
