"""Patterns: the list, and one with its picture, before and after somebody decided."""

from portal.domain.patterns import Measure
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage
from tests.support.a_pattern import a_pattern


def photograph_patterns(stage: Stage, camera: Camera) -> None:
    """Take them in both languages."""
    for number, language in enumerate(LANGUAGES):
        worker = stage.worker(language)
        if number == 0:
            worker.go("/staff/patterns/")
            camera.take(worker.page, "patterns-none", language)
        with stage.running.toolkit() as toolkit:
            ref = a_pattern(toolkit)
            a_pattern(toolkit, measure=Measure.DAMAGED, cell={"category": f"Ceramics {language}"})
        worker.go("/staff/patterns/")
        camera.take(worker.page, "patterns", language)
        worker.go(f"/staff/patterns/{ref}")
        camera.take(worker.page, "pattern", language)
        worker.page.locator("#words").fill("Their van broke down.")
        with worker.page.expect_navigation():
            worker.page.locator("main form button[value=confirm]").click()
        worker.look()
        camera.take(worker.page, "pattern-confirmed", language)
        worker.close()
