"""A form that is mended after a colleague saved: it still answers the page on which it was opened, and is told so."""

import pytest
from flask import Flask
from sqlalchemy import text

from portal.domain.authority import Role
from portal.web.staff.policies import publish_views
from tests.support.page import Visitor
from tests.support.policy_desk import Desk
from tests.support.policy_texts import SHARES
from tests.support.web import rows, toolkit_of


@pytest.fixture
def desk(app: Flask) -> Desk:
    return Desk.started(app, SHARES)


_NEW_RULE: dict[str, object] = {
    "describe": "Mine.",
    "c-problem-mode": "one_of",
    "c-problem-word": "damaged",
    "o-kind": "person",
    "o-person-reason": "high_value",
}
# Where a form stands, its button, what is typed, and what is wrong with it at first.
FORMS: list[tuple[str, str, dict[str, object], dict[str, object]]] = [
    ("limits/card-180", "Save", {"o-limits-remedies": "5"}, {"o-limits-remedies": "soon"}),
    ("budgets/goodwill-month", "Save", {"o-budgets-amount": "much", "o-budgets-stops": "no"}, {"o-budgets-amount": ""}),
    ("defaults", "Save", {"answer_within_hours": "6"}, {"answer_within_hours": "soon"}),
    ("offers/half", "Save", {"o-store_credit-goods": "40"}, {"o-store_credit-goods": "half"}),
    ("new-offers", "Save", {"name": "Mine", "o-refund": "yes", "o-refund-goods": "40"}, {"name": ""}),
    ("amounts", "Save the amounts", {"amount-much-BRL": "5.00"}, {"amount-much-BRL": "lots"}),
    ("rules/late", "Save the rule", {"describe": "Mine."}, {"describe": ""}),
    ("rules?before=late", "Add the rule", _NEW_RULE, {"describe": ""}),
]


@pytest.mark.proves("input 63")
@pytest.mark.parametrize(("path", "button", "typed", "wrong"), FORMS)
def test_what_a_colleague_saved_stays_though_a_late_form_is_mended(
    desk: Desk, path: str, button: str, typed: dict[str, object], wrong: dict[str, object]
):
    mine = desk.form(path)
    colleague = desk.somebody(Role.POLICY_OWNER)
    colleague.get(f"{desk.path}/defaults").submit("Save", offer_expires_in_days="9", answer_within_hours="12")
    theirs = desk.source()

    refused = mine.submit(button, {**typed, **wrong}, status=422)
    late = refused.submit(button, typed, status=409)

    assert "this draft has changed since you opened the page. What you typed is kept below." in late.text
    assert desk.source() == theirs
    # Whoever was told answers the page as it is now.
    late.submit(button)
    assert desk.source() != theirs


def _in_review(desk: Desk) -> Visitor:
    desk.propose()
    return desk.somebody(Role.APPROVER)


def _published(desk: Desk) -> int:
    return len(rows(desk.app, "SELECT number FROM policy_versions WHERE number > 1"))


@pytest.mark.proves("input 63")
def test_an_approver_who_forgot_the_day_publishes_no_text_that_they_did_not_read(desk: Desk):
    stale = _in_review(desk).get(f"{desk.path}/publish")
    desk.act("Take it back")
    desk.owner.get(f"{desk.path}/defaults").submit("Save", answer_within_hours="12")
    desk.propose()

    no_day = stale.submit("Publish it", despite="They are known.", start="later", status=422)
    late = no_day.submit("Publish it", start="now", status=409)

    assert "Please give the day and the time from which it counts." in no_day.text
    assert "Nothing was published: this draft has changed meanwhile." in late.text
    assert _published(desk) == 0
    late.submit("Publish it")
    assert _published(desk) == 1


def _let_all(desk: Desk, role: Role, *, be: Role) -> None:
    with toolkit_of(desk.app).transaction() as session:
        session.execute(text("UPDATE staff SET role = :be WHERE role = :role"), {"be": be.value, "role": role.value})


def test_only_who_wrote_some_of_a_draft_is_told_so_and_who_lost_the_role_is_told_that(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    approver = _in_review(desk)
    page = approver.get(f"{desk.path}/publish")
    form = page.filled(next(one for one in page.forms() if str(one.get("action")).endswith("/publish")))

    read = publish_views.asked_file

    def lost_meanwhile(ref: str) -> object:
        _let_all(desk, Role.APPROVER, be=Role.AGENT)
        return read(ref)

    with monkeypatch.context() as patch:
        patch.setattr(publish_views, "asked_file", lost_meanwhile)
        lost = approver.post(f"{desk.path}/publish", form, status=403)
    _let_all(desk, Role.POLICY_OWNER, be=Role.APPROVER)
    own = desk.owner.post(f"{desk.path}/publish", {**form, **desk.token(), "despite": "Mine."}, status=422)

    assert "You wrote some of it" not in lost.text
    assert "You wrote some of it, so another person publishes it." in own.text
    assert _published(desk) == 0
