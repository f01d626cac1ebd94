"""Every page of the customer's front, and every state of the claim page."""

from tests.journeys.people import Guest
from tests.pictures.camera import LANGUAGES, Camera
from tests.pictures.stage import Stage, submit
from tests.support.running import eventually

_ORDERS = {"en": "AURORA-1011", "pt_BR": "AURORA-1012"}
_SINGLE = {"en": "AURORA-1029", "pt_BR": "AURORA-1003"}
_SEVERAL = {"en": "AURORA-1021", "pt_BR": "AURORA-1013"}
_VOUCHERS = {"en": "AURORA-1014", "pt_BR": "AURORA-1016"}
STRANGERS = {"en": "a.stranger@example.org", "pt_BR": "um.estranho@example.org"}
MAILBOXES = {"en": "alice.penhaligon@example.com", "pt_BR": "iara@example.com"}
_STREETLESS = "AURORA-1026"
_TOLD = """
    SELECT c.ref, m.mailbox FROM claims c JOIN orders o ON o.id = c.order_id JOIN customers m ON m.id = c.customer_id
    WHERE o.order_number = %(n)s
"""
_REFUND = """
    SELECT r.provider_ref FROM refunds r JOIN remedies d ON d.id = r.remedy_id JOIN claims c ON c.id = d.claim_id
    WHERE c.ref = %(ref)s
"""


def photograph(stage: Stage, camera: Camera) -> None:
    """Take every scene in both languages."""
    for language in LANGUAGES:
        for scene in (
            _door,
            _withdrawal,
            _promise,
            _orders,
            _report,
            _offers,
            _evidence,
            _people,
            _remedies,
            _endings,
            _errors,
        ):
            scene(stage, camera, language)


def _door(stage: Stage, camera: Camera, language: str) -> None:
    guest = Guest(stage.browser, stage.running, None, locale=language.replace("_", "-"))
    guest.go("/")
    camera.take(guest.page, "home", language)
    guest.page.locator('input[name="mailbox"]').fill("ana at example.org")
    submit(guest, "main form")
    camera.take(guest.page, "home-refused", language)
    guest.page.locator('input[name="mailbox"]').fill(STRANGERS[language])
    submit(guest, "main form")
    camera.take(guest.page, "code", language)
    guest.page.locator('input[name="code"]').fill("000000")
    submit(guest, "main form")
    camera.take(guest.page, "code-refused", language)
    guest.go("/")
    guest.page.locator('input[name="mailbox"]').fill(MAILBOXES[language])
    submit(guest, "main form")
    eventually(lambda: stage.running.sandbox.mails(MAILBOXES[language]), "the mail with the code")
    guest.close()


def _withdrawal(stage: Stage, camera: Camera, language: str) -> None:
    guest = Guest(stage.browser, stage.running, None, locale=language.replace("_", "-"))
    guest.go("/withdraw")
    camera.take(guest.page, "withdraw", language)
    submit(guest, "#withdraw")
    camera.take(guest.page, "withdraw-refused", language)
    guest.close()
    guest = stage.withdrawing(language)
    camera.take(guest.page, "withdraw-confirm", language)
    submit(guest, "main form")
    camera.take(guest.page, "withdrawn", language)
    guest.close()
    mailbox, number = stage.european()
    guest = stage.guest(mailbox, language)
    guest.go(f"/orders/{number}/withdraw")
    camera.take(guest.page, "withdraw-order", language)
    guest.close()


def _promise(stage: Stage, camera: Camera, language: str) -> None:
    guest = Guest(stage.browser, stage.running, None, locale=language.replace("_", "-"))
    guest.go("/how-we-make-things-right")
    camera.take(guest.page, "promise", language)
    guest.page.locator("#about-damaged summary").click()
    camera.take(guest.page, "promise-damaged", language)
    guest.close()


def _orders(stage: Stage, camera: Camera, language: str) -> None:
    guest = stage.guest("helena.prado@example.com", language)
    guest.go("/orders")
    camera.take(guest.page, "orders", language)
    guest.go("/credit")
    camera.take(guest.page, "credit-none", language)
    guest.close()


def _report(stage: Stage, camera: Camera, language: str) -> None:
    number = _ORDERS[language]
    mailbox = stage.running.rows(
        "SELECT c.mailbox FROM customers c JOIN orders o ON o.customer_id = c.id WHERE o.order_number = %(n)s",
        {"n": number},
    )[0].mailbox
    guest = stage.guest(mailbox, language)
    guest.go(f"/orders/{number}/report")
    camera.take(guest.page, "report", language)
    guest.page.locator('input[name="line_1-chosen"]').check()
    camera.take(guest.page, "report-ticked", language)
    submit(guest, "#lines")
    camera.take(guest.page, "report-refused", language)
    guest.close()


def _offers(stage: Stage, camera: Camera, language: str) -> None:
    guest, _, _ = stage.told(language, "missing_line", "The box was closed, and it was not in it.")
    camera.take(guest.page, "claim-offers", language)
    guest.close()
    guest, _ = stage.told_of(_VOUCHERS[language], language, {1: "missing_line"})
    camera.take(guest.page, "claim-offers-vouchers", language)
    guest.close()
    guest, _ = stage.told_of(_SEVERAL[language], language, {1: "missing_line", 2: "not_as_described"})
    camera.take(guest.page, "claim-offers-by-line", language)
    guest.close()
    guest = _without_a_street(stage, language)
    camera.take(guest.page, "claim-offers-street", language)
    with guest.page.expect_navigation():
        guest.page.locator('button[form="take-replacement"]').click()
    camera.take(guest.page, "claim-offers-refused", language)
    guest.close()


