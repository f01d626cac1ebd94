"""The staff's front: the door, the queue, a claim and its decisions, a report for a customer, withdrawals."""

from portal.domain.authority import Role
from portal.services.create_demonstration_staff import WORDS_TO_COME_IN
from portal.services.create_staff import create_staff
from tests.journeys.people import ADMIN, APPROVER, Worker
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage, submit

_DEAR = {"en": "AURORA-1020", "pt_BR": "AURORA-1022"}


def photograph_staff(stage: Stage, camera: Camera) -> None:
    """Take every page of the staff's front in both languages."""
    for language in LANGUAGES:
        _door(stage, camera, language)
        guest, dear = stage.told_of(_DEAR[language], language, {1: "missing_line"}, "The box was empty.")
        guest.close()
        worker = stage.worker(language)
        camera.take(worker.page, "queue", language)
        worker.go("/staff/find?q=CLM-NOWHERE")
        camera.take(worker.page, "queue-not-found", language)
        worker.go(f"/staff/claims/{dear}")
        camera.take(worker.page, "claim", language)
        _approve(stage, camera, worker, dear, language)
        _decline(stage, camera, worker, language)
        _report_for_a_customer(stage, camera, worker, language)
        _withdrawals(stage, camera, worker, language)
        worker.close()


def _withdrawals(stage: Stage, camera: Camera, worker: Worker, language: str) -> None:
    guest = stage.withdrawing(language)
    submit(guest, "main form")
    ref = guest.page.url.rpartition("/")[2]
    guest.close()
    worker.go("/staff/withdrawals")
    camera.take(worker.page, "withdrawals", language)
    worker.go(f"/staff/withdrawals/{ref}")
    camera.take(worker.page, "withdrawal", language)


def _door(stage: Stage, camera: Camera, language: str) -> None:
    worker = Worker(stage.browser, stage.running, None, locale=language.replace("_", "-"))
    worker.go("/staff/sign-in")
    camera.take(worker.page, "sign-in", language)
    worker.knock("nobody@goodparcel.example", "not it")
    camera.take(worker.page, "sign-in-refused", language)
    worker.knock(APPROVER)
    camera.take(worker.page, "code", language)
    worker.page.locator('input[name="factor_code"]').fill("123 456")
    submit(worker, "main form")
    camera.take(worker.page, "code-refused", language)
    worker.knock(_newcomer(stage, language))
    camera.take(worker.page, "enrol", language)
    secret = worker.page.locator("code").inner_text().replace(" ", "")
    worker.page.locator('input[name="factor_code"]').fill(worker.code_of("", secret))
    submit(worker, "main form")
    camera.take(worker.page, "recovery-codes", language)
    worker.close()
    admin = stage.worker(language, ADMIN)
    admin.go("/staff/people")
    camera.take(admin.page, "people", language)
    admin.close()


def _newcomer(stage: Stage, language: str) -> str:
    """Hire somebody who has no second factor yet."""
    mailbox = f"new-{language.lower()}@goodparcel.example"
    with stage.running.toolkit() as toolkit:
        create_staff(
            toolkit, mailbox=mailbox, name="Hana Ito", role=Role.AGENT, password=WORDS_TO_COME_IN, limits={"BRL": 5000}
        )
    return mailbox


def _approve(stage: Stage, camera: Camera, worker: Worker, ref: str, language: str) -> None:
    submit(worker, "#approve")
    camera.take(worker.page, "claim-refused", language)
    worker.page.locator("#approve-reason").fill("The weight at the hand-over fits an empty box.")
    submit(worker, "#approve")
    camera.take(worker.page, "preview", language)
    submit(worker, "main form")
    camera.take(worker.page, "claim-proposed", language)
    approver = stage.worker(language, APPROVER)
    approver.go(f"/staff/claims/{ref}")
    camera.take(approver.page, "claim-to-confirm", language)
    submit(approver, ".panel--attention form")
    camera.take(approver.page, "preview-confirm", language)
    approver.forget_code()
    submit(approver, "main form")
    camera.take(approver.page, "step-up", language)
    approver.page.locator('input[name="factor_code"]').fill(approver.code_of(APPROVER))
    submit(approver, "main form")
    camera.take(approver.page, "claim-confirmed", language)
    approver.close()


def _report_for_a_customer(stage: Stage, camera: Camera, worker: Worker, language: str) -> None:
    order = next(stage.orders)
    worker.go("/staff/orders")
    camera.take(worker.page, "orders", language)
    worker.page.locator("#find-order").fill(order.mailbox)
    submit(worker, "main .searchline")
    camera.take(worker.page, "orders-found", language)
    worker.go(f"/staff/orders/{order.order_number}/report")
    worker.page.locator('input[name="line_1-chosen"]').check()
    camera.take(worker.page, "report", language)
    submit(worker, "#lines")
    camera.take(worker.page, "report-refused", language)
    worker.page.locator('input[name="line_1-problem"]').first.check()
    submit(worker, "#lines")
    camera.take(worker.page, "claim-reported", language)


def _decline(stage: Stage, camera: Camera, worker: Worker, language: str) -> None:
    guest, ref, _ = stage.told(language, "other", "It smells of the workshop.")
    worker.go(f"/staff/claims/{ref}")
    box = worker.unfold("decline")
    for name in ("decline_reason", "alternative"):
        box.locator(f'select[name="{name}"]').select_option(index=1)
    box.locator("textarea").fill("Unfortunately our policy says no.")
    submit(worker, "#decline")
    camera.take(worker.page, "preview-decline", language)
    guest.page.locator("#talk-words").fill("I found the receipt.")
    submit(guest, ".talkform")
    guest.close()
    submit(worker, "main form")
    camera.take(worker.page, "claim-moved-on", language)
