"""Every policy that cannot be, saved on the real pages: refused with its row, the reason and an example, and kept."""

import re
from functools import partial

import pytest
from flask import Flask

from portal.domain.authority import Role
from tests.support.at_once import at_once
from tests.support.page import Page
from tests.support.policy_desk import Desk
from tests.support.web import rows

_RULE = """
[[rules]]
key = "more_{number}"
describe = "One of many."
when.days_since_ordered = {{ min = {number} }}
then.person = {{ reason = "high_value" }}
"""


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = Desk(app)
    made.start()
    return made


def many(number: int) -> str:
    return "".join(_RULE.format(number=one) for one in range(number))


TEXTS = {
    "empty": ("", "", "policy: is empty", ""),
    "no end of a text": ("then.class", "then.class = '''", "is not TOML", r"Look at line \d+"),
    "a pack in itself": (
        "[packs.money]\n",
        "[packs.money]\nmoney = { goods = 100 }\n",
        "packs.money.money: must be one of replacement, refund, store_credit",
        "Look at line .*: money = ",
    ),
    "a pack that is a pack": (
        "[packs.money]\n",
        '[packs]\ncircle = "money"\n\n[packs.money]\n',
        "must be a table, not 'money'",
        r"Look at line \d+",
    ),
    "dates that contradict": (
        "when.days_since_delivered = { max = 90 }",
        "when.days_since_delivered = { min = 91, max = 90 }",
        "its min, 91, is above its max, 90, so that nothing can pass",
        "Look at line .*: when.days_since_delivered = { min = 91",
    ),
    "a day that there is not": (
        "when.problem = [",
        'when.today = { min = "2026-02-30" }\nwhen.problem = [',
        "there is no day 2026-02-30",
        "Look at line .*: when.today",
    ),
    "negative days": (
        "when.days_since_delivered = { max = 90 }",
        "when.days_since_delivered = { min = -1, max = 90 }",
        "must lie from 0 to 36500, not at -1",
        "Look at line .*min = -1",
    ),
    "more than all": (
        "refund = { goods = 100,",
        "refund = { goods = 101,",
        "must be at most 100 %, not 101 %",
        "Look at line .*goods = 101",
    ),
    "an unknown currency": (
        'BRL = "300.00"',
        'XYZ = "300.00"',
        "there is no currency 'XYZ' (ISO 4217); one is 'BRL'",
        "Look at line .*: XYZ",
    ),
    "an amount without a currency": (
        "[amounts.photo]\n",
        '[amounts]\nloose = "30.00"\n[amounts.photo]\n',
        "an amount needs its currency, such as { BRL = \"30.00\" }, not '30.00'",
        "Look at line .*: loose",
    ),
    "an amount in one currency only": (
        "[amounts.photo]\n",
        '[amounts.loose]\nBRL = "30.00"\n\n[amounts.photo]\n',
        "lacks AUD, CAD, EUR, GBP, JPY, USD, which other amounts are given in",
        r"Look at line .*: \[amounts.loose\]",
    ),
    "a number for an amount": (
        'BRL = "300.00"',
        "BRL = 300",
        'an amount is a decimal in quotes, such as "30.00", not 300',
        r"Look at line .*: \[amounts.photo\]",
    ),
    "a fact that there is not": (
        "when.signed_by = true",
        "when.signed = true",
        "does not know the fact 'signed'",
        "Look at line .*: when.signed = true",
    ),
}


def refused(desk: Desk, text: str) -> Page:
    page = desk.save_text(text, status=422)
    assert "This was not saved." in page.text
    return page


@pytest.mark.proves("input 77")
def test_a_text_that_is_no_policy_is_refused_with_its_line_and_an_example_and_is_kept(desk: Desk):
    for name, (right, wrong, reason, place) in TEXTS.items():
        source = desk.source()
        text = source.replace(right, wrong, 1) if right else wrong

        page = refused(desk, text)

        assert reason in page.text, name
        assert re.search(place, page.text), name
        box = next(page.document.iter("textarea"))
        assert "".join(box.itertext()).strip() == text.strip(), name
    assert desk.source() == desk.published()