def _without_a_street(stage: Stage, language: str) -> Guest:
    """Open the offers for an order to no street: there is one such order, which is told about once."""
    if language == LANGUAGES[0]:
        return stage.told_of(_STREETLESS, language, {1: "missing_package"})[0]
    told = stage.running.rows(_TOLD, {"n": _STREETLESS})[0]
    guest = stage.guest(told.mailbox, language)
    guest.go(f"/claims/{told.ref}")
    return guest


def _evidence(stage: Stage, camera: Camera, language: str) -> None:
    number = {"en": "AURORA-1005", "pt_BR": "AURORA-1015"}[language]
    guest, _ = stage.told_of(number, language, {1: "damaged"}, "It came bent.")
    camera.take(guest.page, "claim-photo-wanted", language)
    guest.page.locator("#photos").set_input_files(stage.photo)
    submit(guest, 'form[action$="/photos"]')
    camera.take(guest.page, "claim-photo-given", language)
    guest.close()


def _people(stage: Stage, camera: Camera, language: str) -> None:
    guest, ref, _ = stage.told(language, "other", "The colour rubs off on everything.")
    camera.take(guest.page, "claim-with-a-person", language)
    worker = stage.worker("en")
    worker.open_claim(ref)
    worker.unfold("ask").locator("textarea").fill("Does it also rub off when it is dry?")
    worker.preview("ask", button="Send")
    worker.close()
    guest.go(f"/claims/{ref}")
    camera.take(guest.page, "claim-question", language)
    guest.page.locator("#answer").fill("Yes, also when it is dry.")
    submit(guest, 'form[action$="/answer"]')
    camera.take(guest.page, "claim-answered", language)
    guest.page.locator("#talk-words").fill("Here is one more thing.")
    submit(guest, ".talkform")
    camera.take(guest.page, "claim-talk", language)
    guest.close()


def _remedies(stage: Stage, camera: Camera, language: str) -> None:
    stage.running.sandbox.post("/sandbox/deliveries", {"paused": True})
    guest, ref, _ = stage.told(language, "missing_package")
    guest.take("replacement")
    camera.take(guest.page, "claim-accepted", language)
    stage.running.sandbox.post("/sandbox/deliveries", {"paused": False})
    _until(guest, ref, "made_whole")
    camera.take(guest.page, "claim-sent-again", language)
    guest.close()
    for kind, scene in (("refund", "claim-money-back"), ("store_credit", "claim-credit")):
        guest, ref, _ = stage.told(language, "missing_line")
        guest.take(kind)
        _until(guest, ref, "made_whole")
        camera.take(guest.page, scene, language)
        if kind == "refund":
            provider_ref = stage.running.rows(_REFUND, {"ref": ref})[0].provider_ref
            stage.running.sandbox.move_refund(provider_ref, "failed")
            _until(guest, ref, "offered")
            camera.take(guest.page, "claim-money-came-back", language)
        else:
            guest.go("/credit")
            camera.take(guest.page, "credit", language)
            guest.go("/orders")
            camera.take(guest.page, "orders-with-claim", language)
        guest.close()


def _endings(stage: Stage, camera: Camera, language: str) -> None:
    guest, _ = stage.told_of(
        {"en": "AURORA-1031", "pt_BR": "AURORA-1004"}[language], language, dict.fromkeys((1, 2), "missing_package")
    )
    camera.take(guest.page, "claim-waiting", language)
    with guest.page.expect_navigation():
        guest.page.locator('a[href$="/correct"]').click()
    camera.take(guest.page, "correct", language)
    guest.page.go_back()
    guest.page.locator("details", has=guest.page.locator('form[action$="/withdraw"]')).locator("summary").click()
    camera.take(guest.page, "claim-take-it-back", language)
    submit(guest, 'form[action$="/withdraw"]')
    camera.take(guest.page, "claim-withdrawn", language)
    guest.close()
    guest, _ = stage.told_of(
        {"en": "AURORA-1038", "pt_BR": "AURORA-1039"}[language], language, {1: "charged_wrongly"}, "It is too much."
    )
    camera.take(guest.page, "claim-declined", language)
    guest.close()


def _errors(stage: Stage, camera: Camera, language: str) -> None:
    guest = stage.guest("helena.prado@example.com", language)
    guest.go("/claims/CLM-NOWHERE")
    camera.take(guest.page, "error-not-found", language)
    guest.close()
    guest, _, _ = stage.told(language, "missing_line")
    guest.page.locator('input[name="version"]').first.evaluate("one => { one.value = '9999' }")
    with guest.page.expect_navigation():
        guest.page.locator(".offer__take").first.click()
    camera.take(guest.page, "error-moved-on", language)
    guest.page.go_back()
    guest.page.locator("#talk-words").fill("These words are kept.")
    guest.context.clear_cookies()
    submit(guest, ".talkform")
    camera.take(guest.page, "session-ended", language)
    guest.close()


def _until(guest: Guest, ref: str, state: str) -> None:
    """Wait until a claim has come to a state, and open it."""
    asked = "SELECT 1 FROM claims WHERE ref = %(ref)s AND state = %(state)s"
    eventually(lambda: guest.running.rows(asked, {"ref": ref, "state": state}), f"{ref} is {state}")
    guest.go(f"/claims/{ref}")
