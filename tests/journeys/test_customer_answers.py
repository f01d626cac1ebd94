"""What a customer can still do beside taking a remedy: write, show, take back, say it another way."""

from pathlib import Path
from typing import Any

from PIL import Image

from tests.journeys.people import AGENT, Guest, Worker
from tests.support.running import Running


def test_words_to_a_person_reach_the_queue_and_the_answer_stands_on_the_page_and_in_a_mail(
    running: Running, opens: Any
):
    guest, worker, mailbox = opens(Guest, running), opens(Worker, running), "tiago.quadros@example.com"

    guest.is_in(mailbox)
    ref = guest.tell("AURORA-1004", {1: "missing_package", 2: "missing_package"})
    waits = guest.words
    guest.page.get_by_label("Write to us").fill("My son's birthday is on Sunday. Will it come before?")
    guest.press("Send", within=".talkform")
    worker.come_in(AGENT)
    queue = worker.words
    worker.open_claim(ref)
    worker.unfold("reply").get_by_label("Your answer").fill("I called the carrier: it comes on Friday.")
    worker.preview("reply", button="Send")
    guest.until("it comes on Friday")

    assert "We look again on" in waits
    assert ref in queue
    assert "My son's birthday" in worker.words
    assert guest.mail(mailbox, ref, "it comes on Friday")


def test_a_photo_is_asked_for_after_the_apology_and_opens_the_remedies(running: Running, opens: Any, tmp_path: Path):
    guest = opens(Guest, running)
    photo = tmp_path / "plate.jpg"
    Image.new("RGB", (800, 600), "#8ad9c7").save(photo)

    guest.is_in("otavio.brandao@example.com")
    guest.tell("AURORA-1005", {1: "damaged"}, "The rim is bent.")
    asked = guest.words
    guest.page.get_by_label("Your photos").set_input_files(photo)
    guest.press("Send the photos")
    guest.take("refund")
    guest.until("Promise kept")

    assert asked.lower().index("sorry") < asked.index("Could you show us?")
    assert guest.page.locator(".photos img").count() == 1


def test_a_report_that_solved_itself_is_taken_back_and_can_be_told_again(running: Running, opens: Any):
    guest = opens(Guest, running)

    guest.is_in("cecilia.nobrega@example.com")
    first = guest.tell("AURORA-1003", {1: "missing_package"})
    guest.page.get_by_text("Take it back", exact=True).click()
    guest.press("Yes, take it back")
    heading = guest.heading
    second = guest.tell("AURORA-1003", {1: "missing_package"})

    assert heading == "Taken back"
    assert first != second


def test_a_report_is_told_another_way_while_nothing_has_moved(running: Running, opens: Any):
    guest = opens(Guest, running)

    guest.is_in("rafael.monteiro@example.com")
    first = guest.tell("AURORA-1002", {1: "late"})
    guest.follow("Change what you told us")
    guest.page.locator('input[name="line_1-problem"][value="wrong"]').check()
    guest.page.get_by_label("In your own words").fill("A red lamp came.")
    guest.press("Save the change")
    second = guest.claim_ref

    assert first != second
    assert "A red lamp came." in guest.words
    assert "Something different came" in guest.words
    assert running.rows("SELECT state FROM claims WHERE ref = %(ref)s", {"ref": first})[0].state == "withdrawn"


def test_nothing_that_is_missing_from_a_report_is_lost_or_sent(running: Running, opens: Any):
    guest = opens(Guest, running)

    guest.is_in("otavio.brandao@example.com")
    guest.say("AURORA-1012", {}, "Two plates have a crack.")
    guest.press("Tell us")
    refused = guest.words
    guest.page.locator('input[name="line_1-chosen"]').check()
    guest.page.locator('input[name="line_1-quantity"]').fill("7")
    guest.page.locator('input[name="line_1-problem"][value="damaged"]').check()
    guest.press("Tell us")
    too_many = guest.words
    guest.page.locator('input[name="line_1-quantity"]').fill("2")
    guest.press("Tell us")

    assert "Please tick what it is about." in refused
    assert "It can be 1 to 6." in too_many
    assert "2 × Prato raso" in guest.words
    assert "Two plates have a crack." in guest.words
