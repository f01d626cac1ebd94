"""The pages on which a draft is tried: over past claims, and on a claim that somebody makes up."""

from functools import partial
from importlib.resources import files

from portal.services.draft_policy import start_draft
from tests.journeys.people import POLICY_OWNER
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage, submit
from tests.support.running import eventually

_GIVES, _GIVES_LESS = "goods = 100, shipping = 100", "goods = 60, shipping = 50"
_DONE = "SELECT 1 FROM policy_replays WHERE ref = %(ref)s AND state = 'done'"


def photograph_trying(stage: Stage, camera: Camera) -> None:
    """Take them in both languages; claims must have been reported before."""
    for language in LANGUAGES:
        ref = _draft(stage, language)
        worker = stage.worker(language, POLICY_OWNER)
        worker.go(f"/staff/policies/replay?policy={ref}")
        camera.take(worker.page, "replays", language)
        worker.page.locator("#every").evaluate("field => { field.type = 'text'; field.value = 'often' }")
        submit(worker, "main form")
        camera.take(worker.page, "replays-refused", language)
        worker.page.locator("#every").fill("1")
        submit(worker, "main form")
        replay = worker.page.url.rpartition("/")[2]
        camera.take(worker.page, "replay-under-way", language)
        eventually(partial(stage.running.rows, _DONE, {"ref": replay}), "the replay to be done")
        worker.go(f"/staff/policies/replay/{replay}")
        camera.take(worker.page, "replay", language)
        worker.go(f"/staff/policies/what-if?policy={ref}")
        camera.take(worker.page, "what-if", language)
        worker.page.locator("#days_since_delivered").fill("soon")
        submit(worker, "main .whatif form")
        camera.take(worker.page, "what-if-refused", language)
        worker.close()


def _draft(stage: Stage, language: str) -> str:
    """Start a draft that gives less back."""
    source = (files("portal.domain.policy") / "default.toml").read_text(encoding="utf-8")
    owner = stage.running.rows("SELECT id FROM staff WHERE mailbox = %(m)s", {"m": POLICY_OWNER})[0].id
    with stage.running.toolkit() as toolkit:
        return start_draft(
            toolkit,
            staff_id=owner,
            market="*",
            title=f"Less back for all ({language})",
            source=source.replace(_GIVES, _GIVES_LESS),
        )
