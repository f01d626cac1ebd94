"""Did we make it right? The question on the claim page and behind the link of the mail, the answers, and the report."""

from dataclasses import replace
from datetime import timedelta

from portal.services.ask_if_right import ask_customer_if_right, customers_to_ask
from portal.services.count_journey import count_journey
from portal.services.follow_up_token import link_to_answer
from portal.services.toolkit import Toolkit
from tests.journeys.people import Guest
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage
from tests.support.running import eventually

_STATE = "SELECT state FROM claims WHERE ref = %(ref)s"
_CREDIT_IS_THERE = timedelta(days=8)


def photograph_follow_ups(stage: Stage, customers: Camera, staff: Camera) -> None:
    """Take them in both languages; a no is answered by somebody of the staff, who sees what followed what."""
    for language in LANGUAGES:
        guest, ref = _carried_out(stage, language)
        with stage.running.toolkit() as toolkit:
            _ask(toolkit)
            link = link_to_answer("", toolkit.secret_key, ref)
        guest.go(f"/claims/{ref}")
        customers.take(guest.page, "claim-did-we-make-it-right", language)
        _behind_the_link(stage, customers, language, link)
        guest.go(f"/claims/{ref}")
        customers.take(guest.page, "claim-not-right", language)
        guest.close()
        worker = stage.worker(language)
        for path, scene in (("/staff/", "queue-not-right"), (f"/staff/claims/{ref}", "claim-not-right")):
            worker.go(path)
            staff.take(worker.page, scene, language)
        with stage.running.toolkit() as toolkit:
            count_journey(toolkit)
        worker.go("/staff/follow-ups")
        staff.take(worker.page, "follow-ups", language)
        worker.close()


def _carried_out(stage: Stage, language: str) -> tuple[Guest, str]:
    guest, ref, _ = stage.told(language, "missing_line")
    guest.take("store_credit")
    eventually(lambda: stage.running.rows(_STATE, {"ref": ref})[0].state == "made_whole", f"{ref} is carried out")
    return guest, ref


def _ask(toolkit: Toolkit) -> None:
    """Ask as a worker of a week later does."""
    later = replace(toolkit, now=lambda: toolkit.now() + _CREDIT_IS_THERE)
    for customer_id in customers_to_ask(later):
        ask_customer_if_right(later, customer_id=customer_id)


def _behind_the_link(stage: Stage, camera: Camera, language: str, link: str) -> None:
    window = Guest(stage.browser, stage.running, None, locale=language.replace("_", "-"))
    window.go(link)
    camera.take(window.page, "made-right", language)
    window.page.locator("#right-words").fill("The code does not work at the checkout.")
    with window.page.expect_navigation():
        window.page.locator('button[value="no"]').click()
    camera.take(window.page, "made-right-no", language)
    window.close()
