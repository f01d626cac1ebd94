"""Reaching customers first: the list with its form, one being counted to one whose rest was approved, and the link."""

from portal.services.give_outreach import go_on_with_outreach
from portal.services.outreach_token import link_to_stop
from tests.journeys.people import APPROVER, POLICY_OWNER, Guest, Worker
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage, submit
from tests.support.running import eventually

_STATE = "SELECT state FROM outreaches WHERE ref = %(ref)s"
_OURS = "SELECT ref FROM claims WHERE raised_by = 'system:outreach' ORDER BY id DESC LIMIT 1"


def photograph_outreach(stage: Stage, customers: Camera, staff: Camera) -> None:
    """Take them in both languages, each with an outreach of its own."""
    for number, language in enumerate(LANGUAGES):
        owner = stage.worker(language, POLICY_OWNER)
        owner.go("/staff/outreach/")
        if number == 0:
            staff.take(owner.page, "outreach-none", language)
        _refused(owner, staff, language)
        ref = _counted(stage, owner, staff, language)
        _told(stage, owner, ref)
        owner.go(f"/staff/outreach/{ref}")
        staff.take(owner.page, "outreach-waits", language)
        approver = stage.worker(language, APPROVER)
        approver.go(f"/staff/outreach/{ref}")
        staff.take(approver.page, "outreach-second", language)
        # Approved first: who starts the next one could not, two weeks long, where nobody approved this one.
        for act in ("approve", "stop"):
            with approver.page.expect_navigation():
                approver.page.locator(f"button[value={act}]").click()
        owner.go("/staff/outreach/")
        staff.take(owner.page, "outreach-list", language)
        owner.close()
        approver.close()
        _behind_the_link(stage, customers, language)


def _refused(owner: Worker, camera: Camera, language: str) -> None:
    owner.page.locator("#words").fill("Silent ones")
    owner.page.locator("form[action$='/outreach/']").evaluate("form => form.noValidate = true")
    owner.page.locator("#wave_size").fill("0")
    submit(owner, "form[action$='/outreach/']")
    camera.take(owner.page, "outreach-refused", language)


def _counted(stage: Stage, owner: Worker, camera: Camera, language: str) -> str:
    owner.page.locator("#wave_size").fill("1")
    owner.page.locator("#silent_days").fill("3")
    owner.page.locator("#kept_back_share").fill("20")
    submit(owner, "form[action$='/outreach/']")
    ref = owner.page.url.rpartition("/")[2]
    eventually(lambda: stage.running.rows(_STATE, {"ref": ref})[0].state == "ready", f"{ref} is counted")
    owner.go(f"/staff/outreach/{ref}")
    camera.take(owner.page, "outreach-counted", language)
    return ref


def _told(stage: Stage, owner: Worker, ref: str) -> None:
    with owner.page.expect_navigation():
        owner.page.locator("button[value=start]").click()

    def is_told() -> bool:
        with stage.running.toolkit() as toolkit:
            go_on_with_outreach(toolkit, ref=ref)
        return bool(stage.running.rows(_STATE, {"ref": ref})[0].state == "awaiting_second")

    eventually(is_told, f"{ref} waits for a second person")


def _behind_the_link(stage: Stage, camera: Camera, language: str) -> None:
    (claim,) = stage.running.rows(_OURS)
    with stage.running.toolkit() as toolkit:
        link = link_to_stop("", toolkit.secret_key, claim.ref)
    window = Guest(stage.browser, stage.running, None, locale=language.replace("_", "-"))
    window.go(link)
    camera.take(window.page, "no-such-mails", language)
    submit(window, "main form")
    camera.take(window.page, "no-such-mails-stopped", language)
    window.close()
