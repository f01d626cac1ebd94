"""What customers say in their own words, and the prevention list: each before there is anything and after."""

from portal.domain.actors import Actor
from portal.services.declare_incident import declare_incident
from portal.services.find_themes import find_themes
from portal.services.gather_voices import gather_voices
from portal.services.list_precautions import list_precautions
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage, submit

_ON_THE_WAY = """
    SELECT s.vendor FROM shipments s JOIN orders o ON o.id = s.order_id
    WHERE s.delivered_at IS NULL AND s.promised_at > now() AND o.status NOT IN ('canceled', 'unavailable')
    GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1
"""


def photograph_listening(stage: Stage, camera: Camera) -> None:
    """Take them in both languages."""
    for number, language in enumerate(LANGUAGES):
        worker = stage.worker(language)
        if number == 0:
            worker.go("/staff/prevention/")
            camera.take(worker.page, "prevention-none", language)
        worker.go("/staff/voices/?q=nobody-ever-said-this")
        camera.take(worker.page, "voices-none", language)
        with stage.running.toolkit() as toolkit:
            gather_voices(toolkit)
            find_themes(toolkit)
            if number == 0:
                vendor = stage.running.rows(_ON_THE_WAY)[0].vendor
                words = "Their van broke down."
                declare_incident(toolkit, words=words, about={"vendor": vendor}, actor=Actor.system("pictures"))
                list_precautions(toolkit, tells=False)
        worker.go("/staff/voices/?from=2000-01-01&to=soon")
        camera.take(worker.page, "voices", language)
        worker.go("/staff/prevention/")
        camera.take(worker.page, "prevention", language)
        worker.page.locator("th .ref").first.click()
        worker.look()
        worker.page.locator("#done").select_option("called")
        worker.page.locator("#note").fill("They drive on Sunday.")
        camera.take(worker.page, "precaution", language)
        submit(worker, "#record")
        camera.take(worker.page, "precaution-kept", language)
        worker.go("/staff/prevention/?show=all")
        camera.take(worker.page, "prevention-all", language)
        worker.close()
