"""After a remedy: goods that were sent again and went wrong again, and credit that was granted in error."""

from typing import Any

from tests.journeys.people import APPROVER
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage, submit
from tests.support.running import eventually

_SENT = """
    SELECT o.order_number, p.ref FROM replacements p JOIN remedies r ON r.id = p.remedy_id
    JOIN claims c ON c.id = r.claim_id JOIN orders o ON o.id = c.order_id
    WHERE c.ref = %(ref)s AND p.state IN ('shipped', 'delivered')
"""
_GRANTED = """
    SELECT r.ref FROM remedies r JOIN claims c ON c.id = r.claim_id WHERE c.ref = %(ref)s AND c.state = 'made_whole'
"""


def photograph_afterwards(stage: Stage, customers: Camera, staff: Camera) -> None:
    """Take them in both languages."""
    for language in LANGUAGES:
        _sent_again(stage, customers, staff, language)
        _granted_in_error(stage, staff, language)


def _sent_again(stage: Stage, customers: Camera, staff: Camera, language: str) -> None:
    guest, ref, order = stage.told(language, "missing_package")
    guest.take("replacement")
    guest.close()
    sent: Any = eventually(lambda: stage.running.rows(_SENT, {"ref": ref}), f"{ref} is sent again")[0]
    path = f"/orders/{sent.order_number}/sent-again/{sent.ref}/report"
    guest = stage.guest(order.mailbox, language)
    guest.go("/orders")
    customers.take(guest.page, "orders-sent-again", language)
    guest.go(path)
    customers.take(guest.page, "report-sent-again", language)
    guest.close()
    worker = stage.worker(language)
    worker.go(f"/staff{path}")
    staff.take(worker.page, "report-sent-again", language)
    worker.close()


def _granted_in_error(stage: Stage, camera: Camera, language: str) -> None:
    guest, ref, _ = stage.told(language, "missing_line")
    guest.take("store_credit")
    guest.close()
    remedy = eventually(lambda: stage.running.rows(_GRANTED, {"ref": ref}), f"{ref} is carried out")[0].ref
    approver = stage.worker(language, APPROVER)
    approver.go(f"/staff/claims/{ref}/credit/{remedy}")
    camera.take(approver.page, "credit-taken-back", language)
    submit(approver, "main form")
    camera.take(approver.page, "credit-taken-back-refused", language)
    approver.close()
