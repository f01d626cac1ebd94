"""What came back of an incident: none, refused, waiting for a second person, booked, an error; and beside the costs."""

from datetime import UTC, datetime

from portal.domain.actors import Actor
from portal.domain.authority import Role
from portal.domain.money import Money
from portal.domain.recoveries import Payer, Recovery
from portal.services.record_recovery import ask_to_take_back, book_recovery, record_recovery
from tests.journeys.people import FINANCE
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage
from tests.support.staff_made import a_staff_member


def photograph_recoveries(stage: Stage, camera: Camera) -> None:
    """Take them in both languages. An incident is there."""
    for language in LANGUAGES:
        worker = stage.worker(language, FINANCE)
        incident = stage.running.rows("SELECT ref FROM incidents ORDER BY id DESC LIMIT 1")[0].ref
        if language == LANGUAGES[0]:
            worker.go("/finance/recoveries")
            camera.take(worker.page, "recoveries-none", language)
        worker.go(f"/finance/recoveries?incident={incident}")
        with worker.page.expect_navigation():
            worker.page.locator("form[action$='/recoveries']").evaluate("form => form.submit()")
        worker.look()
        camera.take(worker.page, "recoveries-refused", language)
        _paid(stage, incident, language)
        worker.go("/finance/recoveries")
        camera.take(worker.page, "recoveries", language)
        worker.go("/finance/")
        camera.take(worker.page, "costs-recovered", language)
        worker.close()


def _paid(stage: Stage, incident: str, language: str) -> None:
    """Leave a payment in every state."""
    with stage.running.toolkit() as toolkit:
        writer, booker = (Actor.staff(a_staff_member(toolkit, role=Role.FINANCE)) for _ in range(2))
        today = datetime.now(UTC).date()
        refs = [
            record_recovery(
                toolkit,
                Recovery(incident, payer, name, Money(minor, "BRL"), today, f"NF-{language}-{minor}", writer),
            )
            for payer, name, minor in (
                (Payer.CARRIER, "Transportes Rápidos do Nordeste Ltda.", 123_450),
                (Payer.VENDOR, "Casa das Louças", 20_000),
                (Payer.INSURER, "Seguradora Atlântico", 900_000),
            )
        ]
        for ref in refs[:2]:
            book_recovery(toolkit, ref, booker)
        ask_to_take_back(toolkit, refs[1], reason="It was meant for another shop.", actor=writer)
