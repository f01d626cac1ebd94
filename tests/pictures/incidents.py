"""Incidents: the list, one just confirmed, one with all that can be said of it, one refused, and one closed."""

from datetime import UTC, date, datetime, timedelta

from portal.domain.actors import Actor
from portal.domain.incidents import StepKind
from portal.domain.patterns import Measure
from portal.domain.problems import Stage as JourneyStage
from portal.records import incidents
from portal.services.decide_pattern import confirm_pattern
from portal.services.prove_incident import prove_incident
from portal.services.tell_of_incident import propose_telling
from portal.services.toolkit import Toolkit
from portal.services.work_on_incident import At, Fix, name_stage, plan_fix, say_cause, take_step
from tests.journeys.people import APPROVER
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage
from tests.support.a_fault import VENDOR, write_fault
from tests.support.a_pattern import a_pattern

_WRITTEN = {"en": "We know what went wrong, and we mend it.", "pt_BR": "Sabemos o que deu errado, e vamos corrigir."}


def photograph_incidents(stage: Stage, camera: Camera) -> None:
    """Take them in both languages."""
    worker = stage.worker(LANGUAGES[0])
    worker.go("/staff/incidents/")
    camera.take(worker.page, "incidents-none", LANGUAGES[0])
    worker.close()
    today = datetime.now(UTC).date()
    customer = stage.running.rows("SELECT min(id) AS id FROM customers")[0].id
    write_fault(stage.running.database_url, customer, first=today - timedelta(60), days=55, fixed=today - timedelta(30))
    for language in LANGUAGES:
        with stage.running.toolkit() as toolkit:
            ref = confirm_pattern(
                toolkit, ref=a_pattern(toolkit, cell={"vendor": VENDOR}), words="A van.", actor=Actor.staff(1)
            )
        approver = stage.worker(language, APPROVER)
        approver.go(f"/staff/incidents/{ref}")
        camera.take(approver.page, "incident-new", language)
        with stage.running.toolkit() as toolkit:
            _work_on(toolkit, str(ref), today)
        approver.go(f"/staff/incidents/{ref}")
        camera.take(approver.page, "incident", language)
        with approver.page.expect_navigation():
            approver.page.locator("form[action$='/close_unproven']").evaluate("form => form.submit()")
        approver.look()
        camera.take(approver.page, "incident-refused", language)
        with approver.page.expect_navigation():
            approver.page.locator("form[action$='/close'] button").click()
        approver.look()
        camera.take(approver.page, "incident-closed", language)
        approver.go("/staff/incidents/")
        camera.take(approver.page, "incidents", language)
        approver.close()


def _work_on(toolkit: Toolkit, ref: str, today: date) -> None:
    """Say all that can be said of an incident, and count it."""

    def at() -> At:
        with toolkit.reading() as session:
            found = incidents.named(session, ref)
            return At(ref, found.version if found else 0, Actor.staff(1))

    say_cause(toolkit, at(), cause="Their old van breaks down on long lanes.", confirmed=True)
    name_stage(toolkit, at(), stage=JourneyStage.TRANSIT)
    take_step(toolkit, at(), StepKind.CALL_AHEAD, words="By noon of the day before.", from_on=today, until_on=None)
    fix = Fix("They bought another van.", today - timedelta(30), today - timedelta(60), Measure.LATE)
    plan_fix(toolkit, at(), fix)
    propose_telling(toolkit, at(), words=_WRITTEN)
    prove_incident(toolkit, ref)
