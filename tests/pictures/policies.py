"""Every page on which policy is written, reviewed and published."""

from tests.journeys.people import APPROVER, POLICY_OWNER, Worker
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage, submit


def photograph_policies(stage: Stage, camera: Camera) -> None:
    """Take every page about policy in both languages."""
    for language in LANGUAGES:
        owner = stage.worker(language, POLICY_OWNER)
        owner.go("/staff/policies/")
        camera.take(owner.page, "policies", language)
        draft = _started(owner, "A longer time for what came damaged")
        camera.take(owner.page, "policy-draft", language)
        _rules(owner, camera, draft, language)
        _text_and_amounts(owner, camera, draft, language)
        _shared(owner, camera, draft, language)
        owner.go(f"{draft}/changes")
        camera.take(owner.page, "policy-changes", language)
        owner.go(draft)
        owner.page.locator("#propose textarea").fill("Ninety days is short for a present.")
        submit(owner, "#propose")
        owner.close()
        _review(stage, camera, draft, language)


def _started(owner: Worker, title: str) -> str:
    """Start a draft and give its address."""
    if not owner.page.locator("#title").is_visible():
        owner.page.locator("#start > summary").click()
    owner.page.locator("#title").fill(title)
    submit(owner, "#start form")
    return owner.page.url.partition("?")[0].partition("#")[0]


def _rules(owner: Worker, camera: Camera, draft: str, language: str) -> None:
    owner.go(f"{draft}/rules/damaged")
    camera.take(owner.page, "policy-rule", language)
    owner.page.locator("#c-days_since_delivered-high").fill("a year")
    submit(owner, "#rule-form")
    camera.take(owner.page, "policy-rule-refused", language)
    owner.page.locator("#c-days_since_delivered-high").fill("365")
    submit(owner, "#rule-form")
    owner.go(f"{draft}/rules/came_late_long_ago")
    camera.take(owner.page, "policy-rule-with-caps", language)
    owner.go(f"{draft}/rules?after=damaged")
    camera.take(owner.page, "policy-rule-new", language)
    owner.go(draft)
    with owner.page.expect_navigation():
        owner.page.locator('[data-acts="worn_out"] summary').click()
        owner.page.locator('[data-acts="worn_out"] a[href*="about="]').click()
    owner.page.locator("#comment-words").fill("Do we want to answer these at all?")
    submit(owner, "#comment")
    owner.go(draft)
    owner.page.locator('[data-acts="worn_out"] summary').click()
    owner.page.locator('[data-acts="worn_out"] [data-act="remove_rule"]').click()
    owner.page.locator(".concern").first.wait_for()
    camera.take(owner.page, "policy-draft-with-a-gap", language)


def _text_and_amounts(owner: Worker, camera: Camera, draft: str, language: str) -> None:
    owner.go(f"{draft}/text")
    camera.take(owner.page, "policy-text", language)
    text = owner.page.locator("#text").input_value()
    owner.page.locator("#text").fill(text.replace("when.days_late = { min = 1 }", "when.days_lat = { min = 1 }", 1))
    submit(owner, "main form")
    camera.take(owner.page, "policy-text-refused", language)
    owner.go(f"{draft}/amounts")
    camera.take(owner.page, "policy-amounts", language)
    owner.page.locator("#amount-photo-BRL").fill("a lot")
    submit(owner, "main form")
    camera.take(owner.page, "policy-amounts-refused", language)


def _shared(owner: Worker, camera: Camera, draft: str, language: str) -> None:
    """Take what rules share: limits, budgets, sets of offers, defaults, and what a market keeps."""
    owner.go(f"{draft}/limits")
    camera.take(owner.page, "policy-limits", language)
    owner.go(f"{draft}/limits/card-180")
    owner.page.locator("#o-limits-remedies").fill("0")
    submit(owner, "#row-form")
    camera.take(owner.page, "policy-limit-refused", language)
    owner.go(f"{draft}/budgets/new")
    camera.take(owner.page, "policy-budget-new", language)
    owner.go(f"{draft}/offers")
    camera.take(owner.page, "policy-offers", language)
    owner.go(f"{draft}/offers/whole")
    camera.take(owner.page, "policy-offers-change", language)
    owner.go(f"{draft}/new-offers")
    camera.take(owner.page, "policy-offers-new", language)
    owner.go(f"{draft}/defaults")
    camera.take(owner.page, "policy-defaults", language)
    owner.go("/staff/policies/markets/all")
    camera.take(owner.page, "policy-market", language)


def _review(stage: Stage, camera: Camera, draft: str, language: str) -> None:
    approver = stage.worker(language, APPROVER)
    approver.go(draft)
    camera.take(approver.page, "policy-in-review", language)
    approver.go(f"{draft}/publish")
    camera.take(approver.page, "policy-publish", language)
    approver.page.locator("#despite").fill(".")
    approver.page.locator("#start-later").check()
    submit(approver, "main form")
    camera.take(approver.page, "policy-publish-refused", language)
    # Nothing is published, so that whatever is photographed next is decided as it always was.
    approver.go("/staff/policies/versions/all/1")
    camera.take(approver.page, "policy-version", language)
    approver.go("/staff/policies/versions/all/1/changes")
    camera.take(approver.page, "policy-version-changes", language)
    approver.close()