@pytest.mark.proves("input 77")
@pytest.mark.parametrize(
    ("number", "reason", "place"),
    [(10_000, "at most 1000000 are read", "<code"), (2_000, "at most 1000 are read", "[[rules]]")],
)
def test_a_table_of_far_too_many_rules_is_refused_with_the_line_where_reading_ends(
    desk: Desk, number: int, reason: str, place: str
):
    fields = {**desk.token(), "version": "1", "text": desk.source() + many(number)}
    parts = [
        f'--end\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    ]
    body = "".join([*parts, "--end--\r\n"]).encode()

    answer = desk.owner.client.post(f"{desk.path}/text", data=body, content_type="multipart/form-data; boundary=end")

    told = answer.text.partition("<textarea")[0]
    assert answer.status_code == 422
    assert reason in told
    assert place in told.partition("Look at line")[2]
    assert f"more_{number - 1}" in answer.text
    assert desk.source() == desk.published()


@pytest.mark.proves("input 77")
def test_a_vendor_who_is_gone_is_refused_at_the_rule_and_at_its_line_with_one_who_is_there(desk: Desk):
    desk.shop.an_order()
    there = rows(desk.app, "SELECT min(vendor) FROM order_lines")[0][0]

    typed: dict[str, object] = {"c-vendor-mode": "one_of", "c-vendor-words": f"{there[:-1]}"}
    in_form = desk.owner.get(f"{desk.path}/rules/damaged").submit("Save the rule", typed, status=422)
    gone = desk.source().replace('key = "damaged"\n', f'key = "damaged"\nwhen.vendor = ["{there[:-1]}"]\n', 1)
    in_text = refused(desk, gone)
    agent = refused(desk, desk.source().replace('reason = "high_value"', 'reason = "high_value", to = "agent"', 1))
    desk.owner.headers["Accept-Language"] = "pt-BR"
    in_portuguese = desk.form("text").submit("Salvar o texto", text=gone, status=422)
    crossed = 'key = "damaged"\nwhen.order_value = { min = "high_value", max = "photo" }\n'
    mixed = desk.source().replace('key = "damaged"\n', crossed, 1)
    of_currency = desk.form("text").submit("Salvar o texto", text=mixed, status=422)

    assert "everybody who decides claims may decide it anyway, so leave it out, or say approver" in agent.text
    sentence = f"no order is of '{there[:-1]}'; there is '{there}'"
    assert f"Vendor: {sentence}" in in_form.text
    assert 'id="c-vendor-mode-error"' in in_form.answer.text
    assert f"rule damaged: when.vendor (rule number {desk.number_of('damaged')}): {sentence}" in in_text.text
    assert re.search("Look at line .*: when.vendor", in_text.text)
    assert f"regra damaged: when.vendor (regra número {desk.number_of('damaged')}): " in in_portuguese.text
    assert re.search("regra damaged: when.order_value em [A-Z]{3}: ", of_currency.text)
    assert desk.source() == desk.published()


@pytest.mark.proves("input 77")
def test_rules_that_overlap_and_never_match_are_kept_and_told_with_the_row_and_stop_publishing(desk: Desk):
    page = desk.save_text(desk.source() + many(1).replace("min = 0", "max = 5"))
    contradicts = 'when.parcel_state = ["on_the_way"]\nwhen.days_since_delivered = { min = 3 }'
    both = desk.source().replace("when.days_since_ordered = { max = 5 }", contradicts)
    worse = desk.save_text(both)

    stopped = desk.act("Propose it", status=422)

    last = len(desk.order())
    assert re.search(r"\d+ pairs of rules overlap; the earlier one wins", page.text)
    assert re.search(rf"Also fits claims of rules .* and {last}, and comes first\.", page.text)
    assert f"“{last}. One of many.” matches no claim there could be" in worse.text
    assert "The check finds 1 thing that stops publishing" in stopped.text


@pytest.mark.proves("input 63", "input 77")
def test_of_two_who_publish_at_once_one_does_and_the_other_is_told(desk: Desk):
    desk.owner.get(f"{desk.path}/rules/damaged").submit("Save the rule", {"c-days_since_delivered-high": "365"})
    desk.propose()
    pages = [desk.somebody(Role.APPROVER).get(f"{desk.path}/publish") for _ in range(2)]
    answers: list[tuple[int, str]] = []

    at_once(*(partial(_press, page, answers) for page in pages))

    assert sorted(status for status, _ in answers) == [303, 409]
    assert "Nothing was published" in next(words for status, words in answers if status == 409)
    assert [row.number for row in rows(desk.app, "SELECT number FROM policy_versions ORDER BY number")] == [1, 2]


def _press(page: Page, answers: list[tuple[int, str]]) -> None:
    form = next(one for one in page.forms() if str(one.get("action")).endswith("/publish"))
    answer = page.visitor.client.post(str(form.get("action")), data=page.filled(form))
    answers.append((answer.status_code, answer.text))


def test_a_draft_that_began_before_another_was_published_is_not_published_over_it(desk: Desk):
    paths = []
    for days in ("200", "300"):
        desk.owner.get(f"{desk.path}/rules/damaged").submit("Save the rule", {"c-days_since_delivered-high": days})
        desk.propose()
        paths.append(desk.path)
        desk.start("Another one")
    approver = desk.somebody(Role.APPROVER)
    approver.get(f"{paths[1]}/publish").submit("Publish it")

    page = approver.get(f"{paths[0]}/publish")

    assert "A newer version was published meanwhile." in page.text
    assert "Publish it" not in page.text
