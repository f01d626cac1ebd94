"""Lists and what limits held back, as staff see them: kept by few, told in plain words, refused with what was typed."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.problems import Problem
from tests.support.builders import LATE, OrderMade
from tests.support.customer_front import Front
from tests.support.page import Page, Visitor
from tests.support.queries import counted_queries
from tests.support.web import rows, sign_in_staff

WHY = "Three parcels of theirs\ncame back empty."


@pytest.fixture
def front(app: Flask) -> Front:
    return Front(app)


def keeper(front: Front, role: Role = Role.APPROVER) -> Visitor:
    visitor = Visitor(front.app)
    sign_in_staff(visitor.client, role, limits={"BRL": 1_000})
    return visitor


def lost(front: Front, customer_id: int | None = None) -> tuple[OrderMade, str]:
    order = front.an_order(customer_id, parcels={"1": LATE}, status="shipped")
    return order, front.a_claim(order, Problem.MISSING_PACKAGE)


def in_days(front: Front, days: int) -> str:
    today = front.now().astimezone(front.toolkit.zone).date()
    return (today + timedelta(days=days)).isoformat()


def typed(front: Front, **changes: Any) -> dict[str, Any]:
    return {"kind": "block", "until": in_days(front, 30), "reason": WHY, **changes}


def entries(front: Front) -> int:
    return int(rows(front.app, "SELECT count(*) FROM list_entries")[0].count)


def listed(front: Front, visitor: Visitor, mailbox: str = "ana@example.com") -> Page:
    return visitor.get("/staff/lists/new").submit("Add the entry", typed(front, mailbox=mailbox))


def test_what_of_a_claim_is_listed_is_told_in_words_on_the_next_claim_with_who_and_why(front: Front):
    order, ref = lost(front)
    visitor = keeper(front)

    form = visitor.get(f"/staff/claims/{ref}").follow("Put something of it on a list")
    entry = form.submit("Add the entry", typed(front, subject="mailbox"))
    _, held = lost(front, order.customer_id)
    page = keeper(front, Role.AGENT).get(f"/staff/claims/{held}")

    assert entry.heading.startswith("Entry LST-")
    assert "Approver of the tests" in entry.text
    assert "A list says that a person always answers this mailbox, whatever tag it carries." in page.text
    assert "“Three parcels of theirs came back empty.” · Approver of the tests" in page.text
    assert "Put something of it on a list" not in page.links()
    assert front.claim(held).lines[0].state == "escalated"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"until": "in 30 days"}, "Please choose a day from"),
        ({"until": ""}, "Please choose its last day."),
        ({"until": -1}, "Please choose a day from"),
        ({"until": 3_650}, "Please choose a day from"),
        ({"until": "9999-12-31"}, "Please choose a day from"),
        ({"reason": " \n "}, "Please say why, for colleagues and for later."),
        ({"reason": "w" * 4_001}, "This may have up to 4000 characters"),
        ({"kind": "delete"}, "Please choose what it does."),
        ({"mailbox": "nobody at all"}, "This does not look like an email address yet."),
        ({"mailbox": ""}, "Please type a mailbox."),
    ],
)
def test_an_entry_that_cannot_be_is_refused_with_what_was_typed_and_nothing_is_written(
    front: Front, wrong: dict[str, Any], said: str
):
    days = wrong.get("until")
    changes = {**wrong, "until": in_days(front, days)} if isinstance(days, int) else wrong
    sent = typed(front, **{"mailbox": "ana@example.com", **changes})

    page = keeper(front).get("/staff/lists/new").submit("Add the entry", sent, status=422)

    assert any(link.startswith(said) for link in page.links())
    kept = page.filled(next(form for form in page.forms() if "sign-out" not in form.get("action", "")))
    assert {name: str(value).strip() for name, value in kept.items() if name in {"mailbox", "until", "reason"}} == {
        name: str(sent[name]).strip() for name in ("mailbox", "until", "reason")
    }
    assert entries(front) == 0


@pytest.mark.parametrize("subject", ["device", "customer", "", "card-1"])
def test_what_a_claim_does_not_have_cannot_be_listed(front: Front, subject: str):
    _, ref = lost(front)

    page = (
        keeper(front)
        .get(f"/staff/claims/{ref}/list")
        .submit("Add the entry", typed(front, subject=subject), status=422)
    )

    assert "Please choose what it is about." in page.links()
    assert entries(front) == 0


def test_the_same_once_more_leads_to_the_entry_that_stands(front: Front):
    visitor = keeper(front)
    first = listed(front, visitor)

    again = visitor.get("/staff/lists/new").submit(
        "Add the entry", typed(front, mailbox="ana+shop@example.com", kind="allow"), status=409
    )

    assert "It is on a list already: “A person always answers”. That entry ends first." in again.links()
    assert again.follow(f"See the entry {first.path.rpartition('/')[2]}").heading == first.heading
    assert "came back empty." in again.answer.text
    assert entries(front) == 1


def test_an_entry_that_ended_meanwhile_is_shown_as_it_is_with_what_was_typed(front: Front):
    visitor, colleague = keeper(front), keeper(front, Role.ADMIN)
    page = listed(front, visitor)
    colleague.get(page.path).submit("End this entry", reason="It was a slip.")

    late = page.submit("End this entry", reason="They wrote to us.", status=409)
    empty = listed(front, visitor).submit("End this entry", reason=" ", status=422)

    assert "It was a slip." in late.text
    assert "They wrote to us." in late.text
    assert "Please say why, for colleagues and for later." in empty.links()
    assert [row.end_reason for row in rows(front.app, "SELECT end_reason FROM list_entries ORDER BY id")] == [
        "It was a slip.",
        None,
    ]


@pytest.mark.parametrize("role", [Role.AGENT, Role.POLICY_OWNER, Role.FINANCE])
def test_who_keeps_no_lists_finds_none(front: Front, role: Role):
    _, ref = lost(front)
    visitor = keeper(front, role)

    for path in ("/staff/lists/", "/staff/lists/new", f"/staff/claims/{ref}/list"):
        visitor.get(path, status=403)


def test_lists_are_paged_filtered_and_masked_with_as_many_questions_for_fifty_as_for_one(front: Front):
    visitor = keeper(front)
    listed(front, visitor, "somebody.real@example.com")
    with counted_queries(front.app) as few:
        visitor.get("/staff/lists/")
    with front.toolkit.transaction() as session:
        session.connection().exec_driver_sql("""
            INSERT INTO list_entries (ref, kind, subject, key, shown, reason, added_by, added_at, expires_at)
            SELECT 'LST-' || n, CASE n %% 2 WHEN 0 THEN 'allow' ELSE 'block' END, 'mailbox', int4send(n),
              'x…@example.com', 'Because ' || n, 'system:tests', now() - interval '9 days',
              now() + CASE WHEN n > 60 THEN interval '-1 day' ELSE interval '9 days' END FROM generate_series(1, 70) n
        """)

    with counted_queries(front.app) as many:
        first = visitor.get("/staff/lists/")
    second = first.follow("Older")
    allowed = visitor.get("/staff/lists/?kind=allow")
    over = visitor.get("/staff/lists/?standing=ended&kind=nonsense&after=LST-NOBODY")

    assert len(many) == len(few) <= 8
    assert [page.text.count("Because") for page in (first, second, allowed, over)] == [50, 10, 30, 10]
    assert "somebody.real" not in second.text
    assert "s…@example.com" in second.text
