"""A trouble that needs more than a word has a page: what is known, and what can be done, without scripts."""

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.refund_list import Listed, ListRead
from portal.domain.troubles import TroubleKind
from portal.records import troubles
from portal.services.hear_event import hear_event
from portal.services.open_trouble import tell_of_trouble
from tests.support.page import Page, Visitor
from tests.support.web import rows, sign_in_staff, toolkit_of

AMOUNT: dict[str, object] = {"amount_minor": 5500, "currency": "BRL"}


def visitor_of(app: Flask, role: Role = Role.AGENT, limit: int = 500_000) -> Visitor:
    visitor = Visitor(app)
    sign_in_staff(visitor.client, role, limits={"BRL": limit})
    return visitor


def opened(app: Flask, kind: TroubleKind, detail: dict[str, object], subject: str = "RFD-1") -> str:
    tell_of_trouble(toolkit_of(app), kind, subject=subject, claim_id=None, **detail)
    ref: str = rows(app, "SELECT ref FROM troubles ORDER BY id DESC LIMIT 1")[0][0]
    return ref


def with_list(app: Flask, ref: str, *listed: Listed) -> None:
    toolkit = toolkit_of(app)
    with toolkit.transaction() as session:
        trouble = troubles.hold(session, ref)
        assert trouble is not None
        troubles.keep(trouble, **ListRead(toolkit.now(), listed).to_detail())


def test_before_the_list_was_read_only_reading_it_can_be_asked_for(app: Flask):
    ref = opened(app, TroubleKind.UNKNOWN_TOO_LONG, AMOUNT)
    visitor = visitor_of(app)

    page = visitor.get("/staff/").follow("See what can be done")
    after = page.submit("Read the list now")

    assert "Nothing can be decided before" in page.text
    assert "What does the list say?" not in page.text
    assert "Being read" in after.text
    asked = "SELECT args ->> 'trouble_ref' FROM jobs.procrastinate_jobs WHERE task_name = 'refunds.read_list'"
    assert rows(app, asked) == [(ref,)]


def test_a_list_that_we_cannot_read_is_said_so_and_offers_nothing(app: Flask):
    ref = opened(app, TroubleKind.UNKNOWN_TOO_LONG, {**AMOUNT, "not_read": True})

    page = visitor_of(app).get(f"/staff/troubles/{ref}")

    assert "has something in it that our software does not know yet" in page.text
    assert "What does the list say?" not in page.text
    assert "Read the list now" in page.text


def test_a_list_that_was_just_read_offers_to_adopt_the_one_that_fits_or_to_give_up(app: Flask):
    ref = opened(app, TroubleKind.KEY_MISUSED, AMOUNT)
    same, other = Listed("re_same", 5500, "BRL", "succeeded", None), Listed("re_other", 100, "BRL", "succeeded", None)
    with_list(app, ref, same, other)

    page = visitor_of(app).get(f"/staff/troubles/{ref}")

    assert "It is there: re_same is this refund" in page.text
    assert "re_other is this refund" not in page.text
    assert "It is not there: give it up and offer another way" in page.text


def test_choosing_nothing_is_said_on_the_page(app: Flask):
    ref = opened(app, TroubleKind.UNKNOWN_TOO_LONG, AMOUNT)
    with_list(app, ref)
    visitor = visitor_of(app)

    page = visitor.get(f"/staff/troubles/{ref}").submit("Do it", status=422)

    assert "Please choose what the list says." in page.text


def test_above_the_limit_the_page_says_that_a_second_person_confirms(app: Flask):
    ref = opened(app, TroubleKind.UNKNOWN_TOO_LONG, AMOUNT)
    with_list(app, ref)

    page = visitor_of(app, limit=5499).get(f"/staff/troubles/{ref}")

    assert "you propose, and an approver confirms" in page.text


def test_a_refund_that_waits_for_its_customer_can_be_cancelled(app: Flask):
    ref = opened(app, TroubleKind.CUSTOMER_MUST_ACT, {"due_at": "2026-12-01T12:00:00+00:00", **AMOUNT})

    page = visitor_of(app).get(f"/staff/troubles/{ref}")

    assert "Look at it by" in page.text
    assert "Cancel it and offer another way" in page.text


def test_while_it_is_being_cancelled_and_where_that_was_refused_it_can_be_asked_for_again(app: Flask):
    due = {"due_at": "2026-12-01T12:00:00+00:00", **AMOUNT}
    asked = opened(app, TroubleKind.CUSTOMER_MUST_ACT, {"asked_at": "2026-11-20T12:00:00+00:00", **due})
    refused = opened(app, TroubleKind.CUSTOMER_MUST_ACT, {"not_cancelled": "charge_expired", **due}, "RFD-2")
    visitor = visitor_of(app)

    pages = [visitor.get(f"/staff/troubles/{ref}").text for ref in (asked, refused)]

    assert "Being cancelled" in pages[0]
    assert "says: charge_expired" in pages[1]
    assert all("Cancel it and offer another way" in page for page in pages)


@pytest.mark.proves("fault 36")
def test_a_message_that_cannot_be_applied_is_left_with_a_reason_and_a_name(app: Flask):
    toolkit = toolkit_of(app)
    payload = {"data": {"object": {"object": "refund", "id": "re_1"}}}
    hear_event(toolkit, sender="stripe", event_id="evt_1", kind="refund.updated", payload=payload)
    ref = opened(app, TroubleKind.POISON_EVENT, {"reason": "KeyError"}, "stripe evt_1")
    visitor = visitor_of(app)

    refused = visitor.get(f"/staff/troubles/{ref}").submit("Leave it", status=422)
    done: Page = refused.submit("Leave it", reason="A test of the provider's.")

    assert "Please say why" in refused.text
    assert "To put right" not in done.text
    ((outcome, applied),) = rows(app, "SELECT outcome, applied_at IS NOT NULL FROM incoming_events")
    assert outcome.startswith("left by a person: staff:")
    assert applied
    ((why, who),) = rows(app, "SELECT detail ->> 'left_because', closed_by FROM troubles")
    assert why == "A test of the provider's."
    assert who.startswith("staff:")


def test_what_the_nightly_check_found_is_a_table_and_cannot_be_closed_by_hand(app: Flask):
    found: dict[str, object] = {"says": "every entry sums to zero", "rows": 2, "refs": ["JRN-1", "JRN-2"]}
    ref = opened(app, TroubleKind.INVARIANT_BROKEN, found, "L1")
    visitor = visitor_of(app)

    page = visitor.get(f"/staff/troubles/{ref}")
    queue = visitor.get("/staff/")

    assert "every entry sums to zero" in page.text
    assert "JRN-2" in page.text
    assert "2 rows break it." in page.text
    assert "It is put right" not in page.text
    assert "It is put right" not in queue.text


def test_one_that_is_over_leads_back_to_the_queue_and_an_unknown_one_is_not_found(app: Flask):
    ref = opened(app, TroubleKind.UNKNOWN_TOO_LONG, AMOUNT)
    toolkit = toolkit_of(app)
    with toolkit.transaction() as session:
        troubles.close_named(session, ref, actor="staff:1", now=toolkit.now())
    visitor = visitor_of(app)

    assert "Claims that need a person" in visitor.get(f"/staff/troubles/{ref}").text
    visitor.get("/staff/troubles/TRB-NONE", status=404)
