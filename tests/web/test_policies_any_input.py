"""Whatever is put into the forms about policy, nobody sees that something broke, and every text can still be read."""

import random
from collections.abc import Iterator

import pytest
from flask import Flask

from portal.domain.authority import Role
from portal.domain.policy import parse_text
from tests.support.page import Page
from tests.support.policy_desk import Desk
from tests.support.web import rows

NOBODY_TYPES = [
    "before\x00after",
    "</textarea><script>alert(1)</script>",
    "",
    "-5",
    "1e2",
    "NaN",
    "9" * 30,
    "٣",
    "w" * 5_000,
    "'; DROP TABLE policy_drafts; --",
    "{{7*7}} ${7*7} %(name)s {0}",
    "one\r\nBcc: two",
    "👋🏽‍\u202e\u2028\ufeff你好مرحبا",
    "2026-02-31",
    "9999-12-31",
    "]]\n[[rules]]\nkey = 'x'",
    '"""',
]
# What a form is about, and not what somebody types in it.
_OURS = frozenset({"csrf_token", "version"})
_FIELDS_A_FORM = 12


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = Desk(app)
    made.start()
    return made


def pages_with_forms(desk: Desk) -> Iterator[Page]:
    """Open each page on a draft of its own, because some of what is typed is taken."""
    rules = ("/rules/damaged", "/rules/still_on_the_way", "/rules?before=damaged")
    shared = ("/limits/card-180", "/budgets/goodwill-month", "/new-offers", "/offers/money", "/defaults")
    for path in ("", *rules, "/text", "/amounts", *shared):
        desk.start()
        yield desk.owner.get(f"{desk.path}{path}")
    yield desk.owner.get("/staff/policies/")
    yield desk.owner.get("/staff/policies/markets/all")
    approver = desk.somebody(Role.APPROVER)
    for path in ("", "/publish"):
        desk.start()
        desk.propose()
        yield approver.get(f"{desk.path}{path}")


def spoiled(page: Page, dice: random.Random) -> Iterator[tuple[str, dict[str, object]]]:
    """Give the forms of a page with one field spoiled, or with all that anybody types in."""
    # The rows of the table have the same form each, so one of them is enough.
    forms = {str(form.get("action")).rpartition("/")[2]: form for form in page.forms() if form.get("method") == "post"}
    for form in forms.values():
        action = str(form.get("action"))
        if "sign-out" in action:
            continue
        fields = page.filled(form)
        typed = sorted(fields.keys() - _OURS)
        if typed:
            yield action, {**fields, **dict.fromkeys(typed, dice.choice(NOBODY_TYPES))}
        for name in [*_OURS & fields.keys(), *dice.sample(typed, min(len(typed), _FIELDS_A_FORM))]:
            yield action, {**fields, name: dice.choice(NOBODY_TYPES)}


@pytest.mark.proves("input 38", "input 40", "input 43", "input 44")
def test_every_form_about_policy_takes_anything_without_breaking(desk: Desk):
    dice, answers = random.Random(7), {}

    for page in pages_with_forms(desk):
        for action, fields in spoiled(page, dice):
            answer = page.visitor.client.post(action, data=fields)
            answers[f"{action} {fields}"[:1000]] = answer.status_code

    assert len(answers) > 50
    assert {where: status for where, status in answers.items() if not 200 <= status < 500} == {}
    texts = rows(desk.app, "SELECT source FROM policy_drafts UNION SELECT source FROM policy_versions")
    assert all(parse_text(row.source).rules for row in texts)
