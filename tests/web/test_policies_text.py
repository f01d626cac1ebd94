"""A draft as text and its amounts as numbers: saved word for word, refused at their place, with what was typed kept."""

import tomllib

import pytest
from flask import Flask

from tests.support.page import Page
from tests.support.policy_desk import Desk


@pytest.fixture
def desk(app: Flask) -> Desk:
    made = Desk(app)
    made.start()
    return made


def amounts(desk: Desk, typed: dict[str, object], *, status: int = 200) -> Page:
    page = desk.owner.get(f"{desk.path}/amounts")
    return page.submit("Save the amounts", typed, status=status)


def test_the_text_is_kept_word_for_word_with_the_line_ends_of_a_file(desk: Desk):
    wanted = desk.source().replace("# How to read it.", "# How to read it, and why.", 1) + "\n# The end.\n\n"

    page = desk.save_text(wanted.replace("\n", "\r\n"))

    assert "Saved." in page.text
    assert desk.source() == wanted


def test_a_cap_that_nothing_reaches_is_told_in_words_and_not_as_it_is_written(desk: Desk):
    cap = 'cap = "long_ago_cap"'

    page = desk.save_text(desk.source().replace(cap, f'{cap}, bonus = 1, bonus_cap = "bonus_cap"', 1))

    assert "the most that the bonus may be (Store credit) is never reached" in page.text
    assert "store_credit.bonus_cap" not in page.text


def test_the_same_text_saves_nothing(desk: Desk):
    assert "Nothing was different" in desk.save_text(desk.source()).text


@pytest.mark.proves("input 77")
def test_a_text_that_is_no_policy_is_refused_at_its_line_and_kept(desk: Desk):
    text = desk.source()
    wrong = [
        ("", "is empty"),
        ("not toml [", "at line 1"),
        (text.replace("when.problem", "when.problems", 1), "does not know the fact"),
        (text.replace('market = "*"', 'market = "BR"', 1), "this is the policy of"),
        (text.replace('key = "damaged"', 'key = "wrong"', 1), "another rule has the same key"),
        (text.replace('BRL = "1500.00"', 'BRL = "1500.005"', 1), "amounts.high_value"),
        (text.replace('BRL = "1500.00"', 'XXXX = "1"', 1), "a currency is three capital letters"),
        (text.replace("max = 90", "max = 90, min = 91", 1), "is above its max"),
    ]

    for typed, sentence in wrong:
        page = desk.save_text(typed, status=422)
        assert sentence in page.text
        assert "This was not saved." in page.text
        box = next(page.document.iter("textarea"))
        assert "".join(box.itertext()).strip() == typed.strip()

    assert desk.source() == desk.published()


def test_an_error_names_and_shows_its_line(desk: Desk):
    text = desk.source().replace('then.class = "entitled"', 'then.class = "because"', 1)
    wanted = text.split("\n").index('then.class = "because"') + 1

    page = desk.save_text(text, status=422)

    assert f'Look at line {wanted}: then.class = "because"' in page.text


@pytest.mark.proves("input 63")
def test_a_text_of_a_page_that_is_out_of_date_is_kept_beside_the_one_that_is_there(desk: Desk):
    stale = desk.owner.get(f"{desk.path}/text")
    desk.act("Move rule 3 up")
    after = desk.source()

    page = stale.submit("Save the text", status=409, text="# Mine\n")

    assert "# Mine" in page.answer.text
    assert "The text as it is now" in page.text
    assert desk.source() == after


def test_an_amount_is_changed_on_its_own_line(desk: Desk):
    page = amounts(desk, {"amount-photo-BRL": "310", "amount-photo-EUR": "61,5"})

    changed = tomllib.loads(desk.source())["amounts"]
    before = tomllib.loads(desk.published())["amounts"]
    assert "Saved." in page.text
    assert changed == {**before, "photo": {**before["photo"], "BRL": "310.00", "EUR": "61.50"}}
    assert len(set(desk.source().split("\n")) - set(desk.published().split("\n"))) <= 2


def test_another_amount_and_another_currency_are_added(desk: Desk):
    asked = amounts(desk, {"new_currency": "chf"}, status=422)
    names = [field.get("name", "") for field in asked.document.iter("input")]
    in_francs = {name: "7.00" for name in names if name.endswith("-CHF")}
    asked.submit("Save the amounts", in_francs)
    everywhere = {f"amount-new-{currency}": "9" for currency in tomllib.loads(desk.source())["amounts"]["photo"]}
    amounts(desk, {"new_name": "A small gift", **everywhere})

    held = tomllib.loads(desk.source())["amounts"]
    assert "Please give a number in CHF" in asked.text
    assert held["photo"]["CHF"] == "7.00"
    assert held["a_small_gift"] == {**dict.fromkeys(held["photo"], "9.00"), "JPY": "9"}


def test_an_amount_that_nothing_names_can_go_and_one_that_is_named_stays(desk: Desk):
    everywhere = {f"amount-new-{currency}": "9" for currency in tomllib.loads(desk.source())["amounts"]["photo"]}
    amounts(desk, {"new_name": "gift", **everywhere})

    amounts(desk, {"remove-gift": "yes"})
    refused = amounts(desk, {"remove-photo": "yes"}, status=422)

    assert desk.source() == desk.published()
    assert "This was not saved." in refused.text


@pytest.mark.proves("input 77")
def test_what_is_no_amount_is_refused_at_its_field_and_kept(desk: Desk):
    for typed in ("", "lots", "-5", "1e3", "1.005", "٣", "NaN", "9" * 30):
        page = amounts(desk, {"amount-photo-BRL": typed}, status=422)
        assert "Please look at this once more" in page.text
        assert (
            next(one.get("value") for one in page.document.iter("input") if one.get("name") == "amount-photo-BRL")
            == typed
        )
    for currency in ("EURO", "€", "BRL", "12"):
        amounts(desk, {"new_currency": currency}, status=422)

    assert desk.source() == desk.published()


@pytest.mark.proves("input 63")
def test_amounts_of_a_page_that_is_out_of_date_are_not_saved_and_kept(desk: Desk):
    stale = desk.owner.get(f"{desk.path}/amounts")
    desk.act("Move rule 3 up")
    before = desk.source()

    page = stale.submit("Save the amounts", {"amount-photo-BRL": "311.00"}, status=409)

    assert 'value="311.00"' in page.answer.text
    assert desk.source() == before
