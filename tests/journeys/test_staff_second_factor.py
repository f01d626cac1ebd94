"""Somebody new sets up a second factor on a phone without JavaScript, and gives it again before a decision."""

from typing import Any

import pytest

from portal.domain.authority import Role
from portal.services.create_demonstration_staff import WORDS_TO_COME_IN
from portal.services.create_staff import create_staff
from tests.journeys.bar import PHONE
from tests.journeys.people import Guest, Worker
from tests.support.running import Running

NEW = "juno@goodparcel.example"


def hire(running: Running) -> None:
    with running.toolkit() as toolkit:
        create_staff(
            toolkit,
            mailbox=NEW,
            name="Hana Ito",
            role=Role.APPROVER,
            password=WORDS_TO_COME_IN,
            limits={"BRL": 1_000_000},
        )


@pytest.mark.proves("input 35", "input 37")
def test_a_newcomer_enrols_and_confirms_a_decision_with_the_code(running: Running, opens: Any):
    guest = opens(Guest, running)
    worker = opens(Worker, running, viewport=PHONE, java_script_enabled=False)
    hire(running)
    guest.is_in("cecilia.nobrega@example.com")
    ref = guest.tell("AURORA-1022", {1: "other"}, "It smells of smoke.")

    worker.knock(NEW)
    worker.go("/staff/")
    led_to = worker.heading
    secret = worker.page.locator("code").inner_text().replace(" ", "")
    worker.page.locator('input[name="factor_code"]').fill(worker.code_of(NEW, secret))
    worker.send("main form")
    codes = worker.page.locator("main ol code").all_inner_texts()
    worker.follow("I have them; go on")
    worker.open_claim(ref)
    worker.unfold("approve").get_by_label("Why yes, for colleagues").fill("Nobody wants smoke.")
    worker.press("See the mail", within="details#approve")
    worker.forget_code()
    worker.send("main form")
    asked = worker.words
    worker.page.locator('input[name="factor_code"]').fill(worker.code_of(NEW, secret))
    worker.send("main form")

    assert led_to == "Set up your second factor"
    assert len(set(codes)) == 10
    assert "Nobody wants smoke." in asked
    assert "Approved." in worker.words
