"""What only a person can put right: the queue that names it, and the page of each kind that has one."""

from collections.abc import Mapping

from portal.domain.refund_list import Listed, ListRead
from portal.domain.troubles import HAS_WAYS, UNKNOWN_OUTCOME, TroubleKind
from portal.records import troubles
from portal.services.open_trouble import tell_of_trouble
from portal.services.toolkit import Toolkit
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage

_REFUND: Mapping[str, object] = {"amount_minor": 5_500, "currency": "BRL"}
# What each is about, and what is known of it; of the others, a refund.
_TOLD: Mapping[TroubleKind, tuple[str, Mapping[str, object]]] = {
    TroubleKind.POISON_EVENT: ("stripe evt_1QLost", {"reason": "ValueError"}),
    TroubleKind.INVARIANT_BROKEN: (
        "journal_balances",
        {"says": "Every entry of the journal adds up to nothing.", "rows": 1, "refs": ["JRN-41902"]},
    ),
}
_NEWEST = "SELECT ref FROM troubles WHERE kind = %(kind)s ORDER BY id DESC LIMIT 1"


def photograph_troubles(stage: Stage, camera: Camera) -> None:
    """Take them in both languages; of a refund whose outcome nobody knows the provider's list was read."""
    for language in LANGUAGES:
        worker = stage.worker(language)
        for kind in sorted(HAS_WAYS):
            with stage.running.toolkit() as toolkit:
                subject, detail = _TOLD.get(kind, ("RFD-7Q4K2XW", _REFUND))
                tell_of_trouble(toolkit, kind, subject=subject, claim_id=None, **detail)
                ref = stage.running.rows(_NEWEST, {"kind": kind})[0].ref
                if kind in UNKNOWN_OUTCOME:
                    _read_the_list(toolkit, ref)
            worker.go(f"/staff/troubles/{ref}")
            camera.take(worker.page, f"trouble-{kind.replace('_', '-')}", language)
        worker.go("/staff/")
        camera.take(worker.page, "queue-with-troubles", language)
        worker.close()


def _read_the_list(toolkit: Toolkit, ref: str) -> None:
    listed = (Listed("re_3PqL", 5_500, "BRL", "succeeded", None), Listed("re_9XbC", 100, "BRL", "succeeded", None))
    with toolkit.transaction() as session:
        trouble = troubles.hold(session, ref)
        if trouble is None:
            raise LookupError(ref)
        troubles.keep(trouble, **ListRead(toolkit.now(), listed).to_detail())
