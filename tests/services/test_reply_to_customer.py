"""Words between staff and the customer: kept once, sent as they were shown, and the queue knows who waits."""

from portal.domain.problems import Problem
from portal.domain.refs import new_ref
from portal.records import claims
from portal.services.add_note import Note, add_note
from portal.services.ask_customer import Question
from portal.services.open_claim import Page
from portal.services.preview_letter import Act, preview_letter, send_answer
from portal.services.reply_to_customer import Reply
from portal.services.write_to_us import Words, write_to_us
from tests.support.shop import Shop
from tests.support.staff_made import a_staff_member


def a_page(shop: Shop, ref: str) -> Page:
    return Page(ref, shop.claim(ref).version, new_ref("key", 12))


def do(shop: Shop, act: Act) -> None:
    person = a_staff_member(shop.toolkit)
    digest = preview_letter(shop.toolkit, staff_id=person, act=act).digest
    for _ in range(2):
        send_answer(shop.toolkit, staff_id=person, act=act, digest=digest)


def test_an_answer_clears_who_waits_and_leaves_once(shop: Shop) -> None:
    order = shop.order(delivered=None)
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    write_to_us(shop.toolkit, customer_id=order.customer_id, words=Words(ref, "w", "Where is it?"))
    assert shop.claim(ref).answer_by is not None

    do(shop, Reply(a_page(shop, ref), "We found it in Santos.\nIt comes on Monday."))
    shop.work()

    claim = shop.claim(ref)
    assert (claim.waits_for_answer, claim.answer_by) == (False, None)
    assert shop.letters(order).count("answer_from_person") == 1
    body = shop.rows("SELECT body FROM letters WHERE template = 'answer_from_person'")[0][0]
    assert "We found it in Santos." in body


def test_the_mail_that_leaves_is_the_mail_that_was_shown(shop: Shop) -> None:
    order = shop.order(delivered=None)
    ref = shop.report(order, Problem.MISSING_PACKAGE)
    person, act = a_staff_member(shop.toolkit), Reply(a_page(shop, ref), "We look at it today.")
    shown = preview_letter(shop.toolkit, staff_id=person, act=act)

    send_answer(shop.toolkit, staff_id=person, act=act, digest=shown.digest)
    shop.work()

    sent = shop.rows("SELECT title, body FROM letters WHERE template = 'answer_from_person'")[0]
    assert tuple(sent) == (shown.mail.subject, shown.mail.text)


def test_the_customers_answer_brings_a_question_back(shop: Shop) -> None:
    order = shop.order(lines=(("Copper still", "1995.00", 1),))
    ref = shop.report(order, Problem.DAMAGED)
    shop.later(hours=1)
    do(shop, Question(a_page(shop, ref), "Which part broke?", shop.now().replace(day=25)))
    assert shop.claim(ref).state == "awaiting_customer"

    write_to_us(shop.toolkit, customer_id=order.customer_id, words=Words(ref, "w", "The neck."))

    claim = shop.claim(ref)
    assert (claim.state, claim.waits_for_answer) == ("escalated", True)


def test_a_note_is_kept_once_and_changes_nothing_else(shop: Shop) -> None:
    order = shop.order(lines=(("Copper still", "1995.00", 1),))
    ref = shop.report(order, Problem.DAMAGED)
    person, version = a_staff_member(shop.toolkit), shop.claim(ref).version

    for _ in range(2):
        add_note(shop.toolkit, staff_id=person, note=Note(ref, "once", "The vendor knows."))

    with shop.toolkit.reading() as session:
        claim = claims.found(session, ref)
        assert claim is not None
        kept = claims.messages(session, claim.id, notes=True)
    assert [(one.kind, one.body) for one in kept] == [("note", "The vendor knows.")]
    assert shop.claim(ref).version == version
