"""The pages of lists and budgets, and a claim that a list leaves to a person."""

from typing import Any

from tests.journeys.people import APPROVER, Worker
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage, submit


def photograph_holding(stage: Stage, camera: Camera) -> None:
    """Take them in both languages."""
    for language in LANGUAGES:
        order = next(stage.orders)
        worker = stage.worker(language, APPROVER)
        worker.go("/staff/lists/new")
        camera.take(worker.page, "list-new", language)
        submit(worker, "main form")
        camera.take(worker.page, "list-new-refused", language)
        _list(worker, order.mailbox)
        camera.take(worker.page, "list-entry", language)
        submit(worker, "main form")
        camera.take(worker.page, "list-entry-refused", language)
        worker.go("/staff/lists/")
        camera.take(worker.page, "lists", language)
        _held(stage, camera, worker, order, language)
        worker.go("/staff/budgets/")
        camera.take(worker.page, "budgets", language)
        worker.close()


def _list(worker: Worker, mailbox: str) -> None:
    worker.page.locator("#mailbox").fill(mailbox)
    worker.page.locator('input[name="kind"][value="block"]').check()
    worker.page.locator("#reason").fill("Three parcels came back to us empty, and the photos are of another box.")
    submit(worker, "main form")


def _held(stage: Stage, camera: Camera, worker: Worker, order: Any, language: str) -> None:
    guest = stage.guest(order.mailbox, language)
    guest.say(order.order_number, dict.fromkeys(range(1, order.lines + 1), "faulty"), "It hums.")
    submit(guest, "#lines")
    ref = guest.claim_ref
    guest.close()
    worker.go(f"/staff/claims/{ref}")
    camera.take(worker.page, "claim-held", language)
    worker.go(f"/staff/claims/{ref}/list")
    camera.take(worker.page, "list-new-of-claim", language)
