"""The journey: before and after it is counted, customers kept or lost, what was owned beyond scope, and the digest."""

from tests.journeys.people import LEADER
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage
from tests.support.a_journey import a_journey


def photograph_journey(stage: Stage, camera: Camera) -> None:
    """Take them in both languages."""
    for number, language in enumerate(LANGUAGES):
        worker = stage.worker(language, LEADER)
        if number == 0:
            worker.go("/staff/journey/")
            camera.take(worker.page, "journey-nothing", language)
        with stage.running.toolkit() as toolkit:
            a_journey(toolkit)
        worker.go("/staff/journey/")
        worker.page.locator("details summary").first.click()
        camera.take(worker.page, "journey", language)
        for scene in ("journey-kept", "journey-beyond", "journey-digest"):
            worker.go(f"/staff/{scene.replace('-', '/')}")
            camera.take(worker.page, scene, language)
        worker.close()
